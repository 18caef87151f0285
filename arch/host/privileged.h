/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Privileged x86-64 instructions of a payload that runs in a process: decoded
 * and carried out on a processor that exists only here. Pure but for the
 * callbacks, so that it can be tested without a fault.
 */
#ifndef ARCH_HOST_PRIVILEGED_H
#define ARCH_HOST_PRIVILEGED_H

#include <arch/host/run.h>

/* General registers in the order in which instructions encode them. */
enum {
	HOST_RAX,
	HOST_RCX,
	HOST_RDX,
	HOST_RBX,
	HOST_RSP,
	HOST_RBP,
	HOST_RSI,
	HOST_RDI,
};

#define PRIVILEGED_CODE 15 /* bytes of the longest instruction */

/* What a payload can see of the machine that it believes to run on. */
struct privileged_cpu {
	u64 control[9]; /* CR0, 2, 3, 4, 8 by number */
	u64 debug[8];
	u64 efer;
	u64 gdt_base, idt_base;
	u16 gdt_limit, idt_limit;
	u16 ldt, task;
	/* Returns false when the bytes cannot be written. */
	bool (*store)(u64 address, const void *data, u32 size);
	u32 (*port_in)(u16 port, u32 width);
	void (*port_out)(u16 port, u32 value, u32 width);
};

enum privileged_result {
	PRIVILEGED_NO, /* not a privileged instruction, or one of no use here */
	PRIVILEGED_DONE,
	PRIVILEGED_HALT, /* HLT; pc is behind it */
};

/**
 * privileged_reset() - the processor as the emulator leaves it to a payload
 * @cpu: set up, but for the callbacks, which stay
 * @la57: does the processor have 5-level paging? Then it is on, as it is under
 *        a Linux that uses it, and no payload need switch.
 */
void privileged_reset(struct privileged_cpu *cpu, bool la57);

/**
 * privileged_emulate() - carry out one instruction
 * @cpu: state of the processor
 * @code: its bytes
 * @size: how many of them are readable, at most PRIVILEGED_CODE
 * @registers: pc moves behind the instruction; unchanged with PRIVILEGED_NO
 * @ret_name: its mnemonic, a constant string; untouched with PRIVILEGED_NO
 *
 * Return: enum privileged_result
 */
enum privileged_result privileged_emulate(struct privileged_cpu *cpu,
					  const u8 *code, u32 size,
					  struct host_registers *registers,
					  const char **ret_name);

#endif /* ARCH_HOST_PRIVILEGED_H */
