/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the self-test and the tiny image inside it talk: the parent points the
 * child's LoadOptions at a mailbox.
 */
#ifndef TESTS_EFI_SELFTEST_CHILD_H
#define TESTS_EFI_SELFTEST_CHILD_H

#include <efi.h>

#define CHILD_MAGIC 0x646c6968632d6670ULL

enum child_command {
	CHILD_RETURN, /* return status from the entry point */
	CHILD_EXIT, /* call Exit(status, exit_data) from deep in the stack */
	CHILD_CLOBBER, /* the same with every preserved register spoilt */
	CHILD_STAY, /* set Unload, return success: for a driver */
};

struct child_mailbox {
	UINT64 magic;
	UINT32 command;
	UINT32 runs; /* how often the entry point ran */
	EFI_STATUS status;
	CHAR16 *exit_data; /* from AllocatePool; the caller's then */
	UINTN exit_size;
	EFI_STATUS unload_status; /* what the Unload function shall answer */
	UINT32 unloads;
	UINT32 relocated; /* 1 when its relocations were applied */
	UINT32 bss_clear; /* 1 when its zero-filled memory was zero */
	EFI_HANDLE handle; /* as given to the entry point */
	EFI_SYSTEM_TABLE *systab; /* likewise */
	EFI_LOADED_IMAGE loaded; /* copy, as the child saw it */
	UINT64 stack; /* address of a local variable */
};

#endif /* TESTS_EFI_SELFTEST_CHILD_H */
