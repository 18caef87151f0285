// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The strict parser of PE32+ images: every rule on headers, certificate table
 * and section table (image/rule.h), and the accessors of what they describe.
 *
 * The rules serve three ends. No reader behind this one, which in the kernel
 * includes verify_pefile.c, gets to see a header that it does not check
 * itself. Every byte that is loaded is a byte that the Authenticode hash
 * covers: headers, sections and trailer follow each other without a gap. And
 * the work is bounded by the size of the file.
 */
#include <image/pe_parts.h>
#include <kexec_pe/handoff.h>
#include <kexec_pe/pe.h>
#include <kexec_pe/string.h>

#define FILE_ALIGNMENT_MIN 0x200
#define FILE_ALIGNMENT_MAX 0x10000
/*
 * Debian 12's systemd stub 252 has 0x200. Below that, permissions say little;
 * above a large page, nothing that runs has been seen.
 */
#define SECTION_ALIGNMENT_MIN 0x200
#define SECTION_ALIGNMENT_MAX 0x200000

/*
 * How much of the image may be zero fill. UKIs made with objcopy leave holes
 * of some 32 MiB between .linux and .initrd; a file of 382 bytes that asks
 * for 4 GiB is an attack (systemd PR 42348).
 */
#define ZERO_FILL_MAX (128ULL << 20)

struct parser {
	struct pe_image pe;
	u64 optional; /* file offset of the optional header */
	u16 optional_size;
	u16 characteristics;
	u32 directory_count;
};

static bool power_of_two(u32 value, u32 min, u32 max)
{
	return value >= min && value <= max && !(value & (value - 1));
}

/*
 * The rules that say "this is no PE for this machine": they come first, and
 * they alone, so that a file that belongs to another loader finds its way.
 */
static enum rule parse_coff(struct parser *parser, u16 machine)
{
	const struct view *file = &parser->pe.file;
	struct view pe;
	u32 lfanew, magic;
	u16 mz, optional_magic;

	if (!view_u16(file, 0, &mz) || mz != MZ_MAGIC)
		return RULE_DOS_MAGIC;
	if (!view_u32(file, PE_DOS_LFANEW, &lfanew) ||
	    !view_u32(file, lfanew, &magic) || magic != PE_MAGIC)
		return RULE_PE_SIGNATURE;
	if (!view_cut(file, lfanew, PE_COFF_END, &pe) ||
	    !view_u16(&pe, PE_COFF_MACHINE, &parser->pe.machine) ||
	    !view_u16(&pe, PE_COFF_SECTION_COUNT, &parser->pe.section_count) ||
	    !view_u16(&pe, PE_COFF_OPTIONAL_SIZE, &parser->optional_size) ||
	    !view_u16(&pe, PE_COFF_CHARACTERISTICS, &parser->characteristics))
		return RULE_HEADERS_TRUNCATED;
	if (machine && parser->pe.machine != machine)
		return RULE_MACHINE;
	parser->optional = (u64)lfanew + PE_COFF_END;
	if (!view_u16(file, parser->optional, &optional_magic))
		return RULE_HEADERS_TRUNCATED;
	if (optional_magic == PE_OPT_MAGIC_PE32)
		return RULE_PE32;
	if (file->size > 0xffffffffU) /* verify_pefile.c counts in unsigned */
		return RULE_FILE_SIZE;
	if (lfanew < PE_DOS_SIZE)
		return RULE_PE_OFFSET;
	if (optional_magic != PE_OPT_MAGIC_PE32PLUS)
		return RULE_OPTIONAL_MAGIC;
	return RULE_OK;
}

static enum rule parse_optional(struct parser *parser)
{
	struct pe_image *pe = &parser->pe;
	struct view header;

