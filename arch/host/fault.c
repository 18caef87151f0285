// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Faults of the payload: privileged instructions are carried out, anything else
 * is reported and ends the run.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

#include <cpuid.h>

#include <arch/host/child.h>
#include <arch/host/privileged.h>

#define STACK 0x10000

/* Intel SDM volume 3, 6.3.1. */
#define VECTOR_STACK_FAULT 12
#define VECTOR_GENERAL_PROTECTION 13
#define VECTOR_PAGE_FAULT 14

#define CPUID_FEATURES 7
#define CPUID_FEATURES_ECX_LA57 BIT(16)

/* The first serial port, which a payload may take for a console. */
#define SERIAL 0x3f8
#define SERIAL_LINE_CONTROL (SERIAL + 3)
#define SERIAL_LINE_CONTROL_DIVISOR BIT(7)
#define SERIAL_LINE_STATUS (SERIAL + 5)
#define SERIAL_LINE_STATUS_READY 0x60

static u8 stack[STACK] __aligned(16);
static struct privileged_cpu cpu;
static u32 line_control;

static const u8 general[16] = {
	REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
	REG_R8,	 REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
};

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

static void registers_from(const greg_t *native, struct host_registers *ret)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(general); i++)
		ret->general[i] = (u64)native[general[i]];
	ret->rip = (u64)native[REG_RIP];
	ret->rflags = (u64)native[REG_EFL];
}

static void registers_to(const struct host_registers *from, greg_t *native)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(general); i++)
		native[general[i]] = (greg_t)from->general[i];
	native[REG_RIP] = (greg_t)from->rip;
}

static const char *vector_name(int number, const siginfo_t *info, u32 vector)
{
	switch (number) {
	case SIGFPE:
		return "arithmetic exception";
	case SIGILL:
		return "invalid opcode";
	case SIGTRAP:
		return "breakpoint or debug exception";
	case SIGSYS:
		return "system call of Linux";
	case SIGALRM:
		return "time limit";
	default:
		break;
	}
	if (vector == VECTOR_STACK_FAULT)
		return "stack fault";
	if (vector == VECTOR_GENERAL_PROTECTION)
		return "general protection";
	if (vector == VECTOR_PAGE_FAULT)
		return "page fault";
	return info->si_signo == SIGBUS ? "bus error" : "exception";
}

static void place(struct host_fault *fault)
{
	u64 rip = fault->registers.rip, start = (u64)(uintptr_t)__ehdr_start;
	u64 size;

	if (rip - start < (u64)(uintptr_t)_end - start) {
		fault->emulator = true;
		fault->image = start;
	} else if (arena_has(rip)) {
		fault->image = place_find(rip, &size);
	}
	fault->offset = fault->image ? rip - fault->image : 0;
}

static void describe(int number, const siginfo_t *info, const greg_t *native,
		     struct host_fault *ret)
{
	memset(ret, 0, sizeof(*ret));
	registers_from(native, &ret->registers);
	ret->signal = (u32)number;
	ret->vector = (u32)native[REG_TRAPNO];
	ret->code = (u64)native[REG_ERR];
	if (ret->vector == VECTOR_PAGE_FAULT && number == SIGSEGV)
		ret->address = (u64)native[REG_CR2];
	snprintf(ret->name, sizeof(ret->name), "%s",
		 vector_name(number, info, ret->vector));
	place(ret);
	ret->rip_protection = arena_protection(ret->registers.rip);
	ret->address_protection = arena_protection(ret->address);
	ret->code_size = (u32)arena_readable(ret->registers.rip,
					     sizeof(ret->code_bytes));
	if (ret->code_size)
		memcpy(ret->code_bytes, (void *)ret->registers.rip,
		       ret->code_size);
}

static void __noreturn end(enum host_outcome outcome,
			   const struct host_fault *fault)
{
	char sentence[HOST_SENTENCE];

	tell(RECORD_FAULT, fault, sizeof(*fault), NULL, 0);
	state_memory();
	snprintf(sentence, sizeof(sentence), "%s in %s", fault->name,
		 fault->emulator ? "the emulator" : "the payload");
	tell_end(outcome, 0, sentence);
}

static void tell_privileged(const char *name, u64 rip)
{
	struct host_privileged told = { .rip = rip, .count = 1 };

	snprintf(told.name, sizeof(told.name), "%s", name);
	tell(RECORD_PRIVILEGED, &told, sizeof(told), NULL, 0);
}

/* Returns true when the payload can go on. */
static bool emulate(greg_t *native, enum privileged_result *ret)
{
	struct host_registers registers;
	const char *name;
	u64 rip, size;

	registers_from(native, &registers);
	rip = registers.rip;
	size = arena_readable(rip, PRIVILEGED_CODE);
	*ret = privileged_emulate(&cpu, (const u8 *)rip, (u32)size, &registers,
				  &name);
	if (*ret == PRIVILEGED_NO)
		return false;
	tell_privileged(name, rip);
	if (*ret == PRIVILEGED_HALT)
		return false;
	registers_to(&registers, native);
	return true;
}

static void on_fault(int number, siginfo_t *info, void *context)
{
	greg_t *native = ((ucontext_t *)context)->uc_mcontext.gregs;
	enum privileged_result result = PRIVILEGED_NO;
	struct host_fault fault;

	if (number == SIGSEGV &&
	    native[REG_TRAPNO] == VECTOR_GENERAL_PROTECTION &&
	    emulate(native, &result))
		return;
	describe(number, info, native, &fault);
	after_fault(fault.registers.rip, fault.address);
	if (result != PRIVILEGED_HALT)
		end(HOST_FAULT, &fault);
	snprintf(fault.name, sizeof(fault.name), "HLT without end");
	end(HOST_HALTED, &fault);
}

static struct host_fault interrupted;

static void end_interrupted(void)
{
	tell_later(NULL);
	end(HOST_LIMIT, &interrupted);
}

/* The parent's clock has run out; it will not ask twice. */
static void on_limit(int number, siginfo_t *info, void *context)
{
	greg_t *native = ((ucontext_t *)context)->uc_mcontext.gregs;

	describe(number, info, native, &interrupted);
	interrupted.vector = 0;
	interrupted.code = 0;
	if (tell_busy())
		tell_later(end_interrupted);
	else
		end_interrupted();
}

static void take(int number, void (*handler)(int, siginfo_t *, void *))
{
	struct sigaction action = {
		.sa_sigaction = handler,
		.sa_flags = SA_SIGINFO | SA_ONSTACK,
	};

	if (sigaction(number, &action, NULL))
		tell_failed("signals cannot be handled");
}

static bool has_la57(void)
{
	unsigned int eax, ebx, ecx, edx;

	return __get_cpuid_count(CPUID_FEATURES, 0, &eax, &ebx, &ecx, &edx) &&
	       ecx & CPUID_FEATURES_ECX_LA57;
}

void fault_start(void)
{
	const int faults[] = {
		SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS
	};
	const stack_t alternate = { .ss_sp = stack, .ss_size = sizeof(stack) };
	u32 i;

	cpu.store = store;
	cpu.port_in = port_in;
	cpu.port_out = port_out;
	privileged_reset(&cpu, has_la57());
	if (sigaltstack(&alternate, NULL))
		tell_failed("there is no stack for signals");
	for (i = 0; i < ARRAY_SIZE(faults); i++)
		take(faults[i], on_fault);
	take(SIGALRM, on_limit);
}
