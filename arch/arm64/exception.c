// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an exception was, in words, so that a fault of the emulator or of the
 * payload becomes a line on the console instead of a silent loop.
 */
#include <arch/arm64/cpu.h>
#include <arch/arm64/exception.h>
#include <emulator/arch.h>

/* ESR_ELx (Arm ARM, D19.2.37): the class of a synchronous exception. */
#define SYNDROME_CLASS_SHIFT 26
#define CLASS_INSTRUCTION_ABORT_LOWER 0x20
#define CLASS_INSTRUCTION_ABORT 0x21
#define CLASS_PC_ALIGNMENT 0x22
#define CLASS_DATA_ABORT_LOWER 0x24
#define CLASS_DATA_ABORT 0x25

/* Arrays, not pointers: a table of pointers would need relocations. */
static const struct {
	u8 class;
	char name[24];
} classes[] = {
	{ 0x00, "undefined instruction" },
	{ 0x01, "trapped WFI or WFE" },
	{ 0x07, "trapped FP or SIMD" },
	{ 0x0d, "branch target" },
	{ 0x0e, "illegal execution state" },
	{ 0x15, "SVC" },
	{ 0x16, "HVC" },
	{ 0x17, "SMC" },
	{ 0x18, "trapped system register" },
	{ 0x19, "trapped SVE" },
	{ 0x1c, "pointer authentication" },
	{ CLASS_INSTRUCTION_ABORT_LOWER, "instruction abort" },
	{ CLASS_INSTRUCTION_ABORT, "instruction abort" },
	{ CLASS_PC_ALIGNMENT, "PC alignment" },
	{ CLASS_DATA_ABORT_LOWER, "data abort" },
	{ CLASS_DATA_ABORT, "data abort" },
	{ 0x26, "SP alignment" },
	{ 0x2c, "floating point" },
	{ 0x2f, "SError" },
	{ 0x31, "hardware breakpoint" },
	{ 0x33, "software step" },
	{ 0x35, "watchpoint" },
	{ 0x3c, "BRK" },
};

static const char origins[4][22] = {
	"synchronous exception",
	"IRQ",
	"FIQ",
	"SError",
};

#define ORIGIN_SYNCHRONOUS 0

static bool has_address(u64 class)
{
	return class == CLASS_INSTRUCTION_ABORT_LOWER ||
	       class == CLASS_INSTRUCTION_ABORT ||
	       class == CLASS_PC_ALIGNMENT || class == CLASS_DATA_ABORT_LOWER ||
	       class == CLASS_DATA_ABORT;
}

static bool in_guard_page(u64 address)
{
	unsigned int i;
	u64 guard;

	for (i = 0; (guard = arch_guard_page(i)); i++) {
		if (address - guard < KPE_PAGE_SIZE)
			return true;
	}
	return false;
}

static const char *class_name(u64 class, u64 address)
{
	unsigned int i;

	if (class == CLASS_DATA_ABORT && in_guard_page(address))
		return "data abort in a guard page";
	for (i = 0; i < ARRAY_SIZE(classes); i++) {
		if (classes[i].class == class)
			return classes[i].name;
	}
	return origins[ORIGIN_SYNCHRONOUS];
}

void arch_exceptions_start(void)
{
	cpu_write_vbar((u64)exception_vectors);
}

u64 arch_guard_page(unsigned int index)
{
	switch (index) {
	case 0:
		return (u64)stack_start - KPE_PAGE_SIZE;
	case 1:
		return (u64)stack_end;
	case 2:
		return (u64)exception_stack_end;
	default:
		return 0;
	}
}

void exception_report(u64 vector, u64 sp)
{
	u64 syndrome = cpu_read_esr(), class = syndrome >> SYNDROME_CLASS_SHIFT;
	const char *name = origins[vector % ARRAY_SIZE(origins)];
	u64 address = 0;

	class &= 0x3f;
	if (vector % ARRAY_SIZE(origins) == ORIGIN_SYNCHRONOUS) {
		if (has_address(class))
			address = cpu_read_far();
		name = class_name(class, address);
	}
	emulator_exception(name, syndrome, cpu_read_elr(), address, sp);
}

void exception_again(void)
{
	static const struct handoff_reset none;

	arch_reset(&none);
}
