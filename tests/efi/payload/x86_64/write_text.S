/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A payload that writes to its own code, which no section makes writable.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_AMD64
	endbr64
1:	movq	%rax, 1b(%rip)
	xorl	%eax, %eax		/* EFI_SUCCESS: it could */
	retq
	pe_end
