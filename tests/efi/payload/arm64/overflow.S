/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A payload that never stops pushing: the guard page below the stack must end
 * it before it reaches other memory, and there must be a stack to report on.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_ARM64
1:	stp	x0, x1, [sp, #-16]!
	b	1b
	pe_end
