/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A payload that gives up: calls Exit() with EFI_LOAD_ERROR (UEFI 2.10, 7.4.5).
 * If Exit() returns, an undefined instruction tells the two apart.
 */
#include <tests/efi/payload/pe_header.h>

#define SYSTEM_TABLE_BOOT_SERVICES 0x60
#define BOOT_SERVICES_EXIT 0xd8
#define EFI_LOAD_ERROR 0x8000000000000001

	pe_begin IMAGE_FILE_MACHINE_ARM64
	/* x0: image handle, which is Exit()'s first argument as well */
	ldr	x9, [x1, #SYSTEM_TABLE_BOOT_SERVICES]
	ldr	x9, [x9, #BOOT_SERVICES_EXIT]
	ldr	x1, =EFI_LOAD_ERROR
	mov	x2, xzr			/* ExitDataSize */
	mov	x3, xzr			/* ExitData */
	blr	x9
	udf	#0
	.ltorg
	pe_end
