// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Faults of the payload: privileged instructions are carried out, anything else
 * is reported and ends the run.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <arch/host/child.h>
#include <arch/host/processor.h>

#define STACK 0x10000

static u8 stack[STACK] __aligned(16);

static void place(struct host_fault *fault)
{
	u64 pc = fault->registers.pc, start = (u64)(uintptr_t)__ehdr_start;
	u64 size;

	if (pc - start < (u64)(uintptr_t)_end - start) {
		fault->emulator = true;
		fault->image = start;
	} else if (arena_has(pc)) {
		fault->image = place_find(pc, &size);
	}
	fault->offset = fault->image ? pc - fault->image : 0;
}

/* What comes from Linux is the same on all machines. */
static const char *signal_name(int number)
{
	switch (number) {
	case SIGSYS:
		return "system call of Linux";
	case SIGALRM:
		return "time limit";
	default:
		return NULL;
	}
}

static void describe(int number, const siginfo_t *info, const void *context,
		     struct host_fault *ret)
{
	const char *name = signal_name(number);
	u64 pc;

	memset(ret, 0, sizeof(*ret));
	processor_describe(number, info, context, ret);
	if (name)
		snprintf(ret->name, sizeof(ret->name), "%s", name);
	ret->signal = (u32)number;
	place(ret);
	pc = ret->registers.pc;
	ret->pc_protection = arena_protection(pc);
	ret->address_protection = arena_protection(ret->address);
	ret->code_size = (u32)arena_readable(pc, sizeof(ret->code_bytes));
	if (ret->code_size)
		memcpy(ret->code_bytes, (void *)pc, ret->code_size);
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

static void tell_privileged(const char *name, u64 pc)
{
	struct host_privileged told = { .pc = pc, .count = 1 };

	snprintf(told.name, sizeof(told.name), "%s", name);
	tell(RECORD_PRIVILEGED, &told, sizeof(told), NULL, 0);
}

static void on_fault(int number, siginfo_t *info, void *context)
{
	enum processor_result result;
	struct host_fault fault;
	const char *name;

	describe(number, info, context, &fault);
	result = processor_emulate(number, context, &name);
	if (result != PROCESSOR_NO)
		tell_privileged(name, fault.registers.pc);
	if (result == PROCESSOR_DONE)
		return;
	after_fault(fault.registers.pc, fault.address);
	if (result != PROCESSOR_HALT)
		end(HOST_FAULT, &fault);
	snprintf(fault.name, sizeof(fault.name), "%s without end", name);
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
	describe(number, info, context, &interrupted);
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

void fault_start(void)
{
	const int faults[] = {
		SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS
	};
	const stack_t alternate = { .ss_sp = stack, .ss_size = sizeof(stack) };
	u32 i;

	processor_start();
	if (sigaltstack(&alternate, NULL))
		tell_failed("there is no stack for signals");
	for (i = 0; i < ARRAY_SIZE(faults); i++)
		take(faults[i], on_fault);
	take(SIGALRM, on_limit);
}
