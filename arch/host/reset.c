// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reset of a machine that is a process: its end.
 */
#include <arch/host/child.h>

void arch_reset(const struct handoff_reset *reset)
{
	(void)reset;
	state_memory();
	if (emu.panicking)
		tell_end(HOST_PANIC, 0,
			 "the emulator gave up; the console says why");
	tell_end(HOST_RESET, 0, "the payload reset the machine");
}
