/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way back from an image in a process: the C library's.
 */
#ifndef ARCH_HOST_JUMP_H
#define ARCH_HOST_JUMP_H

#include <setjmp.h>

#include <kexec_pe/efi.h>

struct arch_jump {
	jmp_buf buffer;
	efi_status_t status; /* what arch_leave_image() was given */
};

#endif /* ARCH_HOST_JUMP_H */
