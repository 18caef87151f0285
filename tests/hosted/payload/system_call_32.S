/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A 32-bit system call of Linux, by its own gate: exit(0).
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_AMD64
	movl	$1, %eax
	xorl	%ebx, %ebx
	int	$0x80
	xorl	%eax, %eax
	retq
	pe_end
