/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Layout of the embedded image, linked at 0 and placed anywhere: the header at
 * offset 0 (struct emulator_header of kexec_pe/handoff.h, slot by slot), what
 * follows, and the rules that keep anything unforeseen out of the image.
 *
 * Included by arch/ARCH/emulator.lds.S, which has the names that the linker
 * gives to the architecture and
 *
 *	EMULATOR_MACHINE	IMAGE_FILE_MACHINE_*
 *	EMULATOR_GOT_RESERVED	bytes that the linker puts into an empty .got
 *	EMULATOR_TEXT_FIRST	what of the code comes first, or nothing
 */
#ifndef PURGATORY_IMAGE_LDS_S
#define PURGATORY_IMAGE_LDS_S

#include <kexec_pe/handoff.h>

#define EMULATOR_PAGE 4096

/* UEFI 2.10, 2.3 promises 128 KiB to an image; calls of ours come on top. */
#define STACK_SIZE 0x22000
#define EXCEPTION_STACK_SIZE 0x4000

#define EMULATOR_PHDRS						\
	text PT_LOAD FLAGS(5);					\
	rodata PT_LOAD FLAGS(4);				\
	data PT_LOAD FLAGS(6);					\
	stack PT_GNU_STACK FLAGS(6);

/* The slots of the stager, from header.handoff on, are zero in the file. */
#define EMULATOR_HEADER						\
	emulator_header = .;					\
	QUAD(EMULATOR_MAGIC)					\
	LONG(HANDOFF_VERSION)					\
	LONG(EMULATOR_MACHINE)					\
	QUAD(emulator_entry - emulator_header)			\
	QUAD(text_end - emulator_header)			\
	QUAD(rodata_end - emulator_header)			\
	QUAD(file_size - emulator_header)			\
	QUAD(memory_end - emulator_header)			\
	QUAD(0)							\
	ASSERT(. == EMULATOR_HEADER_HANDOFF, "header.handoff");	\
	QUAD(0) QUAD(0) QUAD(0) QUAD(0)				\
	QUAD(0) QUAD(0) QUAD(0) QUAD(0)				\
	ASSERT(. == EMULATOR_HEADER_SIZE, "header's size");

/*
 * What K2 keeps lies in pages of its own and is copied as a whole: code and
 * constants together, reached from each other PC-relative.
 */
#define EMULATOR_RUNTIME					\
	__runtime_start = .;					\
	*(.runtime .runtime.*)					\
	*emulator/runtime[/]*.o(.text .text.* .rodata .rodata.*)	\
	. = ALIGN(EMULATOR_PAGE);				\
	__runtime_end = .;

/* Anything mutable or to be relocated there would not survive the copy. */
#define EMULATOR_RUNTIME_FORBIDDEN				\
	*emulator/runtime[/]*.o(.data .data.* .bss .bss.* COMMON)

/* Nobody loads this image dynamically; .rela.dyn is ours to apply. */
#define EMULATOR_DISCARD					\
	*(.dynamic .dynsym .dynstr .dynbss .hash .gnu.hash .gnu.version*) \
	*(.note.* .comment .modinfo .discard.* .eh_frame .sframe)

/* The script's own: bytes that ld reserves where there is no entry at all. */
#define EMULATOR_ASSERTS					\
	ASSERT(emulator_header == 0, "header not at offset 0")	\
	ASSERT(SIZEOF(.runtime_forbidden) == 0,			\
	       "emulator/runtime has data, or pointers in constants")	\
	ASSERT(SIZEOF(.got) == 0 ||				\
	       SIZEOF(.got) == EMULATOR_GOT_RESERVED, "the image has a GOT") \
	ASSERT(SIZEOF(.plt) == 0, "the image has a PLT")

/* Sections that ld and debuggers use, none of them in memory. */
#define EMULATOR_NOT_LOADED					\
	.symtab 0 : { *(.symtab) }				\
	.strtab 0 : { *(.strtab) }				\
	.shstrtab 0 : { *(.shstrtab) }				\
	.debug_aranges 0 : { *(.debug_aranges) }		\
	.debug_info 0 : { *(.debug_info) }			\
	.debug_abbrev 0 : { *(.debug_abbrev) }			\
	.debug_line 0 : { *(.debug_line) }			\
	.debug_str 0 : { *(.debug_str) }			\
	.debug_line_str 0 : { *(.debug_line_str) }		\
	.debug_loclists 0 : { *(.debug_loclists) }		\
	.debug_rnglists 0 : { *(.debug_rnglists) }		\
	.debug_frame 0 : { *(.debug_frame) }

ENTRY(emulator_entry)

PHDRS
{
	EMULATOR_PHDRS
}

SECTIONS
{
	. = 0;
	.text : {
		EMULATOR_HEADER
		KEEP(*(.text.entry))
		EMULATOR_TEXT_FIRST
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

	/* In pages of its own, see arm64's entry.S: no cache line is shared. */
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

#endif /* PURGATORY_IMAGE_LDS_S */
