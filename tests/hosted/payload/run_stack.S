/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A jump into data: the stack is not executable.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_AMD64
	movb	$0xc3, -0x40(%rsp)
	leaq	-0x40(%rsp), %rax
	callq	*%rax
	xorl	%eax, %eax
	retq
	pe_end
