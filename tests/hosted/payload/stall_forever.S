/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A failed assertion of systemd-stub: Stall(60 s) for ever.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_AMD64
	subq	$0x28, %rsp
	movq	0x60(%rdx), %rbx	/* boot services */
1:	movl	$60000000, %ecx
	callq	*0xf8(%rbx)		/* Stall */
	jmp	1b
	pe_end
