// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random numbers from RDRAND, where the processor has it.
 */
#include <arch/x86/cpu.h>
#include <emulator/arch.h>

/* Intel SDM volume 1, 7.3.17.1: ten in a row fail only if it is broken. */
#define RANDOM_TRIES 10

bool arch_random(u64 *ret)
{
	unsigned int i;
	u64 value;

	if (!(cpu_id(CPU_LEAF_FEATURES).ecx & CPU_FEATURES_ECX_RDRAND))
		return false;
	for (i = 0; i < RANDOM_TRIES; i++) {
		if (!cpu_random(&value))
			continue;
		/* Some AMD parts say "good" and give all ones for ever. */
		if (!value || value == ~0ULL)
			continue;
		*ret = value;
		return true;
	}
	return false;
}
