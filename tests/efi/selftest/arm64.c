// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AArch64 on QEMU's virt machine: serial port, counter, reset and processor
 * state.
 */
#include "arch.h"

/* PL011: data and flags. */
#define UART 0x09000000ULL
#define UART_FLAGS (UART + 0x18)
#define UART_FLAGS_FULL 0x20

/* Arm Power State Coordination Interface (DEN0022), 5.9. */
#define PSCI_SYSTEM_RESET 0x84000009

#define CURRENT_EL2 8
#define FPEN (3ULL << 20)
#define TFP (1ULL << 10)
#define HCR_E2H (1ULL << 34)
#define SCTLR_M 0x1
#define SCTLR_A 0x2
#define SCTLR_C 0x4
#define SCTLR_I 0x1000
#define SCTLR_EE 0x2000000

const UINT16 arch_machine = 0xaa64;
const bool arch_loader_data_runs = false;
const UINT64 arch_ticks_least = 1;

/* mov w0, #0x600d; ret */
const UINT8 arch_code[] = { 0xa0, 0x01, 0x8c, 0x52, 0xc0, 0x03, 0x5f, 0xd6 };
const UINTN arch_code_size = sizeof(arch_code);

static UINT64 current_el(void)
{
	UINT64 value;

	asm volatile("mrs %0, currentel" : "=r"(value));
	return value;
}

void arch_serial_byte(UINT8 byte)
{
	unsigned int patience = 100000;

	while (*(volatile UINT32 *)UART_FLAGS & UART_FLAGS_FULL && --patience)
		asm volatile("yield");
	*(volatile UINT8 *)UART = byte;
}

UINT64 arch_ticks(void)
{
	UINT64 value;

	asm volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(value) : : "memory");
	return value;
}

void __noreturn arch_reset(void)
{
	register UINT64 x0 asm("x0") = PSCI_SYSTEM_RESET;

	if (current_el() == CURRENT_EL2)
		asm volatile("smc #0" : "+r"(x0) : : "memory");
	else
		asm volatile("hvc #0" : "+r"(x0) : : "memory");
	for (;;)
		asm volatile("wfe");
}

bool arch_vector_on(void)
{
	UINT64 hcr, value;

	if (current_el() != CURRENT_EL2) {
		asm volatile("mrs %0, cpacr_el1" : "=r"(value));
		return (value & FPEN) == FPEN;
	}
	asm volatile("mrs %0, cptr_el2" : "=r"(value));
	asm volatile("mrs %0, hcr_el2" : "=r"(hcr));
	return hcr & HCR_E2H ? (value & FPEN) == FPEN : !(value & TFP);
}

/* UEFI 2.10, 2.3.6. */
const char *arch_state_flaw(void)
{
	UINT64 sctlr, sp;

	if (current_el() == CURRENT_EL2)
		asm volatile("mrs %0, sctlr_el2" : "=r"(sctlr));
	else
		asm volatile("mrs %0, sctlr_el1" : "=r"(sctlr));
	asm volatile("mov %0, sp" : "=r"(sp));
	if (!arch_vector_on())
		return "FP and SIMD are trapped";
	if (!(sctlr & SCTLR_M))
		return "MMU is off";
	if (!(sctlr & SCTLR_C) || !(sctlr & SCTLR_I))
		return "caches are off";
	if (sctlr & SCTLR_A)
		return "alignment is checked";
	if (sctlr & SCTLR_EE)
		return "data is big-endian";
	if (sp & 15)
		return "stack is not aligned";
	return NULL;
}

void arch_sync_code(const void *code, UINTN size)
{
	UINT64 start = (UINT64)code & ~3ULL, end = (UINT64)code + size, at;

	/* By words: whatever the size of lines is. */
	for (at = start; at < end; at += 4)
		asm volatile("dc cvau, %0" : : "r"(at) : "memory");
	asm volatile("dsb ish" : : : "memory");
	for (at = start; at < end; at += 4)
		asm volatile("ic ivau, %0" : : "r"(at) : "memory");
	asm volatile("dsb ish\n\tisb" : : : "memory");
}
