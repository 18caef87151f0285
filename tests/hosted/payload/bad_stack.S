/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stack pointer to nowhere, then a fault.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_AMD64
	movabsq	$0x123456789000, %rsp
	pushq	%rax
	pe_end
