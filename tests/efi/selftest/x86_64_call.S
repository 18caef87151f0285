/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86-64: calls that watch or spoil the registers which EFIAPI functions
 * (UEFI 2.10, 2.3.4.2) must preserve: rbx, rbp, rdi, rsi, rsp, r12-r15 and
 * xmm6-xmm15.
 */
	.text

	.macro	for_general op
	\op	$0x1b1b1b1b, %rbx
	\op	$0x1d1d1d1d, %rdi
	\op	$0x15151515, %rsi
	\op	$0x12121212, %r12
	\op	$0x13131313, %r13
	\op	$0x14141414, %r14
	\op	$0x16161616, %r15
	.endm

/* Some firmware leaves SSE off: CR4.OSFXSR. */
	.macro	if_vector else
	movq	%cr4, %r10
	testl	$0x200, %r10d
	jz	\else
	.endm

	.macro	load value, register
	movq	\value, \register
	.endm

	.macro	check_general value, register
	cmpq	\value, \register
	je	.Lkept\@
	orq	$1, %r11
.Lkept\@:
	.endm

	.macro	for_vector op
	\op	%xmm6
	\op	%xmm7
	\op	%xmm8
	\op	%xmm9
	\op	%xmm10
	\op	%xmm11
	\op	%xmm12
	\op	%xmm13
	\op	%xmm14
	\op	%xmm15
	.endm

	.macro	load_vector register
	movq	%r10, \register
	incq	%r10
	.endm

	.macro	check_vector register
	movq	\register, %rcx
	cmpq	%r10, %rcx
	je	.Lkept\@
	orq	$2, %r11
.Lkept\@:
	incq	%r10
	.endm

	.macro	spoil_vector register
	pcmpeqd	\register, \register
	.endm

/* UINTN arch_call3_registers(service, a, b, c, EFI_STATUS *status), SysV */
	.globl	arch_call3_registers
	.hidden	arch_call3_registers
	.type	arch_call3_registers, @function
arch_call3_registers:
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	pushq	%r8			/* status */
	movq	%rsp, %rbp
	movq	%rdi, %rax
	movq	%rcx, %r8		/* c */
	movq	%rsi, %rcx		/* a; rdx holds b already */
	if_vector 0f
	movabsq	$0x5ee5000000000000, %r10
	for_vector load_vector
0:	for_general load
	subq	$32, %rsp		/* the callee's home for its arguments */
	call	*%rax
	addq	$32, %rsp
	xorl	%r11d, %r11d
	for_general check_general
	if_vector 0f
	movabsq	$0x5ee5000000000000, %r10
	for_vector check_vector
0:	cmpq	%rbp, %rsp
	je	1f
	orq	$4, %r11		/* rbp is the better witness */
	movq	%rbp, %rsp
1:	popq	%r8
	movq	%rax, (%r8)
	movq	%r11, %rax
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	ret
	.size	arch_call3_registers, . - arch_call3_registers

/* void arch_clobber(service, a, b, c, d), SysV; does not return */
	.globl	arch_clobber
	.hidden	arch_clobber
	.type	arch_clobber, @function
arch_clobber:
	movq	%rdi, %rax
	movq	%r8, %r9		/* d */
	movq	%rcx, %r8		/* c */
	movq	%rsi, %rcx		/* a; rdx holds b already */
	if_vector 0f
	for_vector spoil_vector
0:
	movq	$-1, %rbx
	movq	$-1, %rdi
	movq	$-1, %rsi
	movq	$-1, %rbp
	movq	$-1, %r12
	movq	$-1, %r13
	movq	$-1, %r14
	movq	$-1, %r15
	andq	$-16, %rsp
	subq	$32, %rsp
	call	*%rax
	ud2
	.size	arch_clobber, . - arch_clobber

	.section .note.GNU-stack, "", @progbits
