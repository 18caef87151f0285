// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The time stamp counter: the only clock here, its rate comes from K1.
 */
#include <arch/x86/cpu.h>
#include <emulator/arch.h>

u64 arch_ticks(void)
{
	return cpu_ticks();
}

void arch_pause(void)
{
	cpu_pause();
}
