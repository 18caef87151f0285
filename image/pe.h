/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PE32+ images of UEFI (Microsoft PE/COFF specification; UEFI 2.10, 2.1.1):
 * strict parser, layout and relocation. Pure: no allocation, no I/O, no state.
 */
#ifndef IMAGE_PE_H
#define IMAGE_PE_H

#include <image/rule.h>
#include <image/view.h>

#define PE_SECTIONS_MAX 96 /* as the kernel's verify_pefile.c */

struct pe_section {
	char name[9]; /* NUL-terminated copy */
	u32 virtual_address;
	u32 virtual_size;
	u32 raw_offset;
	u32 raw_size;
	u32 characteristics;
};

struct pe_image {
	struct view file;
	u16 machine;
	u16 subsystem;
	u16 dll_characteristics;
	u16 section_count;
	u32 entry; /* RVA */
	u64 image_base;
	u32 section_alignment;
	u32 file_alignment;
	u32 image_size;
	u32 headers_size;
	u32 section_table; /* file offset */
	u32 checksum; /* file offset of CheckSum */
	u32 certificate_entry; /* file offset of data directory 4 */
	u32 certificate_offset; /* file offset of the table, 0: unsigned */
	u32 certificate_size;
	u32 relocation_rva;
	u32 relocation_size;
};

/**
 * pe_parse() - check a PE file against every parse rule
 * @file: the bytes of the file
 * @size: number of bytes
 * @machine: IMAGE_FILE_MACHINE_* that it must be for; 0: any
 * @ret: the result; untouched after a failure. It refers to @file.
 *
 * After success every section lies inside the file and inside the image, in
 * order, without gap or overlap but for what Documentation/errors.md allows,
 * and the other functions of this file cannot fail for want of bounds.
 *
 * Return: RULE_OK, or the rule that the file breaks
 */
enum rule pe_parse(const void *file, u64 size, u16 machine,
		   struct pe_image *ret);

/**
 * pe_section() - one section header of a parsed image
 * @pe: the image
 * @index: less than pe->section_count
 * @ret: the section
 */
void pe_section(const struct pe_image *pe, unsigned int index,
		struct pe_section *ret);

/**
 * pe_section_data() - the bytes of a section that are both in file and image
 * @pe: the image
 * @section: one of its sections
 * @ret: min(raw_size, virtual_size) bytes of the file
 */
void pe_section_data(const struct pe_image *pe,
		     const struct pe_section *section, struct view *ret);

/**
 * pe_layout() - copy headers and sections to their RVAs, zero everything else
 * @pe: the image
 * @memory: pe->image_size bytes; what is hashed is what is copied
 */
void pe_layout(const struct pe_image *pe, void *memory);

/**
 * pe_relocate() - apply base relocations to a laid-out image
 * @pe: the image
 * @memory: pe->image_size bytes, laid out by pe_layout()
 * @address: where the image will run
 *
 * Only ABSOLUTE and DIR64 exist here; an image without relocations may run
 * anywhere. Relocation blocks were checked by pe_parse().
 *
 * Return: RULE_OK, or the rule that a block breaks (then @memory is spoilt)
 */
enum rule pe_relocate(const struct pe_image *pe, void *memory, u64 address);

/**
 * pe_protection() - what may be done with one page of the laid-out image
 * @pe: the image
 * @rva: of the page, a multiple of 4 KiB
 *
 * Return: union of HANDOFF_PROT_* over all sections on the page; pages of the
 *         headers and pages between sections are read-only
 */
u32 pe_protection(const struct pe_image *pe, u32 rva);

#endif /* IMAGE_PE_H */
