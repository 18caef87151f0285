/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A payload that does nothing for ever.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_AMD64
1:	pause
	jmp	1b
	pe_end
