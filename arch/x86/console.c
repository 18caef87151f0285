// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One byte to the UART that K1 had as its console: 8250 and its descendants,
 * in port or memory space. K1 has set line and speed; nothing is configured.
 */
#include <arch/x86/cpu.h>
#include <arch/x86/mmu.h>
#include <emulator/arch.h>

#define UART_TRANSMIT 0
#define UART_LINE_STATUS 5
#define UART_LINE_STATUS_EMPTY BIT(5)

/*
 * Reads of the line status before a byte is given up: 16 bytes of a full FIFO
 * take 17 ms at 9600 baud, a read of the register about one microsecond.
 */
#define UART_PATIENCE 65536U

static u64 uart_register(const struct handoff_console *console, u64 number)
{
	return console->address + (number << console->register_shift);
}

static u32 uart_read(const struct handoff_console *console, u64 number)
{
	u64 address = uart_register(console, number);

	if (console->type == HANDOFF_CONSOLE_8250_PORT)
		return cpu_in8((u16)address);
	if (console->register_width == sizeof(u32))
		return cpu_read32(address);
	return cpu_read8(address);
}

static void uart_write(const struct handoff_console *console, u64 number,
		       u8 value)
{
	u64 address = uart_register(console, number);

	if (console->type == HANDOFF_CONSOLE_8250_PORT)
		cpu_out8((u16)address, value);
	else if (console->register_width == sizeof(u32))
		cpu_write32(address, value);
	else
		cpu_write8(address, value);
}

void arch_console_byte(const struct handoff_console *console, u8 byte)
{
	u32 patience = UART_PATIENCE;

	if (console->type == HANDOFF_CONSOLE_8250_MMIO) {
		if (!mmu_reach(console->address))
			return;
	} else if (console->type != HANDOFF_CONSOLE_8250_PORT) {
		return;
	}
	while (!(uart_read(console, UART_LINE_STATUS) &
		 UART_LINE_STATUS_EMPTY)) {
		if (!--patience)
			return;
		cpu_pause();
	}
	uart_write(console, UART_TRANSMIT, byte);
}
