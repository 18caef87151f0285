/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A payload that never stops pushing: the guard page below the stack must end
 * it before it reaches other memory, and there must be a stack to report on.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_AMD64
	endbr64
1:	pushq	%rax
	jmp	1b
	pe_end
