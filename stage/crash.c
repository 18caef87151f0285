// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How much memory a crash kernel takes until it runs.
 */
#include <stage/crash.h>

#include <kexec_pe/checked.h>

#define MIB 0x100000ULL

/* Emulator with its page tables, handoff, device tree, control pages. */
#define OWN_ROOM (3 * MIB)

/*
 * Pages and pools of stub and kernel, and what their alignment to 2 MiB leaves
 * between them.
 */
#define PAYLOAD_ROOM (8 * MIB)

/*
 * The stub of a UKI has the kernel laid out once more; that one unpacks itself
 * beside it, and copies its initrd.
 */
bool stage_crash_need(const struct stage_crash *sizes, u64 *ret)
{
	const u64 parts[] = {
		sizes->elfcorehdr,
		sizes->payload,
		sizes->initrd,
		sizes->inner_image,
		sizes->kernel,
		sizes->initrd ? sizes->initrd : sizes->own_initrd,
		OWN_ROOM + PAYLOAD_ROOM,
	};
	unsigned int i;
	u64 need = 0;

	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (!checked_add(need, parts[i], &need))
			return false;
	if (!checked_align(need, MIB, &need))
		return false;
	*ret = need;
	return true;
}
