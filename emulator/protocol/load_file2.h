/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The initrd, as Linux asks for it: EFI_LOAD_FILE2_PROTOCOL on a device path of
 * its own.
 */
#ifndef EMULATOR_PROTOCOL_LOAD_FILE2_H
#define EMULATOR_PROTOCOL_LOAD_FILE2_H

#include <kexec_pe/efi.h>

struct handle;
struct protocol;

struct load_file2 {
	struct efi_load_file2 ours;
	struct efi_load_file2 wrapper;
	struct efi_load_file2 *wrapped; /* the payload's, NULL: none yet */
};

/**
 * load_file2_start() - serve the initrd of the handoff, if there is one
 *
 * With HANDOFF_FLAG_INITRD_HIDDEN it is served behind the payload's own.
 */
void load_file2_start(void);

/**
 * load_file2_wrap() - stand in for the payload's initrd, if this is it
 * @handle: a handle that has just got a protocol
 */
void load_file2_wrap(struct handle *handle);

/**
 * load_file2_unwrap() - the payload takes its initrd back, if this is it
 * @protocol: a protocol about to be removed or replaced
 */
void load_file2_unwrap(struct protocol *protocol);

#endif /* EMULATOR_PROTOCOL_LOAD_FILE2_H */
