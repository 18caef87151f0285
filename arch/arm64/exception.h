/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between exception.c, which says what happened, and vectors.S, which the
 * processor enters.
 */
#ifndef ARCH_ARM64_EXCEPTION_H
#define ARCH_ARM64_EXCEPTION_H

/* Arm ARM, D1.4.1: 4 origins, of each synchronous, IRQ, FIQ, SError. */
#define EXCEPTION_VECTORS 16
#define EXCEPTION_VECTOR_SHIFT 7

#ifndef __ASSEMBLER__

#include <kexec_pe/types.h>

/* Report the exception and reset. */
extern const u8 exception_vectors[];

/* Reset at once, without a report. */
extern const u8 exception_again_vectors[];

/* Go on behind the instruction that could not be executed. */
extern const u8 exception_skip_vectors[];

/* Of the linker script: every stack lies between two guard pages. */
extern const u8 stack_start[], stack_end[], exception_stack_end[];

/**
 * exception_report() - hand an exception to the emulator
 * @vector: number of the vector, below EXCEPTION_VECTORS
 * @sp: stack pointer when it was taken
 */
void __noreturn exception_report(u64 vector, u64 sp);

/**
 * exception_again() - reset after an exception while one was being reported
 */
void __noreturn exception_again(void);

#endif /* __ASSEMBLER__ */
#endif /* ARCH_ARM64_EXCEPTION_H */
