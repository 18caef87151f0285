/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A payload that calls itself until the guard page of the stack.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_AMD64
1:	callq	1b
	pe_end
