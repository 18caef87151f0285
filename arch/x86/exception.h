/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between exception.c, which fills the processor's tables, and vectors.S,
 * which the processor enters.
 */
#ifndef ARCH_X86_EXCEPTION_H
#define ARCH_X86_EXCEPTION_H

#define EXCEPTION_VECTORS 32
#define EXCEPTION_VECTOR_SIZE 16

/*
 * The selectors of Linux's 64-bit boot protocol (__BOOT_CS, __BOOT_DS), so that
 * a payload which expects those finds them.
 */
#define EXCEPTION_CODE_SELECTOR 0x10
#define EXCEPTION_DATA_SELECTOR 0x18
#define EXCEPTION_TASK_SELECTOR 0x20

#ifndef __ASSEMBLER__

#include <arch/x86/cpu.h>

/* What is on the exception stack when exception_report() is called. */
struct exception_frame {
	u64 vector;
	u64 code; /* 0 for vectors that have none */
	u64 rip;
	u64 cs;
	u64 rflags;
	u64 rsp;
	u64 ss;
};

/* Vector n is entered at byte n * EXCEPTION_VECTOR_SIZE. */
extern const u8 exception_vectors[];

/* Of the linker script: every stack lies between two guard pages. */
extern const u8 stack_start[], stack_end[], exception_stack_end[];

/**
 * exception_load() - switch to our own GDT and IDT
 * @gdt: with code, data and task segment at the selectors above
 * @idt: with gates for EXCEPTION_VECTORS vectors
 */
void exception_load(const struct cpu_table *gdt, const struct cpu_table *idt);

/**
 * exception_report() - hand an exception to the emulator
 * @frame: what processor and vector have pushed
 */
void __noreturn exception_report(const struct exception_frame *frame);

#endif /* __ASSEMBLER__ */
#endif /* ARCH_X86_EXCEPTION_H */
