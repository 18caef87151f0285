/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Instructions that fault in a process but not in firmware; returns 0 when all
 * of them do what they should, else the number of the one that does not.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_AMD64
	pushq	%rbx
	movl	$1, %r8d
	cli
	sti
	movq	%cr0, %rax		/* paging and protection are on */
	andl	$0x80000001, %eax
	cmpl	$0x80000001, %eax
	jne	.Lbad
	movl	$2, %r8d
	movq	%cr4, %r9
	testb	$0x20, %r9b		/* PAE */
	jz	.Lbad
	movl	$3, %r8d
	movl	$0x12345678, %eax	/* what is written can be read */
	movq	%rax, %cr2
	movq	%cr2, %rbx
	cmpq	%rax, %rbx
	jne	.Lbad
	movl	$4, %r8d
	movl	$0xc0000080, %ecx	/* EFER: long mode, active */
	rdmsr
	andl	$0x500, %eax
	cmpl	$0x500, %eax
	jne	.Lbad
	movl	$5, %r8d
	movw	$0x3fd, %dx		/* serial port: ready */
	movl	$0x11223300, %eax
	inb	%dx, %al
	cmpl	$0x11223360, %eax	/* and nothing but AL changed */
	jne	.Lbad
	movl	$6, %r8d
	movw	$0x3f8, %dx
	movb	$'!', %al
	outb	%al, %dx
	movw	$0x1234, %dx
	inl	%dx, %eax
	cmpl	$-1, %eax
	jne	.Lbad
	inb	$0x80, %al
	outb	%al, $0x80
	movl	$7, %r8d
	movq	%r8, %db0
	movq	%db0, %rax
	cmpq	%r8, %rax
	jne	.Lbad
	wbinvd
	invd
	clts
	invlpg	(%rsp)
	invlpg	-0x80(%rsp, %r8, 8)
	swapgs
	movq	%cr3, %r15		/* REX.B */
	movq	%r15, %cr3
	movl	$0x277, %ecx		/* PAT */
	rdmsr
	wrmsr
	popq	%rbx
	xorl	%eax, %eax
	retq
.Lbad:	popq	%rbx
	movl	%r8d, %eax
	retq
	pe_end