	if (!view_cut(&pe->file, parser->optional, PE_OPTIONAL_DIRECTORIES,
		      &header) ||
	    !view_u32(&header, PE_OPTIONAL_ENTRY, &pe->entry) ||
	    !view_u64(&header, PE_OPTIONAL_IMAGE_BASE, &pe->image_base) ||
	    !view_u32(&header, PE_OPTIONAL_SECTION_ALIGNMENT,
		      &pe->section_alignment) ||
	    !view_u32(&header, PE_OPTIONAL_FILE_ALIGNMENT,
		      &pe->file_alignment) ||
	    !view_u32(&header, PE_OPTIONAL_IMAGE_SIZE, &pe->image_size) ||
	    !view_u32(&header, PE_OPTIONAL_HEADERS_SIZE, &pe->headers_size) ||
	    !view_u16(&header, PE_OPTIONAL_SUBSYSTEM, &pe->subsystem) ||
	    !view_u16(&header, PE_OPTIONAL_DLL_CHARACTERISTICS,
		      &pe->dll_characteristics) ||
	    !view_u32(&header, PE_OPTIONAL_DIRECTORY_COUNT,
		      &parser->directory_count))
		return RULE_HEADERS_TRUNCATED;
	/*
	 * verify_pefile.c reads directory 4 whether it exists or not, and
	 * takes the section table to follow the last directory; loaders take
	 * SizeOfOptionalHeader. All must mean the same table.
	 */
	if (parser->directory_count <= PE_DIRECTORY_CERTIFICATE ||
	    parser->directory_count > PE_DIRECTORIES_MAX)
		return RULE_DIRECTORY_COUNT;
	if (parser->optional_size !=
	    PE_OPTIONAL_DIRECTORIES +
		    PE_DIRECTORY_SIZE * parser->directory_count)
		return RULE_OPTIONAL_SIZE;
	/* A file below 4 GiB holds these: the offsets fit in 32 bits. */
	pe->checksum = (u32)parser->optional + PE_OPTIONAL_CHECKSUM;
	pe->certificate_entry = (u32)parser->optional +
				PE_OPTIONAL_DIRECTORIES +
				PE_DIRECTORY_CERTIFICATE * PE_DIRECTORY_SIZE;
	return RULE_OK;
}

static enum rule check_kind(const struct parser *parser)
{
	const struct pe_image *pe = &parser->pe;
	u64 end;

	if (!(parser->characteristics & IMAGE_FILE_EXECUTABLE_IMAGE))
		return RULE_NOT_EXECUTABLE;
	if (parser->characteristics & IMAGE_FILE_RELOCS_STRIPPED)
		return RULE_RELOCS_STRIPPED;
	if (pe->subsystem != IMAGE_SUBSYSTEM_EFI_APPLICATION)
		return RULE_SUBSYSTEM;
	if (!power_of_two(pe->section_alignment, SECTION_ALIGNMENT_MIN,
			  SECTION_ALIGNMENT_MAX))
		return RULE_SECTION_ALIGNMENT;
	if (!power_of_two(pe->file_alignment, FILE_ALIGNMENT_MIN,
			  FILE_ALIGNMENT_MAX) ||
	    pe->file_alignment > pe->section_alignment)
		return RULE_FILE_ALIGNMENT;
	if (pe->image_base & (KPE_PAGE_SIZE - 1))
		return RULE_IMAGE_BASE_ALIGNMENT;
	if (!checked_add(pe->image_base, pe->image_size, &end))
		return RULE_IMAGE_BASE_WRAPS;
	return RULE_OK;
}

static enum rule check_sizes(struct parser *parser)
{
	struct pe_image *pe = &parser->pe;
	u64 table = parser->optional + parser->optional_size;

	if (!pe->section_count || pe->section_count > PE_SECTIONS_MAX)
		return RULE_SECTION_COUNT;
	if (!range_inside(table, pe->section_count * PE_SECTION_SIZE, 0,
			  pe->headers_size))
		return RULE_HEADERS_SIZE;
	if (pe->headers_size & (pe->file_alignment - 1))
		return RULE_HEADERS_ALIGNMENT;
	if (pe->headers_size >= pe->file.size)
		return RULE_HEADERS_FILE;
	if (pe->image_size < pe->headers_size)
		return RULE_IMAGE_SIZE_HEADERS;
	if (pe->image_size > pe->file.size + ZERO_FILL_MAX)
		return RULE_IMAGE_SIZE_LIMIT;
	pe->section_table = (u32)table;
	return RULE_OK;
}

/*
 * Only lengths are checked here, what is in a certificate is for its reader.
 * verify_pefile.c subtracts the header from the length unseen.
 */
static enum rule check_certificate_lengths(const struct view *table)
{
	u64 offset = 0, next;
	u32 length;

	while (offset < table->size) {
		if (!view_u32(table, offset + PE_CERTIFICATE_LENGTH, &length) ||
		    length < PE_CERTIFICATE_HEADER_SIZE ||
		    !view_at(table, offset, length) ||
		    !checked_align(length, PE_CERTIFICATE_ALIGNMENT, &next))
			return RULE_CERTIFICATE_LENGTH;
		offset += next;
	}
	return RULE_OK;
}

