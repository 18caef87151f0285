/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Three tables of exception vectors and the way from them to C: report, reset
 * at once (while one is being reported), and skip (while means of reset are
 * being tried).
 */
#include <arch/arm64/cpu.h>
#include <arch/arm64/exception.h>

	.text

/* Every vector does the same, told its own number in x0. */
	.macro	vectors name, target
	.globl	\name
	.type	\name, %function
	.balign	EXCEPTION_VECTORS << EXCEPTION_VECTOR_SHIFT
\name:
	.set	vector, 0
	.rept	EXCEPTION_VECTORS
	.balign	1 << EXCEPTION_VECTOR_SHIFT
	mov	x0, #vector
	b	\target
	.set	vector, vector + 1
	.endr
	.size	\name, . - \name
	.endm

	vectors	exception_vectors, .Lexception
	vectors	exception_again_vectors, .Lagain

/*
 * Nothing here returns, so that no register has to be saved. The stack is
 * always another one: after a hit on a guard page the running one is useless.
 */
	.macro	exception_stack
	adrp	x2, exception_stack_end
	add	x2, x2, :lo12:exception_stack_end
	mov	sp, x2
	mov	x29, xzr
	.endm

/* Puts the table of that name into VBAR; x2 and x3 change. */
	.macro	load_vectors name
	adrp	x2, \name
	add	x2, x2, :lo12:\name
	mrs	x3, currentel
	cmp	x3, #CPU_CURRENT_EL2
	b.eq	1f
	msr	vbar_el1, x2
	b	2f
1:	msr	vbar_el2, x2
2:	isb
	.endm

.Lexception:
	mov	x1, sp
	load_vectors exception_again_vectors
	exception_stack
	bl	exception_report	/* x0 vector, x1 stack pointer */
	udf	#0

.Lagain:
	exception_stack
	bl	exception_again
	udf	#0

/*
 * The conduit that a machine does not have is an undefined instruction. x9 to
 * x17 may change in a call by SMC or HVC.
 */
	.macro	skip el
	mrs	x9, elr_\el
	add	x9, x9, #4
	msr	elr_\el, x9
	eret
	.endm

	.globl	exception_skip_vectors
	.type	exception_skip_vectors, %function
	.balign	EXCEPTION_VECTORS << EXCEPTION_VECTOR_SHIFT
exception_skip_vectors:
	.rept	EXCEPTION_VECTORS
	.balign	1 << EXCEPTION_VECTOR_SHIFT
	mrs	x9, currentel
	cmp	x9, #CPU_CURRENT_EL2
	b.eq	1f
	skip	el1
1:	skip	el2
	.endr
	.size	exception_skip_vectors, . - exception_skip_vectors

	.section .note.GNU-stack, "", @progbits
