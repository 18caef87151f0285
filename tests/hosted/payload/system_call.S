/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A system call of Linux: exit_group(0), which nobody may make.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_AMD64
	movl	$231, %eax
	xorl	%edi, %edi
	syscall
	xorl	%eax, %eax
	retq
	pe_end
