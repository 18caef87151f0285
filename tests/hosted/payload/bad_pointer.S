/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pointer to nowhere for a service: GetMemoryMap, its size.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_AMD64
	subq	$0x38, %rsp
	movq	0x60(%rdx), %rbx	/* boot services */
	movabsq	$0x123456789000, %rcx
	xorl	%edx, %edx
	xorl	%r8d, %r8d
	xorl	%r9d, %r9d
	movq	$0, 0x20(%rsp)
	callq	*0x38(%rbx)		/* GetMemoryMap */
	xorl	%eax, %eax
	addq	$0x38, %rsp
	retq
	pe_end
