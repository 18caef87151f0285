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

static bool sum(const u64 *values, unsigned int count, u64 *ret)
{
	u64 total = 0;
	unsigned int i;

	for (i = 0; i < count; i++)
		if (!checked_add(total, values[i], &total))
			return false;
	*ret = total;
	return true;
}

/*
 * The stub of a UKI hands the kernel over as a file, which is copied, laid out
 * and then freed; the kernel unpacks itself beside that, and copies its initrd.
 */
bool stage_crash_need(const struct stage_crash *sizes, u64 *ret)
{
	u64 initrd = sizes->initrd ? sizes->initrd : sizes->own_initrd;
	const u64 load[] = { sizes->inner_file, sizes->inner_image };
	const u64 start[] = { sizes->inner_image, sizes->kernel, initrd };
	const u64 placed[] = { sizes->elfcorehdr, sizes->payload,
			       sizes->initrd };
	u64 while_loading, while_starting, need;

	if (!sum(load, ARRAY_SIZE(load), &while_loading) ||
	    !sum(start, ARRAY_SIZE(start), &while_starting) ||
	    !sum(placed, ARRAY_SIZE(placed), &need))
		return false;
	if (while_starting < while_loading)
		while_starting = while_loading;
	if (!checked_add(need, while_starting, &need) ||
	    !checked_add(need, OWN_ROOM + PAYLOAD_ROOM, &need) ||
	    !checked_align(need, MIB, &need))
		return false;
	*ret = need;
	return true;
}
