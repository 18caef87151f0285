/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * First instructions after kexec. K1's relocate_kernel leaves: long mode with
 * an identity map of RAM in K1's control pages, all of it writable and
 * executable; CR4 = PAE, and LA57 if K1 ran with it; GDT and IDT of limit 0, so
 * that any exception or segment load is a reset; interrupts off; all general
 * registers 0; a stack that is not ours. After a panic nothing of K1's is worth
 * trust: of all that only the map is used, which lies in the crash region, too,
 * until the emulator has its own.
 */
#define CR0_MP (1 << 1)
#define CR0_EM (1 << 2)
#define CR0_TS (1 << 3)
#define CR0_NE (1 << 5)
#define CR4_OSFXSR (1 << 9)
#define CR4_OSXMMEXCPT (1 << 10)

	.section .text.entry, "ax"

/* In: nothing. Out: purgatory_main(%rdi header) on our own stack. */
	.globl	emulator_entry
	.type	emulator_entry, @function
emulator_entry:
	cli
	cld
	leaq	stack_end(%rip), %rsp
	xorl	%ebp, %ebp

	/* No digest covers it, and a panic may have come from writing there. */
	leaq	zeroed_start(%rip), %rdi
	leaq	zeroed_end(%rip), %rcx
	subq	%rdi, %rcx
	xorl	%eax, %eax
	rep stosb

	/* The state that UEFI promises to an image (UEFI 2.10, 2.3.4). */
	movq	%cr0, %rax
	andl	$~(CR0_EM | CR0_TS), %eax
	orl	$(CR0_MP | CR0_NE), %eax
	movq	%rax, %cr0
	movq	%cr4, %rax
	orl	$(CR4_OSFXSR | CR4_OSXMMEXCPT), %eax
	movq	%rax, %cr4
	fninit
	fldcw	fpu_control(%rip)
	ldmxcsr	mxcsr(%rip)

	leaq	emulator_header(%rip), %rdi
	call	purgatory_main
	ud2				/* it never returns */
	.size	emulator_entry, . - emulator_entry

	.section .rodata.entry, "a"
	.balign	4
mxcsr:
	.long	0x1f80			/* all masked, round to nearest */
fpu_control:
	.word	0x037f			/* the same, double extended */

	.section .note.GNU-stack, "", @progbits
