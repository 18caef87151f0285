/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A payload that writes to its own code, which no section makes writable.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_ARM64
	adr	x2, .
	str	x0, [x2]
	mov	x0, xzr			/* EFI_SUCCESS: it could */
	ret
	pe_end
