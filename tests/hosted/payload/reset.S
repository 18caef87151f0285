/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ResetSystem(EfiResetCold, EFI_SUCCESS, 0, NULL).
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_AMD64
	subq	$0x28, %rsp
	movq	0x58(%rdx), %rbx	/* runtime services */
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	xorl	%r8d, %r8d
	xorl	%r9d, %r9d
	callq	*0x68(%rbx)		/* ResetSystem */
	ud2
	pe_end