static enum rule parse_certificates(struct parser *parser)
{
	struct pe_image *pe = &parser->pe;
	struct view table;
	u32 offset, size;

	if (!view_u32(&pe->file, pe->certificate_entry, &offset) ||
	    !view_u32(&pe->file, pe->certificate_entry + sizeof(u32), &size))
		return RULE_HEADERS_FILE;
	if (!offset && !size)
		return RULE_OK;
	if (!offset || !size)
		return RULE_CERTIFICATE_ENTRY;
	if (offset & (PE_CERTIFICATE_ALIGNMENT - 1))
		return RULE_CERTIFICATE_ALIGNMENT;
	if (offset < pe->headers_size)
		return RULE_CERTIFICATE_HEADERS;
	/* Bytes behind the table would be hashed by some and not by others. */
	if (!view_cut(&pe->file, offset, size, &table) ||
	    (u64)offset + size != pe->file.size)
		return RULE_CERTIFICATE_END;
	pe->certificate_offset = offset;
	pe->certificate_size = size;
	return check_certificate_lengths(&table);
}

void pe_section(const struct pe_image *pe, unsigned int index,
		struct pe_section *ret)
{
	struct view header;
	const u8 *name;

	memset(ret, 0, sizeof(*ret));
	if (index >= pe->section_count ||
	    !view_cut(&pe->file,
		      (u64)pe->section_table + (u64)index * PE_SECTION_SIZE,
		      PE_SECTION_SIZE, &header))
		return;
	name = view_at(&header, PE_SECTION_NAME, PE_SECTION_NAME_SIZE);
	if (name)
		memcpy(ret->name, name, PE_SECTION_NAME_SIZE);
	view_u32(&header, PE_SECTION_VIRTUAL_SIZE, &ret->virtual_size);
	view_u32(&header, PE_SECTION_VIRTUAL_ADDRESS, &ret->virtual_address);
	view_u32(&header, PE_SECTION_RAW_SIZE, &ret->raw_size);
	view_u32(&header, PE_SECTION_RAW_OFFSET, &ret->raw_offset);
	view_u32(&header, PE_SECTION_CHARACTERISTICS, &ret->characteristics);
}

/* Some compare up to the NUL, some all eight bytes: both must see one name. */
static bool name_is_clean(const char name[PE_SECTION_NAME_SIZE])
{
	unsigned int i;

	for (i = 1; i < PE_SECTION_NAME_SIZE; i++)
		if (name[i] && !name[i - 1])
			return false;
	return true;
}

static bool name_is(const struct pe_section *section, const char name[9])
{
	return !memcmp(section->name, name, sizeof(section->name));
}

static enum rule check_name(const struct pe_section *section, bool seen[2])
{
	static const char once[2][9] = { ".reloc", ".sbat" };
	unsigned int i;

	if (!name_is_clean(section->name))
		return RULE_SECTION_NAME;
	for (i = 0; i < ARRAY_SIZE(once); i++) {
		if (!name_is(section, once[i]))
			continue;
		if (seen[i])
			return RULE_SECTION_TWICE;
		seen[i] = true;
	}
	return RULE_OK;
}

/*
 * Ascending and disjoint in memory (PE/COFF "Section Table"); strictly, so
 * that verify_pefile.c never compares two names, which it takes for strings.
 */
static enum rule check_memory(const struct pe_image *pe,
			      const struct pe_section *section,
			      const struct pe_section *before)
{
	if (!section->virtual_size && section->raw_size)
		return RULE_SECTION_VIRTUAL_SIZE;
	if (section->virtual_address < pe->headers_size)
		return RULE_SECTION_HEADERS;
	if (before && (section->virtual_address < pe_section_end(before) ||
		       section->virtual_address <= before->virtual_address))
		return RULE_SECTION_ORDER;
	if (pe_section_end(section) > pe->image_size)
		return RULE_SECTION_IMAGE;
	if (section->characteristics & IMAGE_SCN_MEM_WRITE &&
	    section->characteristics & IMAGE_SCN_MEM_EXECUTE)
		return RULE_SECTION_WX;
	return RULE_OK;
}

