/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A load from an address that no processor has: not
 * privileged, though it faults as if it were.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_AMD64
	movabsq	$0x8000000000000000, %rax
	movq	(%rax), %rax
	pe_end
