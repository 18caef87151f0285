/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A payload that jumps where nothing is.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_AMD64
	movabsq	$0x123456789000, %rax
	jmpq	*%rax
	pe_end
