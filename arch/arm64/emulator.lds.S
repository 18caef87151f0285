/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Layout of the embedded image on AArch64, linked at 0 and placed anywhere:
 * kexec_pe/handoff.h describes it to the stager.
 */
#include <purgatory/image.lds.S>

#define IMAGE_FILE_MACHINE_ARM64 0xaa64
#define EMULATOR_GOT_RESERVED 8

/* UEFI 2.10, 2.3.6 promises 128 KiB to an image; calls of ours come on top. */
#define STACK_SIZE 0x22000
#define EXCEPTION_STACK_SIZE 0x4000

OUTPUT_FORMAT(elf64-littleaarch64)
OUTPUT_ARCH(aarch64)
ENTRY(emulator_entry)

PHDRS
{
	EMULATOR_PHDRS
}

SECTIONS
{
	. = 0;
	.text : {
		EMULATOR_HEADER(IMAGE_FILE_MACHINE_ARM64)
		KEEP(*(.text.entry))
		*(EXCLUDE_FILE(*emulator/runtime[/]*.o) .text
		  EXCLUDE_FILE(*emulator/runtime[/]*.o) .text.*)
	} :text
	.runtime : ALIGN(EMULATOR_PAGE) {
		EMULATOR_RUNTIME
	} :text
	text_end = .;

	.runtime_forbidden : {
		EMULATOR_RUNTIME_FORBIDDEN
	} :rodata
	.rela.dyn : {
		rela_start = .;
		*(.rela .rela.*)
		rela_end = .;
	} :rodata
	.data.rel.ro : {
		*(.data.rel.ro .data.rel.ro.*)
	} :rodata
	.rodata : {
		*(.rodata .rodata.*)
		. = ALIGN(EMULATOR_PAGE);
	} :rodata
	rodata_end = .;

	.data : {
		*(.data .data.*)
	} :data
	.plt : {
		*(.plt .plt.* .iplt)
	} :data
	file_size = .;

	/* In pages of its own, see entry.S: no cache line is shared. */
	.bss : ALIGN(EMULATOR_PAGE) {
		zeroed_start = .;
		*(.bss .bss.* COMMON)
		. = ALIGN(EMULATOR_PAGE);
		zeroed_end = .;
	} :data

	/* Each stack between two guard pages: arch_guard_page() */
	.stack (NOLOAD) : {
		. += EMULATOR_PAGE;
		stack_start = .;
		. += STACK_SIZE;
		stack_end = .;
		. += EMULATOR_PAGE;
		. += EXCEPTION_STACK_SIZE;
		exception_stack_end = .;
		. += EMULATOR_PAGE;
	} :data
	memory_end = .;

	/* ld makes slots for a dynamic linker even where there is none. */
	.got (INFO) : {
		*(.got)
	}
	.got.plt (INFO) : {
		*(.got.plt)
	}
	ASSERT(SIZEOF(.got.plt) == 0 || SIZEOF(.got.plt) == 24, "GOT entries")
	EMULATOR_ASSERTS

	EMULATOR_NOT_LOADED
	/DISCARD/ : {
		EMULATOR_DISCARD
	}
}
