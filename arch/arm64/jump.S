/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Into an image and back, with a second way out for Exit(). EFI's calling
 * convention is that of the emulator itself (UEFI 2.10, 2.3.6.2: AAPCS64).
 */
#include <arch/arm64/jump.h>

	.text

/*
 * arch_call_image(x0 entry, x1 handle, x2 systab, x3 jump)
 *
 * Returns the image's status in x0. x19, which the image preserves, keeps jump
 * across the call.
 */
	.globl	arch_call_image
	.type	arch_call_image, %function
arch_call_image:
	stp	x19, x20, [x3, #ARCH_JUMP_X + 0x00]
	stp	x21, x22, [x3, #ARCH_JUMP_X + 0x10]
	stp	x23, x24, [x3, #ARCH_JUMP_X + 0x20]
	stp	x25, x26, [x3, #ARCH_JUMP_X + 0x30]
	stp	x27, x28, [x3, #ARCH_JUMP_X + 0x40]
	stp	x29, x30, [x3, #ARCH_JUMP_X + 0x50]
	mov	x4, sp
	mrs	x5, fpcr
	stp	x4, x5, [x3, #ARCH_JUMP_SP]
	stp	d8, d9, [x3, #ARCH_JUMP_D + 0x00]
	stp	d10, d11, [x3, #ARCH_JUMP_D + 0x10]
	stp	d12, d13, [x3, #ARCH_JUMP_D + 0x20]
	stp	d14, d15, [x3, #ARCH_JUMP_D + 0x30]

	mov	x19, x3
	mov	x4, x0
	mov	x0, x1			/* first argument: image handle */
	mov	x1, x2			/* second: system table */
	mov	x29, xzr		/* a backtrace ends here */
	blr	x4
	mov	x3, x19
	b	.Lreturn
	.size	arch_call_image, . - arch_call_image

/*
 * arch_leave_image(x0 jump, x1 status)
 *
 * Never returns to its caller, but from arch_call_image().
 */
	.globl	arch_leave_image
	.type	arch_leave_image, %function
arch_leave_image:
	mov	x3, x0
	mov	x0, x1
	/*
	 * Out: x3 jump, x0 status. The image itself preserves what is restored
	 * here when it returns, but nobody has to trust it.
	 */
.Lreturn:
	ldp	d8, d9, [x3, #ARCH_JUMP_D + 0x00]
	ldp	d10, d11, [x3, #ARCH_JUMP_D + 0x10]
	ldp	d12, d13, [x3, #ARCH_JUMP_D + 0x20]
	ldp	d14, d15, [x3, #ARCH_JUMP_D + 0x30]
	ldp	x4, x5, [x3, #ARCH_JUMP_SP]
	msr	fpcr, x5
	mov	sp, x4
	ldp	x19, x20, [x3, #ARCH_JUMP_X + 0x00]
	ldp	x21, x22, [x3, #ARCH_JUMP_X + 0x10]
	ldp	x23, x24, [x3, #ARCH_JUMP_X + 0x20]
	ldp	x25, x26, [x3, #ARCH_JUMP_X + 0x30]
	ldp	x27, x28, [x3, #ARCH_JUMP_X + 0x40]
	ldp	x29, x30, [x3, #ARCH_JUMP_X + 0x50]
	ret
	.size	arch_leave_image, . - arch_leave_image

	.section .note.GNU-stack, "", @progbits
