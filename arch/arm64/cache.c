// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Instruction fetch does not see stores by itself: clean the data cache to the
 * point of unification, then invalidate the instruction cache (Arm ARM, B2.4.4),
 * each where CTR_EL0 says that this processor needs it.
 */
#include <arch/arm64/cpu.h>
#include <emulator/arch.h>

/* Line sizes are given as the logarithm of a number of 4-byte words. */
static u64 line_size(u64 type, unsigned int shift)
{
	return 4ULL << (type >> shift & 15);
}

void arch_cache_sync(const void *start, u64 size)
{
	u64 type = cpu_cache_type(), end = (u64)start + size, line, at;

	if (!(type & CPU_CTR_IDC)) {
		line = line_size(type, CPU_CTR_DMIN_SHIFT);
		for (at = (u64)start & ~(line - 1); at < end; at += line)
			cpu_clean_to_unification(at);
	}
	cpu_barrier_data();
	if (!(type & CPU_CTR_DIC)) {
		line = line_size(type, CPU_CTR_IMIN_SHIFT);
		for (at = (u64)start & ~(line - 1); at < end; at += line)
			cpu_invalidate_instructions(at);
		cpu_barrier_data();
	}
	cpu_barrier_instructions();
}
