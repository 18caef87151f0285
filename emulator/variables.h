/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Variables before ExitBootServices: K1's snapshot in the handoff, read-only,
 * and over it what the payload writes, which is gone with the emulator.
 */
#ifndef EMULATOR_VARIABLES_H
#define EMULATOR_VARIABLES_H

#include <kexec_pe/efi.h>
#include <kexec_pe/handoff.h>

/*
 * systemd-stub writes a dozen variables of some 100 bytes. Set apart at the
 * start: SetVariable must not change the memory map.
 */
#define VARIABLES_OVERLAY_SIZE 0x10000

struct variables {
	u8 *overlay; /* struct handoff_variable one after the other */
	u32 overlay_size; /* bytes of it, VARIABLES_OVERLAY_SIZE */
	u32 overlay_used;
	const u8 *snapshot;
	u32 snapshot_size;
};

/**
 * variables_check() - is a snapshot well-formed?
 * @snapshot: struct handoff_variable one after the other
 * @size: number of bytes
 *
 * Return: true when every item lies inside, has a name that ends with its only
 *         NUL, and a size that fits its parts
 */
bool variables_check(const void *snapshot, u32 size);

/**
 * variables_start() - take over the snapshot of the handoff
 *
 * Panics when it is malformed or there is no memory for the overlay.
 */
void variables_start(void);

/**
 * variables_show() - a variable of the emulator's own, until ExitBootServices
 * @name: NUL-terminated
 * @vendor: its name space
 * @data: its contents
 * @size: bytes of @data, not 0
 *
 * Volatile, and without access at run time: K2 reads K1's snapshot. Where that has
 * one of the name, it stays.
 */
void variables_show(const efi_char16_t *name, const struct efi_guid *vendor,
		    const void *data, u64 size);

#endif /* EMULATOR_VARIABLES_H */