/* @data_end: where the data before end; moved to where these end. */
static enum rule check_data(const struct pe_image *pe,
			    const struct pe_section *section, u64 *data_end)
{
	u64 end = (u64)section->raw_offset + section->raw_size;

	if (!section->raw_size)
		return RULE_OK; /* PointerToRawData means nothing then */
	if (end > pe->file.size)
		return RULE_SECTION_FILE;
	if (pe->certificate_offset && end > pe->certificate_offset)
		return RULE_SECTION_CERTIFICATES;
	if (section->raw_offset < pe->headers_size)
		return RULE_DATA_HEADERS;
	if (section->raw_offset < *data_end)
		return RULE_DATA_ORDER;
	if (section->raw_offset > *data_end)
		return RULE_DATA_GAP;
	*data_end = end;
	return RULE_OK;
}

static enum rule check_sections(const struct pe_image *pe)
{
	struct pe_section section, before;
	bool seen[2] = { false, false };
	u64 data_end = pe->headers_size;
	enum rule rule;
	unsigned int i;

	for (i = 0; i < pe->section_count; i++) {
		pe_section(pe, i, &section);
		rule = check_name(&section, seen);
		if (!rule)
			rule = check_memory(pe, &section, i ? &before : NULL);
		if (!rule)
			rule = check_data(pe, &section, &data_end);
		if (rule)
			return rule;
		before = section;
	}
	return RULE_OK;
}

/* Where sections share a page, one of them starts on it. */
static enum rule check_pages(const struct pe_image *pe)
{
	const u32 both = HANDOFF_PROT_WRITE | HANDOFF_PROT_EXEC;
	struct pe_section section;
	unsigned int i;
	u32 page;

	for (i = 0; i < pe->section_count; i++) {
		pe_section(pe, i, &section);
		page = section.virtual_address & (u32)KPE_PAGE_MASK;
		if ((pe_protection(pe, page) & both) == both)
			return RULE_PAGE_WX;
	}
	return RULE_OK;
}

static enum rule check_entry(const struct pe_image *pe)
{
	struct pe_section section;

	if (pe_find_section(pe, pe->entry, &section) == pe->section_count ||
	    pe->entry < section.virtual_address ||
	    !(section.characteristics & IMAGE_SCN_MEM_EXECUTE))
		return RULE_ENTRY;
	return RULE_OK;
}

static enum rule parse_relocations(struct parser *parser)
{
	struct pe_image *pe = &parser->pe;
	const u64 entry = parser->optional + PE_OPTIONAL_DIRECTORIES +
			  PE_DIRECTORY_RELOCATION * PE_DIRECTORY_SIZE;

	if (parser->directory_count <= PE_DIRECTORY_RELOCATION)
		return RULE_OK;
	if (!view_u32(&pe->file, entry, &pe->relocation_rva) ||
	    !view_u32(&pe->file, entry + sizeof(u32), &pe->relocation_size))
		return RULE_HEADERS_FILE;
	return pe_check_relocations(pe);
}

enum rule pe_parse(const void *file, u64 size, u16 machine,
		   struct pe_image *ret)
{
	struct parser parser = { .pe.file = { .base = file, .size = size } };
	enum rule rule;

	rule = parse_coff(&parser, machine);
	if (!rule)
		rule = parse_optional(&parser);
	if (!rule)
		rule = check_kind(&parser);
	if (!rule)
		rule = check_sizes(&parser);
	if (!rule)
		rule = parse_certificates(&parser);
	if (!rule)
		rule = check_sections(&parser.pe);
	if (!rule)
		rule = check_pages(&parser.pe);
	if (!rule)
		rule = check_entry(&parser.pe);
	if (!rule)
		rule = parse_relocations(&parser);
	if (!rule)
		*ret = parser.pe;
	return rule;
}

unsigned int pe_find_section(const struct pe_image *pe, u64 rva,
			     struct pe_section *ret)
{
	unsigned int low = 0, high = pe->section_count;

	while (low < high) {
		unsigned int middle = low + (high - low) / 2;

		pe_section(pe, middle, ret);
		if (pe_section_end(ret) > rva)
			high = middle;
		else
			low = middle + 1;
	}
	if (low < pe->section_count)
		pe_section(pe, low, ret);
	return low;
}

void pe_section_data(const struct pe_image *pe,
		     const struct pe_section *section, struct view *ret)
{
	u32 size = section->raw_size < section->virtual_size ?
			   section->raw_size :
			   section->virtual_size;

	/* An empty section may name any file offset. */
	if (!size || !view_cut(&pe->file, section->raw_offset, size, ret)) {
		ret->base = pe->file.base;
		ret->size = 0;
	}
}
