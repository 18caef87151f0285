/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the PE parser share with each other and with nobody else.
 */
#ifndef IMAGE_PE_PARTS_H
#define IMAGE_PE_PARTS_H

#include <image/pe.h>

/**
 * pe_check_relocations() - the part of pe_parse() for base relocations
 * @pe: the image; everything but its relocations was checked
 *
 * Return: RULE_OK, or the rule that a block breaks
 */
enum rule pe_check_relocations(const struct pe_image *pe);

/**
 * pe_find_section() - the first section that ends after an RVA
 * @pe: the image; its section table was checked
 * @rva: the RVA
 * @ret: that section; undefined when there is none
 *
 * Return: index of the section, pe->section_count when all end before
 */
unsigned int pe_find_section(const struct pe_image *pe, u64 rva,
			     struct pe_section *ret);

/**
 * pe_section_end() - RVA of the first byte behind a section in memory
 * @section: the section
 *
 * Return: the RVA
 */
static inline u64 pe_section_end(const struct pe_section *section)
{
	return (u64)section->virtual_address + section->virtual_size;
}

#endif /* IMAGE_PE_PARTS_H */
