/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An instruction that is none.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_AMD64
	ud2
	pe_end
