// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The console: every byte goes into the report.
 */
#include <arch/host/child.h>

void arch_console_byte(const struct handoff_console *console, u8 byte)
{
	if (console->type != HANDOFF_CONSOLE_NONE)
		tell_console(byte);
}
