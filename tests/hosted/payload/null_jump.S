/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A payload that calls through a pointer that is NULL.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_AMD64
	xorl	%eax, %eax
	callq	*%rax
	pe_end
