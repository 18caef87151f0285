// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * x86-64 in a process: registers and exceptions as Linux shows them, and the
 * first serial port, which a payload may take for a console.
 */
#include <cpuid.h>
#include <string.h>
#include <ucontext.h>

#include <arch/host/child.h>
#include <arch/host/privileged.h>
#include <arch/host/processor.h>

/* Intel SDM volume 3, 6.3.1. */
#define VECTOR_STACK_FAULT 12
#define VECTOR_GENERAL_PROTECTION 13
#define VECTOR_PAGE_FAULT 14

#define CPUID_FEATURES 7
#define CPUID_FEATURES_ECX_LA57 BIT(16)

#define SERIAL 0x3f8
#define SERIAL_LINE_CONTROL (SERIAL + 3)
#define SERIAL_LINE_CONTROL_DIVISOR BIT(7)
#define SERIAL_LINE_STATUS (SERIAL + 5)
#define SERIAL_LINE_STATUS_READY 0x60

static struct privileged_cpu cpu;
static u32 line_control;

static const u8 general[] = {
	REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
	REG_R8,	 REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
};

const char *host_register_name(u32 index)
{
	static const char *const names[] = {
		"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
		"r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15",
	};

	if (index == HOST_REGISTER_PC)
		return "rip";
	if (index == HOST_REGISTER_FLAGS)
		return "rflags";
	return index < ARRAY_SIZE(names) ? names[index] : NULL;
}

static u32 port_in(u16 port, u32 width)
{
	(void)width;
	/* Nothing else is there: lines without a driver read as ones. */
	return port == SERIAL_LINE_STATUS ? SERIAL_LINE_STATUS_READY : ~0U;
}

static void port_out(u16 port, u32 value, u32 width)
{
	(void)width;
	if (port == SERIAL_LINE_CONTROL)
		line_control = value;
	else if (port == SERIAL &&
		 !(line_control & SERIAL_LINE_CONTROL_DIVISOR))
		tell_console((u8)value);
}

static bool store(u64 address, const void *data, u32 size)
{
	u32 i;

	for (i = 0; i < size; i++) {
		if (!(arena_protection(address + i) & HANDOFF_PROT_WRITE))
			return false;
	}
	memcpy((void *)address, data, size);
	return true;
}

static const greg_t *registers_of(const void *context)
{
	return ((const ucontext_t *)context)->uc_mcontext.gregs;
}

static void registers_from(const greg_t *native, struct host_registers *ret)
{
	u32 i;

	memset(ret, 0, sizeof(*ret));
	for (i = 0; i < ARRAY_SIZE(general); i++)
		ret->general[i] = (u64)native[general[i]];
	ret->pc = (u64)native[REG_RIP];
	ret->sp = (u64)native[REG_RSP];
	ret->flags = (u64)native[REG_EFL];
}

static void registers_to(const struct host_registers *from, void *context)
{
	greg_t *native = ((ucontext_t *)context)->uc_mcontext.gregs;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(general); i++)
		native[general[i]] = (greg_t)from->general[i];
	native[REG_RIP] = (greg_t)from->pc;
}

static const char *fault_name(int number, u32 vector)
{
	switch (number) {
	case SIGFPE:
		return "arithmetic exception";
	case SIGILL:
		return "invalid opcode";
	case SIGTRAP:
		return "breakpoint or debug exception";
	default:
		break;
	}
	if (vector == VECTOR_STACK_FAULT)
		return "stack fault";
	if (vector == VECTOR_GENERAL_PROTECTION)
		return "general protection";
	if (vector == VECTOR_PAGE_FAULT)
		return "page fault";
	return number == SIGBUS ? "bus error" : "exception";
}

void processor_describe(int number, const siginfo_t *info, const void *context,
			struct host_fault *ret)
{
	const greg_t *native = registers_of(context);

	(void)info;
	registers_from(native, &ret->registers);
	ret->vector = (u32)native[REG_TRAPNO];
	ret->code = (u64)native[REG_ERR];
	if (ret->vector == VECTOR_PAGE_FAULT && number == SIGSEGV)
		ret->address = (u64)native[REG_CR2];
	strcpy(ret->name, fault_name(number, ret->vector));
}

enum processor_result processor_emulate(int number, void *context,
					const char **ret_name)
{
	const greg_t *native = registers_of(context);
	struct host_registers registers;
	enum privileged_result result;
	u64 size;

	if (number != SIGSEGV ||
	    native[REG_TRAPNO] != VECTOR_GENERAL_PROTECTION)
		return PROCESSOR_NO;
	registers_from(native, &registers);
	size = arena_readable(registers.pc, PRIVILEGED_CODE);
	result = privileged_emulate(&cpu, (const u8 *)registers.pc, (u32)size,
				    &registers, ret_name);
	if (result == PRIVILEGED_NO)
		return PROCESSOR_NO;
	if (result == PRIVILEGED_HALT)
		return PROCESSOR_HALT;
	registers_to(&registers, context);
	return PROCESSOR_DONE;
}

static bool has_la57(void)
{
	unsigned int eax, ebx, ecx, edx;

	return __get_cpuid_count(CPUID_FEATURES, 0, &eax, &ebx, &ecx, &edx) &&
	       ecx & CPUID_FEATURES_ECX_LA57;
}

void processor_start(void)
{
	cpu.store = store;
	cpu.port_in = port_in;
	cpu.port_out = port_out;
	privileged_reset(&cpu, has_la57());
}

void processor_run(u64 stack, void (*function)(void))
{
	asm volatile("movq	%0, %%rsp\n\t"
		     "xorl	%%ebp, %%ebp\n\t"
		     "call	*%1\n\t"
		     "ud2" ::"r"(stack),
		     "r"(function)
		     : "memory");
	__builtin_unreachable();
}
