// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The end of everything that cannot go on: say why, show what the payload did
 * last, reset. Never a hang, never a way on.
 */
#include <emulator/emu.h>

void emulator_reset(void)
{
	static const struct handoff_reset none;

	arch_reset(emu.handoff ? &emu.handoff->reset : &none);
}

/* What went wrong while reporting has nothing to add. */
static void begin_report(void)
{
	if (emu.panicking)
		emulator_reset();
	emu.panicking = true;
	print("\nkexec-pe: ");
}

static void __noreturn end_report(void)
{
	trace_dump();
	print("kexec-pe: resetting the machine\n");
	emulator_reset();
}

void emulator_panic(const char *fmt, ...)
{
	char text[160];
	va_list list;

	begin_report();
	va_start(list, fmt);
	format_list(text, sizeof(text), fmt, list);
	va_end(list);
	print("panic: %s\n", text);
	end_report();
}

void emulator_exception(const char *name, u64 code, u64 pc, u64 address, u64 sp)
{
	char where[64];

	begin_report();
	trace_place(where, sizeof(where), pc);
	print("exception: %s, code %lx, at %s\n", name, code, where);
	print("kexec-pe: address %lx, stack pointer %lx\n", address, sp);
	end_report();
}
