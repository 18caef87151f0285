// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random numbers: none from the processor; the seed of the handoff, which is
 * fresh for every run, has to do, as it has to where there is no RDRAND.
 */
#include <arch/host/child.h>

bool arch_random(u64 *ret)
{
	(void)ret;
	return false;
}
