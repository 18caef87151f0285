// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reset of the machine: what the firmware's ACPI tables told K1 to use, then
 * what chipsets and, last, the processor have had since ever.
 */
#include <arch/x86/cpu.h>
#include <emulator/arch.h>

#define RESET_PORT 0xcf9 /* reset control register of Intel's chipsets */
#define RESET_PORT_HARD 0x02
#define RESET_PORT_NOW 0x06

#define KEYBOARD_PORT 0x64
#define KEYBOARD_BUSY BIT(1)
#define KEYBOARD_PULSE_RESET 0xfe

#define DELAY_PORT 0x80 /* POST codes: a write takes about a microsecond */

static void wait_microseconds(u32 count)
{
	while (count--)
		cpu_out8(DELAY_PORT, 0);
}

static void reset_by_acpi(const struct handoff_reset *reset)
{
	if (reset->type == HANDOFF_RESET_PORT)
		cpu_out8((u16)reset->address, (u8)reset->value);
	else if (reset->type == HANDOFF_RESET_MMIO)
		cpu_write8(reset->address, (u8)reset->value);
	else
		return;
	wait_microseconds(50000);
}

static void reset_by_chipset(void)
{
	cpu_out8(RESET_PORT, RESET_PORT_HARD);
	wait_microseconds(50);
	cpu_out8(RESET_PORT, RESET_PORT_NOW);
	wait_microseconds(50000);
}

static void reset_by_keyboard(void)
{
	u32 patience = 50000;

	while (cpu_in8(KEYBOARD_PORT) & KEYBOARD_BUSY && --patience)
		cpu_pause();
	cpu_out8(KEYBOARD_PORT, KEYBOARD_PULSE_RESET);
	wait_microseconds(50000);
}

void __noreturn arch_reset(const struct handoff_reset *reset)
{
	static const struct cpu_table nothing;

	reset_by_acpi(reset);
	reset_by_chipset();
	reset_by_keyboard();
	cpu_load_idt(&nothing);
	cpu_breakpoint();
	for (;;)
		cpu_halt();
}
