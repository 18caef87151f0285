// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PE images in memory: sections at their RVAs, base relocations, and what may
 * be done with each page.
 */
#include <image/pe_parts.h>
#include <kexec_pe/handoff.h>
#include <kexec_pe/pe.h>
#include <kexec_pe/string.h>

/*
 * Room for two million relocations; a whole kernel has some 100,000. It
 * bounds the work that a file can ask for.
 */
#define RELOCATIONS_MAX (4U << 20)

#define DIR64_SIZE 8

struct relocator {
	const struct pe_image *pe;
	u8 *memory; /* NULL: check, change nothing */
	u64 delta;
	struct pe_section section; /* in which the last target lay */
};

static void zero(u8 *memory, u64 from, u64 to)
{
	if (from < to)
		memset(memory + from, 0, to - from);
}

void pe_layout(const struct pe_image *pe, void *memory)
{
	u8 *to = memory;
	u64 end = pe->headers_size;
	struct pe_section section;
	struct view data;
	unsigned int i;

	memcpy(to, pe->file.base, pe->headers_size);
	for (i = 0; i < pe->section_count; i++) {
		pe_section(pe, i, &section);
		pe_section_data(pe, &section, &data);
		zero(to, end, section.virtual_address);
		memcpy(to + section.virtual_address, data.base, data.size);
		end = section.virtual_address + data.size;
	}
	zero(to, end, pe->image_size);
}

static u64 read_u64(const u8 *p)
{
	u64 value = 0;
	unsigned int i;

	for (i = DIR64_SIZE; i--;)
		value = value << 8 | p[i];
	return value;
}

static void write_u64(u8 *p, u64 value)
{
	unsigned int i;

	for (i = 0; i < DIR64_SIZE; i++, value >>= 8)
		p[i] = (u8)value;
}

static bool inside_section(const struct pe_section *section, u64 target)
{
	return range_inside(target, DIR64_SIZE, section->virtual_address,
			    section->virtual_size);
}

static enum rule relocate_dir64(struct relocator *relocator, u64 target)
{
	const struct pe_image *pe = relocator->pe;
	u64 directory_end = (u64)pe->relocation_rva + pe->relocation_size;
	u8 *p;

	if (!inside_section(&relocator->section, target)) {
		pe_find_section(pe, target, &relocator->section);
		if (!inside_section(&relocator->section, target))
			return RULE_RELOC_TARGET;
	}
	if (target < directory_end && target + DIR64_SIZE > pe->relocation_rva)
		return RULE_RELOC_SELF;
	if (relocator->memory) {
		p = relocator->memory + target;
		write_u64(p, read_u64(p) + relocator->delta);
	}
	return RULE_OK;
}

static enum rule relocate_block(struct relocator *relocator,
				const struct view *block)
{
	u64 offset = PE_RELOCATION_HEADER_SIZE;
	enum rule rule;
	u16 entry;
	u32 page;

	if (!view_u32(block, PE_RELOCATION_PAGE, &page))
		return RULE_RELOC_BLOCK_END;
	for (; view_u16(block, offset, &entry);
	     offset += PE_RELOCATION_ENTRY_SIZE) {
		switch (entry >> 12) {
		case PE_RELOCATION_ABSOLUTE:
			/*
			 * Padding. gnu-efi makes blocks of nothing else, whose
			 * page is no page and no RVA (systemd stub 252).
			 */
			break;
		case PE_RELOCATION_DIR64:
			if (page & (KPE_PAGE_SIZE - 1))
				return RULE_RELOC_PAGE;
			rule = relocate_dir64(relocator,
					      (u64)page + (entry & 0xfff));
			if (rule)
				return rule;
			break;
		default:
			return RULE_RELOC_TYPE;
		}
	}
	return RULE_OK;
}

/*
 * Blocks are read from the file, never from memory that they change. What is
 * left behind the last block is padding to 32 bits, or a broken block.
 */
static enum rule relocate_all(struct relocator *relocator,
			      const struct view *directory)
{
	struct view block;
	enum rule rule;
	u64 offset = 0;
	u32 size;

	while (directory->size - offset >= sizeof(u32)) {
		if ((relocator->pe->relocation_rva + offset) % sizeof(u32))
			return RULE_RELOC_BLOCK_ALIGNMENT;
		if (!view_u32(directory, offset + PE_RELOCATION_BLOCK_SIZE,
			      &size))
			return RULE_RELOC_BLOCK_END;
		if (size < PE_RELOCATION_HEADER_SIZE ||
		    size % PE_RELOCATION_ENTRY_SIZE)
			return RULE_RELOC_BLOCK_SIZE;
		if (!view_cut(directory, offset, size, &block))
			return RULE_RELOC_BLOCK_END;
		rule = relocate_block(relocator, &block);
		if (rule)
			return rule;
		offset += size;
	}
	return RULE_OK;
}

/* The directory must be in the file, and in one section of it. */
static enum rule find_directory(const struct pe_image *pe, struct view *ret)
{
	struct pe_section section;
	struct view data;

	if (pe->relocation_size > RELOCATIONS_MAX)
		return RULE_RELOC_SIZE;
	if (pe_find_section(pe, pe->relocation_rva, &section) ==
		    pe->section_count ||
	    pe->relocation_rva < section.virtual_address)
		return RULE_RELOC_DIRECTORY;
	pe_section_data(pe, &section, &data);
	if (!view_cut(&data, pe->relocation_rva - section.virtual_address,
		      pe->relocation_size, ret))
		return RULE_RELOC_DIRECTORY;
	return RULE_OK;
}

static enum rule relocate(const struct pe_image *pe, void *memory, u64 delta)
{
	struct relocator relocator = {
		.pe = pe,
		.memory = memory,
		.delta = delta,
	};
	struct view directory;
	enum rule rule;

	if (!pe->relocation_size)
		return RULE_OK;
	rule = find_directory(pe, &directory);
	if (rule)
		return rule;
	return relocate_all(&relocator, &directory);
}

enum rule pe_check_relocations(const struct pe_image *pe)
{
	return relocate(pe, NULL, 0);
}

enum rule pe_relocate(const struct pe_image *pe, void *memory, u64 address)
{
	return relocate(pe, memory, address - pe->image_base);
}

static u32 section_protection(const struct pe_section *section)
{
	u32 protection = HANDOFF_PROT_READ;

	if (section->characteristics & IMAGE_SCN_MEM_WRITE)
		protection |= HANDOFF_PROT_WRITE;
	if (section->characteristics & IMAGE_SCN_MEM_EXECUTE)
		protection |= HANDOFF_PROT_EXEC;
	return protection;
}

u32 pe_protection(const struct pe_image *pe, u32 rva)
{
	u64 page_end = (u64)rva + KPE_PAGE_SIZE;
	u32 protection = HANDOFF_PROT_READ;
	struct pe_section section;
	unsigned int i;

	for (i = pe_find_section(pe, rva, &section); i < pe->section_count;
	     i++) {
		pe_section(pe, i, &section);
		if (section.virtual_address >= page_end)
			break;
		if (section.virtual_size)
			protection |= section_protection(&section);
	}
	return protection;
}
