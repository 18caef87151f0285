// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The virtual counter of the generic timer, which is what K1 counts with.
 */
#include <arch/arm64/cpu.h>
#include <emulator/arch.h>

u64 arch_ticks(void)
{
	return cpu_ticks();
}

void arch_pause(void)
{
	cpu_pause();
}
