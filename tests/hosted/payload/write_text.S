/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A store into the payload's own code, which is read-only at entry.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_AMD64
	movb	$0, text(%rip)
	xorl	%eax, %eax
	retq
	pe_end
