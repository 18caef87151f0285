/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Into an image and back: from the System V ABI of the emulator to the
 * Microsoft ABI of EFI (UEFI 2.10, 2.3.4.2), with a second way out for Exit().
 */
#include <arch/x86/jump.h>

#define SHADOW_SPACE 32 /* the callee may store its first four arguments */

	.text

/*
 * arch_call_image(%rdi entry, %rsi handle, %rdx systab, %rcx jump)
 *
 * Returns the image's status in %rax. %rbx, which both ABIs preserve, keeps
 * jump across the call; the stack is aligned to 16 bytes at the call.
 */
	.globl	arch_call_image
	.type	arch_call_image, @function
arch_call_image:
	movq	%rsp, ARCH_JUMP_RSP(%rcx)
	movq	%rbx, ARCH_JUMP_RBX(%rcx)
	movq	%rbp, ARCH_JUMP_RBP(%rcx)
	movq	%r12, ARCH_JUMP_R12(%rcx)
	movq	%r13, ARCH_JUMP_R13(%rcx)
	movq	%r14, ARCH_JUMP_R14(%rcx)
	movq	%r15, ARCH_JUMP_R15(%rcx)
	stmxcsr	ARCH_JUMP_MXCSR(%rcx)
	fnstcw	ARCH_JUMP_FPU_CONTROL(%rcx)
	movups	%xmm6, ARCH_JUMP_XMM + 0x00(%rcx)
	movups	%xmm7, ARCH_JUMP_XMM + 0x10(%rcx)
	movups	%xmm8, ARCH_JUMP_XMM + 0x20(%rcx)
	movups	%xmm9, ARCH_JUMP_XMM + 0x30(%rcx)
	movups	%xmm10, ARCH_JUMP_XMM + 0x40(%rcx)
	movups	%xmm11, ARCH_JUMP_XMM + 0x50(%rcx)
	movups	%xmm12, ARCH_JUMP_XMM + 0x60(%rcx)
	movups	%xmm13, ARCH_JUMP_XMM + 0x70(%rcx)
	movups	%xmm14, ARCH_JUMP_XMM + 0x80(%rcx)
	movups	%xmm15, ARCH_JUMP_XMM + 0x90(%rcx)

	movq	%rcx, %rbx
	movq	%rdi, %rax
	movq	%rsi, %rcx		/* first argument: image handle */
	/* The second, the system table, is in %rdx already. */
	andq	$~15, %rsp
	subq	$SHADOW_SPACE, %rsp
	cld
	call	*%rax
	movq	%rbx, %rdi
	jmp	.Lreturn
	.size	arch_call_image, . - arch_call_image

/*
 * arch_leave_image(%rdi jump, %rsi status)
 *
 * Never returns to its caller, but from arch_call_image().
 */
	.globl	arch_leave_image
	.type	arch_leave_image, @function
arch_leave_image:
	movq	%rsi, %rax
	/*
	 * Out: %rdi jump, %rax status. The image itself preserves what is
	 * restored here when it returns, but nobody has to trust it.
	 */
.Lreturn:
	movups	ARCH_JUMP_XMM + 0x00(%rdi), %xmm6
	movups	ARCH_JUMP_XMM + 0x10(%rdi), %xmm7
	movups	ARCH_JUMP_XMM + 0x20(%rdi), %xmm8
	movups	ARCH_JUMP_XMM + 0x30(%rdi), %xmm9
	movups	ARCH_JUMP_XMM + 0x40(%rdi), %xmm10
	movups	ARCH_JUMP_XMM + 0x50(%rdi), %xmm11
	movups	ARCH_JUMP_XMM + 0x60(%rdi), %xmm12
	movups	ARCH_JUMP_XMM + 0x70(%rdi), %xmm13
	movups	ARCH_JUMP_XMM + 0x80(%rdi), %xmm14
	movups	ARCH_JUMP_XMM + 0x90(%rdi), %xmm15
	fldcw	ARCH_JUMP_FPU_CONTROL(%rdi)
	ldmxcsr	ARCH_JUMP_MXCSR(%rdi)
	movq	ARCH_JUMP_R15(%rdi), %r15
	movq	ARCH_JUMP_R14(%rdi), %r14
	movq	ARCH_JUMP_R13(%rdi), %r13
	movq	ARCH_JUMP_R12(%rdi), %r12
	movq	ARCH_JUMP_RBP(%rdi), %rbp
	movq	ARCH_JUMP_RBX(%rdi), %rbx
	movq	ARCH_JUMP_RSP(%rdi), %rsp
	cld
	ret
	.size	arch_leave_image, . - arch_leave_image

	.section .note.GNU-stack, "", @progbits
