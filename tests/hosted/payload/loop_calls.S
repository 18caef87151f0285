/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A payload that calls FreePool(NULL) for ever: the log must not
 * grow with it.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_AMD64
	subq	$0x28, %rsp
	movq	0x60(%rdx), %rbx	/* boot services */
1:	xorl	%ecx, %ecx
	callq	*0x48(%rbx)		/* FreePool */
	jmp	1b
	pe_end
