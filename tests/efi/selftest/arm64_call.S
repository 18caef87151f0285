/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AArch64: calls that watch or spoil the registers which EFIAPI functions must
 * preserve (UEFI 2.10, 2.3.6.3; AAPCS64, 6.1): x19-x29, sp, d8-d15.
 */
	.arch	armv8-a
	.text

	.macro	save
	stp	x29, x30, [sp, #-176]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	stp	d8, d9, [sp, #96]
	stp	d10, d11, [sp, #112]
	stp	d12, d13, [sp, #128]
	stp	d14, d15, [sp, #144]
	.endm

	.macro	restore
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	d8, d9, [sp, #96]
	ldp	d10, d11, [sp, #112]
	ldp	d12, d13, [sp, #128]
	ldp	d14, d15, [sp, #144]
	ldp	x29, x30, [sp], #176
	.endm

	.macro	pattern register
	mov	x\register, #0x5e00 + \register
	.endm

	.macro	check register
	mov	x9, #0x5e00 + \register
	cmp	x\register, x9
	b.eq	.Lkept\@
	orr	x10, x10, #1
.Lkept\@:
	.endm

	.macro	pattern_vector register
	mov	x9, #0xd000 + \register
	fmov	d\register, x9
	.endm

	.macro	check_vector register
	mov	x9, #0xd000 + \register
	fmov	x11, d\register
	cmp	x11, x9
	b.eq	.Lkept\@
	orr	x10, x10, #2
.Lkept\@:
	.endm

/* UINTN arch_call3_registers(service, a, b, c, EFI_STATUS *status) */
	.globl	arch_call3_registers
	.hidden	arch_call3_registers
	.type	arch_call3_registers, %function
arch_call3_registers:
	save
	str	x4, [sp, #160]
	mov	x29, sp			/* the witness of the stack */
	mov	x8, x0
	mov	x0, x1
	mov	x1, x2
	mov	x2, x3
	.irp	n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28
	pattern	\n
	.endr
	.irp	n, 8, 9, 10, 11, 12, 13, 14, 15
	pattern_vector \n
	.endr
	blr	x8
	mov	x10, #0
	.irp	n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28
	check	\n
	.endr
	.irp	n, 8, 9, 10, 11, 12, 13, 14, 15
	check_vector \n
	.endr
	mov	x9, sp
	cmp	x9, x29
	b.eq	1f
	orr	x10, x10, #4
	mov	sp, x29
1:	ldr	x4, [sp, #160]
	str	x0, [x4]
	mov	x0, x10
	restore
	ret
	.size	arch_call3_registers, . - arch_call3_registers

/* void arch_clobber(service, a, b, c, d); does not return */
	.globl	arch_clobber
	.hidden	arch_clobber
	.type	arch_clobber, %function
arch_clobber:
	mov	x8, x0
	mov	x0, x1
	mov	x1, x2
	mov	x2, x3
	mov	x3, x4
	.irp	n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29
	mov	x\n, #-1
	.endr
	mov	x9, #-1
	.irp	n, 8, 9, 10, 11, 12, 13, 14, 15
	fmov	d\n, x9
	.endr
	blr	x8
	udf	#0
	.size	arch_clobber, . - arch_clobber

	.section .note.GNU-stack, "", @progbits
