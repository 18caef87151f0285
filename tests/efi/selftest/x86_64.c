// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * x86-64: serial port, counter, reset and processor state.
 */
#include "arch.h"

#define COM1 0x3f8
#define LINE_STATUS 5
#define LINE_STATUS_ROOM 0x20

#define MXCSR_DEFAULT 0x1f80
#define X87_CONTROL_DEFAULT 0x037f

#define CR4_OSFXSR 0x200
#define FLAGS_DIRECTION 0x400

const UINT16 arch_machine = 0x8664;
const bool arch_loader_data_runs = true;
const UINT64 arch_ticks_least = 100;

/* mov eax, 0x600d; ret */
const UINT8 arch_code[] = { 0xb8, 0x0d, 0x60, 0x00, 0x00, 0xc3 };
const UINTN arch_code_size = sizeof(arch_code);

static inline void out8(UINT16 port, UINT8 value)
{
	asm volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline UINT8 in8(UINT16 port)
{
	UINT8 value;

	asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

void arch_serial_byte(UINT8 byte)
{
	unsigned int patience = 100000;

	while (!(in8(COM1 + LINE_STATUS) & LINE_STATUS_ROOM) && --patience)
		asm volatile("pause");
	out8(COM1, byte);
}

UINT64 arch_ticks(void)
{
	UINT32 low, high;

	asm volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (UINT64)high << 32 | low;
}

void __noreturn arch_reset(void)
{
	const struct {
		UINT16 limit;
		UINT64 base;
	} __packed no_table = { 0, 0 };

	out8(0xcf9, 0x02);
	out8(0xcf9, 0x06);
	out8(0x64, 0xfe);
	for (unsigned int i = 0; i < 100000; i++)
		asm volatile("pause");
	/* Neither did it: an exception without a table is a triple fault. */
	asm volatile("lidt %0\n\tint3" : : "m"(no_table));
	for (;;)
		asm volatile("hlt");
}

static UINT64 read_cr4(void)
{
	UINT64 cr4;

	asm volatile("movq %%cr4, %0" : "=r"(cr4));
	return cr4;
}

bool arch_vector_on(void)
{
	return read_cr4() & CR4_OSFXSR;
}

static UINT64 read_flags(void)
{
	UINT64 flags;

	asm volatile("pushfq\n\tpopq %0" : "=r"(flags));
	return flags;
}

const char *arch_state_flaw(void)
{
	UINT32 mxcsr;
	UINT16 control, cs;

	/* Without it any SSE instruction is an exception. */
	if (!arch_vector_on())
		return "SSE is off (CR4.OSFXSR)";
	asm volatile("stmxcsr %0" : "=m"(mxcsr));
	asm volatile("fnstcw %0" : "=m"(control));
	asm volatile("movw %%cs, %0" : "=r"(cs));
	/* The low six bits are sticky flags that any computation may set. */
	if ((mxcsr & ~0x3fU) != MXCSR_DEFAULT)
		return "MXCSR is not 0x1f80";
	if (control != X87_CONTROL_DEFAULT)
		return "x87 control word is not 0x037f";
	if (read_flags() & FLAGS_DIRECTION)
		return "direction flag is set";
	if (!cs)
		return "no code segment";
	return NULL;
}

void arch_sync_code(const void *code, UINTN size)
{
	/* Caches are coherent here; only the compiler must not reorder. */
	(void)code;
	(void)size;
	asm volatile("" : : : "memory");
}
