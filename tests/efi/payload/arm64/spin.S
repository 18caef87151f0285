/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A payload that stays at its entry point, so that a test can look at the
 * machine as payloads find it. What QEMU's monitor does not show of a processor
 * is in x19 to x22: CurrentEL, and of that level TTBR0, TCR, HCR_EL2.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_ARM64
	mrs	x19, CurrentEL
	mov	x22, xzr
	cmp	x19, #2 << 2
	b.eq	2f
	mrs	x20, ttbr0_el1
	mrs	x21, tcr_el1
	b	3f
2:	mrs	x20, ttbr0_el2
	mrs	x21, tcr_el2
	mrs	x22, hcr_el2
3:	yield
	b	3b
	pe_end
