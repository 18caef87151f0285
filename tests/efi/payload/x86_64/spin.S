/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A payload that stays at its entry point, so that a test can look at the
 * machine as payloads find it.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_AMD64
	endbr64
1:	pause
	jmp	1b
	pe_end
