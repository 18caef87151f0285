/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The 32 exception vectors, all of the same size, and the way from them to C.
 * Nothing here returns to where it came from.
 */
#include <arch/x86/exception.h>

/* Vectors for which the processor pushes an error code (Intel SDM 3, 6.3). */
#define HAS_ERROR_CODE(v)						\
	((v) == 8 || ((v) >= 10 && (v) <= 14) || (v) == 17 ||		\
	 (v) == 21 || (v) == 29 || (v) == 30)

	.text

	.globl	exception_vectors
	.type	exception_vectors, @function
	.balign	EXCEPTION_VECTOR_SIZE
exception_vectors:
	.set	vector, 0
	.rept	EXCEPTION_VECTORS
	.balign	EXCEPTION_VECTOR_SIZE, 0xcc
	.if	!(HAS_ERROR_CODE(vector))
	pushq	$0
	.endif
	pushq	$vector
	jmp	.Lexception
	.set	vector, vector + 1
	.endr
	.size	exception_vectors, . - exception_vectors

/*
 * In: on the exception stack struct exception_frame. Out: exception_report().
 *
 * From here on the IDT has limit 0: an exception while one is being reported
 * resets the machine, where it would else report itself for ever.
 */
.Lexception:
	lidt	no_table(%rip)
	cld
	movq	%rsp, %rdi
	andq	$~15, %rsp
	call	exception_report
	ud2

/*
 * exception_load(%rdi GDT, %rsi IDT, both struct cpu_table)
 *
 * Replaces GDT, segments, task register and IDT.
 */
	.globl	exception_load
	.type	exception_load, @function
exception_load:
	lgdt	(%rdi)
	popq	%rax
	pushq	$EXCEPTION_CODE_SELECTOR
	pushq	%rax
	movl	$EXCEPTION_DATA_SELECTOR, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %fs
	movl	%eax, %gs
	movl	%eax, %ss
	xorl	%eax, %eax
	lldt	%ax
	movl	$EXCEPTION_TASK_SELECTOR, %eax
	ltr	%ax
	lidt	(%rsi)
	lretq
	.size	exception_load, . - exception_load

	.section .rodata.exception, "a"
	.balign	8
no_table:
	.word	0
	.quad	0

	.section .note.GNU-stack, "", @progbits
