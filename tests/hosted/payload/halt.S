/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A payload that halts the processor with interrupts off.
 */
#include <tests/efi/payload/pe_header.h>

	pe_begin IMAGE_FILE_MACHINE_AMD64
	cli
	hlt
	ud2
	pe_end
