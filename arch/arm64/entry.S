/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * First instructions after kexec. K1 leaves: EL1 or EL2, there with HCR_EL2.E2H
 * or without; MMU and data cache off; all of PSTATE.DAIF masked; VBAR and SP
 * stale; x0 = device tree, which the handoff has as well.
 *
 * With the MMU off all data accesses go past the caches. K1 has cleaned our
 * segments out of them, but may have left lines behind: of other memory even
 * modified ones, which would overwrite what is written there now. So nothing
 * is written outside of our own zeroed data until the caches are on, and every
 * line of that is invalidated before and after.
 */
#include <arch/arm64/cpu.h>

	.section .text.entry, "ax"

/* In: nothing. Out: purgatory_main(x0 header) on our own stack, caches on. */
	.globl	emulator_entry
	.type	emulator_entry, %function
emulator_entry:
	msr	daifset, #15
	msr	spsel, #1
	adrp	x0, stack_end
	add	x0, x0, :lo12:stack_end
	mov	sp, x0
	mov	x29, xzr

	/* Exceptions are ours, FP and SIMD trap nowhere: a payload may use them. */
	adrp	x0, exception_vectors
	add	x0, x0, :lo12:exception_vectors
	mrs	x1, currentel
	cmp	x1, #CPU_CURRENT_EL2
	b.eq	.Lel2
	msr	vbar_el1, x0
	mrs	x1, cpacr_el1
	orr	x1, x1, #(3 << CPU_CPACR_FPEN_SHIFT)
	msr	cpacr_el1, x1
	b	.Lown_state
.Lel2:
	msr	vbar_el2, x0
	mrs	x1, cptr_el2
	bic	x2, x1, #(1 << CPU_CPTR_TFP_SHIFT)
	orr	x3, x1, #(3 << CPU_CPACR_FPEN_SHIFT)
	mrs	x1, hcr_el2
	tst	x1, #(1 << CPU_HCR_E2H_SHIFT)
	csel	x1, x2, x3, eq
	msr	cptr_el2, x1
.Lown_state:
	isb
	msr	fpcr, xzr

	bl	.Linvalidate
	bl	.Lzero
	bl	mmu_early_start		/* x0, x1: struct mmu_registers */
	mov	x19, x0
	mov	x20, x1
	bl	.Linvalidate
	mov	x0, x19
	mov	x1, x20
	bl	mmu_switch

	adrp	x0, emulator_header
	add	x0, x0, :lo12:emulator_header
	bl	purgatory_main
	udf	#0			/* it never returns */
	.size	emulator_entry, . - emulator_entry

/*
 * Drops the zeroed data, stacks included, from the data caches. It lies in
 * pages of its own, so no line is shared with what must stay.
 */
	.type	.Linvalidate, %function
.Linvalidate:
	adrp	x0, zeroed_start
	add	x0, x0, :lo12:zeroed_start
	adrp	x1, memory_end
	add	x1, x1, :lo12:memory_end
	mrs	x2, ctr_el0
	ubfx	x2, x2, #CPU_CTR_DMIN_SHIFT, #4
	mov	x3, #4			/* in words */
	lsl	x3, x3, x2
	dsb	sy
1:	dc	ivac, x0
	add	x0, x0, x3
	cmp	x0, x1
	b.lo	1b
	dsb	sy
	ret
	.size	.Linvalidate, . - .Linvalidate

/* No digest covers it, and a panic may have come from writing there. */
	.type	.Lzero, %function
.Lzero:
	adrp	x0, zeroed_start
	add	x0, x0, :lo12:zeroed_start
	adrp	x1, zeroed_end
	add	x1, x1, :lo12:zeroed_end
1:	stp	xzr, xzr, [x0], #16
	cmp	x0, x1
	b.lo	1b
	ret
	.size	.Lzero, . - .Lzero

/* x0, x1, x2: TTBR0, TCR, MAIR. What else K1 has in SCTLR stays. */
	.macro	switch el, tlbi
	mrs	x3, sctlr_\el
	bic	x3, x3, #CPU_SCTLR_M
	msr	sctlr_\el, x3
	isb
	msr	mair_\el, x2
	msr	tcr_\el, x1
	msr	ttbr0_\el, x0
	isb
	tlbi	\tlbi
	ic	iallu
	dsb	ish
	isb
	orr	x3, x3, #CPU_SCTLR_M
	orr	x3, x3, #CPU_SCTLR_C
	orr	x3, x3, #CPU_SCTLR_I
	bic	x3, x3, #CPU_SCTLR_A
	bic	x3, x3, #CPU_SCTLR_WXN
	bic	x3, x3, #CPU_SCTLR_EE
	msr	sctlr_\el, x3
	isb
	.endm

/*
 * mmu_switch(x0 root, x1 control: struct mmu_registers)
 *
 * With the MMU off in between, no two maps are ever mixed in the TLB. Nothing
 * is read or written meanwhile, and what is fetched is text, which K1 cleaned
 * to memory.
 */
	.globl	mmu_switch
	.type	mmu_switch, %function
mmu_switch:
	mov	x2, #CPU_MAIR
	dsb	ish
	mrs	x3, currentel
	cmp	x3, #CPU_CURRENT_EL2
	b.eq	.Lswitch_el2
	switch	el1, vmalle1
	ret
.Lswitch_el2:
	switch	el2, alle2
	ret
	.size	mmu_switch, . - mmu_switch

	.section .note.GNU-stack, "", @progbits
