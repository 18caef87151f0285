/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between the processors that a payload can run on in a process:
 * implemented in arch/host/x86 and in arch/host/arm64.
 */
#ifndef ARCH_HOST_PROCESSOR_H
#define ARCH_HOST_PROCESSOR_H

#include <arch/host/run.h>

#include <signal.h>

enum processor_result {
	PROCESSOR_NO, /* not a privileged instruction, or one of no use here */
	PROCESSOR_DONE, /* it was carried out, the payload can go on */
	PROCESSOR_HALT, /* it waits for an interrupt, which will not come */
};

/**
 * processor_start() - before the payload runs
 */
void processor_start(void);

/**
 * processor_emulate() - carry out a privileged instruction
 * @number: of the signal that it raised
 * @context: the ucontext_t of its handler; changed with PROCESSOR_DONE only
 * @ret_name: its mnemonic, a constant string; untouched with PROCESSOR_NO
 *
 * Return: enum processor_result
 */
enum processor_result processor_emulate(int number, void *context,
					const char **ret_name);

/**
 * processor_describe() - what a signal says of the processor
 * @number: of the signal
 * @info: of the signal
 * @context: the ucontext_t of its handler
 * @ret: gets name, vector, code, address and registers
 */
void processor_describe(int number, const siginfo_t *info, const void *context,
			struct host_fault *ret);

/**
 * processor_run() - go on with another stack
 * @stack: its end, a multiple of 16
 * @function: where; it does not return
 */
void __noreturn processor_run(u64 stack, void (*function)(void));

#endif /* ARCH_HOST_PROCESSOR_H */
