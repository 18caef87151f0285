// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random numbers from RNDR, where the processor has it (FEAT_RNG).
 */
#include <arch/arm64/cpu.h>
#include <emulator/arch.h>

/* RNDR may have nothing "in a reasonable time" (Arm ARM, K14.1): ask again. */
#define RANDOM_TRIES 10

bool arch_random(u64 *ret)
{
	unsigned int i;
	u64 value;

	if (!(cpu_isar0() >> CPU_ISAR0_RNDR_SHIFT & 15))
		return false;
	for (i = 0; i < RANDOM_TRIES; i++) {
		if (!cpu_random(&value))
			continue;
		*ret = value;
		return true;
	}
	return false;
}
