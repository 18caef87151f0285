/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A payload that gives up: calls Exit() with EFI_LOAD_ERROR (UEFI 2.10, 7.4.5).
 * If Exit() returns, an invalid instruction tells the two apart.
 */
#include <tests/efi/payload/pe_header.h>

#define SYSTEM_TABLE_BOOT_SERVICES 0x60
#define BOOT_SERVICES_EXIT 0xd8
#define EFI_LOAD_ERROR 0x8000000000000001
#define SHADOW_SPACE 32			/* of the Microsoft x64 convention */

	pe_begin IMAGE_FILE_MACHINE_AMD64
	endbr64
	/* rcx: image handle, which is Exit()'s first argument as well */
	movq	SYSTEM_TABLE_BOOT_SERVICES(%rdx), %rax
	movabsq	$EFI_LOAD_ERROR, %rdx
	xorl	%r8d, %r8d		/* ExitDataSize */
	xorl	%r9d, %r9d		/* ExitData */
	subq	$SHADOW_SPACE + 8, %rsp	/* 8: aligned to 16 at the call */
	callq	*BOOT_SERVICES_EXIT(%rax)
	ud2
	pe_end
