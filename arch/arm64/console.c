// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One byte to the UART that K1 had as its console: PL011, or 8250 and its
 * descendants in memory space. K1 has set line and speed; nothing is configured.
 */
#include <arch/arm64/cpu.h>
#include <arch/arm64/mmu.h>
#include <emulator/arch.h>

/* The data register of both is the first. */
#define UART_DATA 0
#define UART_LINE_STATUS 5
#define UART_LINE_STATUS_EMPTY BIT(5)

/* Arm PrimeCell UART (PL011), DDI 0183, 3.3.3. */
#define PL011_FLAGS 0x18
#define PL011_FLAGS_FULL BIT(5)

/*
 * Reads of the status before a byte is given up: 32 bytes of a full FIFO take
 * 33 ms at 9600 baud, a read of the register about a microsecond.
 */
#define UART_PATIENCE 65536U

static u32 uart_read(const struct handoff_console *console, u64 offset)
{
	if (console->register_width == sizeof(u32))
		return cpu_read32(console->address + offset);
	return cpu_read8(console->address + offset);
}

static void uart_write(const struct handoff_console *console, u64 offset,
		       u8 value)
{
	if (console->register_width == sizeof(u32))
		cpu_write32(console->address + offset, value);
	else
		cpu_write8(console->address + offset, value);
}

static bool uart_has_room(const struct handoff_console *console)
{
	if (console->type == HANDOFF_CONSOLE_PL011)
		return !(uart_read(console, PL011_FLAGS) & PL011_FLAGS_FULL);
	return uart_read(console, UART_LINE_STATUS << console->register_shift) &
	       UART_LINE_STATUS_EMPTY;
}

void arch_console_byte(const struct handoff_console *console, u8 byte)
{
	u32 patience = UART_PATIENCE;

	if (console->type != HANDOFF_CONSOLE_PL011 &&
	    console->type != HANDOFF_CONSOLE_8250_MMIO)
		return;
	if (!mmu_reach(console->address))
		return;
	while (!uart_has_room(console)) {
		if (!--patience)
			return;
		cpu_pause();
	}
	uart_write(console, UART_DATA, byte);
}
