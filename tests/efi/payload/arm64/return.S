/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The smallest payload: returns EFI_SUCCESS from its entry point. Whoever
 * started it by kexec has nothing to return to, must say so and reset.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_ARM64
	mov	x0, xzr			/* EFI_SUCCESS */
	ret
	pe_end
