/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A PE32+ EFI application made by the assembler alone: headers and one section
 * .text, flat in one ELF section that objcopy takes out. The shortest file that
 * every parse rule accepts.
 *
 *	pe_begin IMAGE_FILE_MACHINE_AMD64
 *	... code, entered at its first instruction ...
 *	pe_end
 */
#ifndef TESTS_EFI_PAYLOAD_PE_HEADER_H
#define TESTS_EFI_PAYLOAD_PE_HEADER_H

/* What follows is assembly. */
/* clang-format off */

#define IMAGE_FILE_MACHINE_AMD64 0x8664
#define IMAGE_FILE_MACHINE_ARM64 0xaa64

#define FILE_ALIGNMENT 0x200
#define SECTION_ALIGNMENT 0x1000
#define DIRECTORY_COUNT 6 /* up to base relocations, of which there are none */

/* EXECUTABLE_IMAGE, LARGE_ADDRESS_AWARE; no RELOCS_STRIPPED: runs anywhere */
#define CHARACTERISTICS 0x0022
/* HIGH_ENTROPY_VA, DYNAMIC_BASE, NX_COMPAT */
#define DLL_CHARACTERISTICS 0x0160
#define SUBSYSTEM_EFI_APPLICATION 10
/* CNT_CODE, MEM_EXECUTE, MEM_READ */
#define TEXT_CHARACTERISTICS 0x60000020

	.macro	pe_begin machine
	.section .image, "ax"
image:
	.ascii	"MZ"			/* e_magic */
	.fill	0x3a, 1, 0
	.long	pe_signature - image	/* e_lfanew */

pe_signature:
	.ascii	"PE\0\0"
	.short	\machine		/* Machine */
	.short	1			/* NumberOfSections */
	.long	0			/* TimeDateStamp: reproducible */
	.long	0, 0			/* PointerToSymbolTable, NumberOfSymbols */
	.short	section_table - optional_header
	.short	CHARACTERISTICS

optional_header:
	.short	0x20b			/* Magic: PE32+ */
	.byte	0, 0			/* linker version */
	.long	text_end - text		/* SizeOfCode */
	.long	0, 0			/* SizeOf{,Un}initializedData */
	.long	SECTION_ALIGNMENT	/* AddressOfEntryPoint */
	.long	SECTION_ALIGNMENT	/* BaseOfCode */
	.quad	0			/* ImageBase */
	.long	SECTION_ALIGNMENT
	.long	FILE_ALIGNMENT
	.short	0, 0, 0, 0, 0, 0	/* system, image, subsystem versions */
	.long	0			/* Win32VersionValue */
	.long	2 * SECTION_ALIGNMENT	/* SizeOfImage */
	.long	text - image		/* SizeOfHeaders */
	.long	0			/* CheckSum */
	.short	SUBSYSTEM_EFI_APPLICATION
	.short	DLL_CHARACTERISTICS
	.quad	0, 0, 0, 0		/* stack and heap, reserve and commit */
	.long	0			/* LoaderFlags */
	.long	DIRECTORY_COUNT		/* NumberOfRvaAndSizes */
	.fill	DIRECTORY_COUNT, 8, 0

section_table:
	.ascii	".text\0\0\0"
	.long	text_end - text		/* VirtualSize */
	.long	SECTION_ALIGNMENT	/* VirtualAddress */
	.long	file_end - text		/* SizeOfRawData */
	.long	text - image		/* PointerToRawData */
	.long	0, 0			/* relocations and line numbers */
	.short	0, 0
	.long	TEXT_CHARACTERISTICS
	.balign	FILE_ALIGNMENT, 0
text:
	.endm

	.macro	pe_end
text_end:
	.balign	FILE_ALIGNMENT, 0
file_end:
	.endm

#endif /* TESTS_EFI_PAYLOAD_PE_HEADER_H */
