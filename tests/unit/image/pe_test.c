// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every rule that one field can break, and the fields that a sound image is
 * read into. What takes a whole image of its own is in tests/images.
 */
// sources: image/pe.c image/pe_layout.c image/rule.c
// sources: tests/unit/image/build.c

#include <stdlib.h>

#include <image/pe.h>

#include "build.h"
#include "unit.h"

#define COFF(field) (BUILD_COFF + PE_COFF_##field)
#define OPTIONAL(field) (BUILD_OPTIONAL + PE_OPTIONAL_##field)
#define SECTION(n, field) (BUILD_SECTION(n) + PE_SECTION_##field)
#define CERTIFICATE BUILD_DIRECTORY(PE_DIRECTORY_CERTIFICATE)
#define RELOCATION BUILD_DIRECTORY(PE_DIRECTORY_RELOCATION)
#define RELOC_DATA 0x1400 /* file offset of the one block of build_app() */

struct field {
	u32 offset;
	u32 width;
	u64 value;
};

/* Width 0 ends the list of fields. */
struct spoilt {
	enum rule rule;
	struct field field[4];
};

static const struct spoilt unsigned_images[] = {
	{ RULE_OK, { { 0 } } },
	{ RULE_DOS_MAGIC, { { 1, 1, 'Y' } } },
	{ RULE_PE_SIGNATURE, { { PE_DOS_LFANEW, 4, 0x44 } } },
	{ RULE_PE_SIGNATURE, { { PE_DOS_LFANEW, 4, 0xfffffffe } } },
	{ RULE_PE_SIGNATURE, { { PE_DOS_LFANEW, 4, 0x15fd } } },
	{ RULE_MACHINE, { { COFF(MACHINE), 2, IMAGE_FILE_MACHINE_ARM64 } } },
	{ RULE_PE32, { { OPTIONAL(MAGIC), 2, PE_OPT_MAGIC_PE32 } } },
	{ RULE_OPTIONAL_MAGIC, { { OPTIONAL(MAGIC), 2, 0x107 } } },
	{ RULE_DIRECTORY_COUNT, { { OPTIONAL(DIRECTORY_COUNT), 4, 4 } } },
	{ RULE_DIRECTORY_COUNT, { { OPTIONAL(DIRECTORY_COUNT), 4, 17 } } },
	{ RULE_OPTIONAL_SIZE, { { OPTIONAL(DIRECTORY_COUNT), 4, 5 } } },
	{ RULE_OPTIONAL_SIZE, { { OPTIONAL(DIRECTORY_COUNT), 4, 16 } } },
	{ RULE_OPTIONAL_SIZE, { { COFF(OPTIONAL_SIZE), 2, 161 } } },
	{ RULE_NOT_EXECUTABLE, { { COFF(CHARACTERISTICS), 2, 0x204 } } },
	{ RULE_RELOCS_STRIPPED, { { COFF(CHARACTERISTICS), 2, 0x207 } } },
	{ RULE_SUBSYSTEM, { { OPTIONAL(SUBSYSTEM), 2, 11 } } },
	{ RULE_SECTION_ALIGNMENT, { { OPTIONAL(SECTION_ALIGNMENT), 4, 256 } } },
	{ RULE_SECTION_ALIGNMENT, { { OPTIONAL(SECTION_ALIGNMENT), 4, 768 } } },
	{ RULE_SECTION_ALIGNMENT,
	  { { OPTIONAL(SECTION_ALIGNMENT), 4, 0x400000 } } },
	{ RULE_OK, { { OPTIONAL(SECTION_ALIGNMENT), 4, 0x200000 } } },
	{ RULE_OK, { { OPTIONAL(SECTION_ALIGNMENT), 4, 0x200 } } },
	{ RULE_FILE_ALIGNMENT, { { OPTIONAL(FILE_ALIGNMENT), 4, 0x100 } } },
	{ RULE_FILE_ALIGNMENT, { { OPTIONAL(FILE_ALIGNMENT), 4, 0x300 } } },
	{ RULE_FILE_ALIGNMENT, { { OPTIONAL(FILE_ALIGNMENT), 4, 0x2000 } } },
	{ RULE_FILE_ALIGNMENT,
	  { { OPTIONAL(FILE_ALIGNMENT), 4, 0x20000 },
	    { OPTIONAL(SECTION_ALIGNMENT), 4, 0x20000 } } },
	{ RULE_IMAGE_BASE_ALIGNMENT, { { OPTIONAL(IMAGE_BASE), 8, 0x1001 } } },
	{ RULE_IMAGE_BASE_ALIGNMENT, { { OPTIONAL(IMAGE_BASE), 8, 0x800 } } },
	{ RULE_IMAGE_BASE_WRAPS, { { OPTIONAL(IMAGE_BASE), 8, -0x1000ULL } } },
	{ RULE_IMAGE_BASE_WRAPS, { { OPTIONAL(IMAGE_BASE), 8, -0x5000ULL } } },
	{ RULE_OK, { { OPTIONAL(IMAGE_BASE), 8, -0x6000ULL } } },
	{ RULE_SECTION_COUNT, { { COFF(SECTION_COUNT), 2, 0 } } },
	{ RULE_SECTION_COUNT, { { COFF(SECTION_COUNT), 2, 97 } } },
	{ RULE_HEADERS_SIZE, { { OPTIONAL(HEADERS_SIZE), 4, 0x16f } } },
	{ RULE_HEADERS_ALIGNMENT, { { OPTIONAL(HEADERS_SIZE), 4, 0x170 } } },
	{ RULE_HEADERS_FILE, { { OPTIONAL(HEADERS_SIZE), 4, 0x1600 } } },
	{ RULE_IMAGE_SIZE_HEADERS, { { OPTIONAL(IMAGE_SIZE), 4, 0xfff } } },
	{ RULE_SECTION_IMAGE, { { OPTIONAL(IMAGE_SIZE), 4, 0x1000 } } },
	{ RULE_IMAGE_SIZE_LIMIT,
	  { { OPTIONAL(IMAGE_SIZE), 4, (128 << 20) + 0x1601 } } },
	{ RULE_OK, { { OPTIONAL(IMAGE_SIZE), 4, (128 << 20) + 0x1600 } } },
	{ RULE_CERTIFICATE_ENTRY, { { CERTIFICATE, 4, 0x1600 } } },
	{ RULE_CERTIFICATE_ENTRY, { { CERTIFICATE + 4, 4, 8 } } },
	{ RULE_SECTION_NAME, { { BUILD_SECTION(1) + 7, 1, 'x' } } },
	{ RULE_SECTION_NAME, { { BUILD_SECTION(1), 1, 0 } } },
	{ RULE_SECTION_VIRTUAL_SIZE, { { SECTION(2, VIRTUAL_SIZE), 4, 0 } } },
	{ RULE_SECTION_HEADERS, { { SECTION(0, VIRTUAL_ADDRESS), 4, 0xfff } } },
	{ RULE_SECTION_ORDER, { { SECTION(1, VIRTUAL_ADDRESS), 4, 0x100f } } },
	{ RULE_OK,
	  { { SECTION(1, VIRTUAL_ADDRESS), 4, 0x1010 },
	    { SECTION(1, CHARACTERISTICS), 4, BUILD_RODATA },
	    { RELOCATION + 4, 4, 0 } } },
	{ RULE_SECTION_IMAGE, { { OPTIONAL(IMAGE_SIZE), 4, 0x400b } } },
	{ RULE_OK, { { OPTIONAL(IMAGE_SIZE), 4, 0x400c } } },
	{ RULE_SECTION_IMAGE, { { SECTION(2, VIRTUAL_SIZE), 4, 0xffffffff } } },
	{ RULE_SECTION_WX, { { SECTION(0, CHARACTERISTICS), 4, 0xe0000020 } } },
	{ RULE_SECTION_FILE, { { SECTION(2, RAW_SIZE), 4, 0x201 } } },
	{ RULE_SECTION_FILE, { { SECTION(2, RAW_SIZE), 4, 0xffffffff } } },
	{ RULE_DATA_HEADERS, { { SECTION(0, RAW_OFFSET), 4, 0xfff } } },
	{ RULE_DATA_ORDER, { { SECTION(1, RAW_OFFSET), 4, 0x11ff } } },
	{ RULE_DATA_GAP, { { SECTION(1, RAW_OFFSET), 4, 0x1201 } } },
	{ RULE_DATA_GAP, { { SECTION(0, RAW_SIZE), 4, 0x1ff } } },
	{ RULE_PAGE_WX,
	  { { SECTION(1, VIRTUAL_ADDRESS), 4, 0x1fff },
	    { SECTION(0, VIRTUAL_SIZE), 4, 0xfff },
	    { RELOCATION + 4, 4, 0 } } },
	{ RULE_ENTRY, { { OPTIONAL(ENTRY), 4, 0xfff } } },
	{ RULE_ENTRY, { { OPTIONAL(ENTRY), 4, 0x1010 } } },
	{ RULE_OK, { { OPTIONAL(ENTRY), 4, 0x100f } } },
	{ RULE_ENTRY, { { OPTIONAL(ENTRY), 4, 0x2000 } } },
	{ RULE_ENTRY, { { OPTIONAL(ENTRY), 4, 0xffffffff } } },
	{ RULE_RELOC_SIZE, { { RELOCATION + 4, 4, 0x400001 } } },
	{ RULE_RELOC_DIRECTORY, { { RELOCATION + 4, 4, 13 } } },
	{ RULE_RELOC_DIRECTORY, { { RELOCATION + 4, 4, 0x400000 } } },
	{ RULE_RELOC_DIRECTORY, { { RELOCATION, 4, 0 } } },
	{ RULE_RELOC_DIRECTORY, { { RELOCATION, 4, 0x21f8 } } },
	{ RULE_OK, { { RELOCATION + 4, 4, 0 } } },
	{ RULE_OK, { { RELOCATION + 4, 4, 3 } } },
	{ RULE_RELOC_BLOCK_ALIGNMENT,
	  { { RELOCATION, 4, 0x4002 }, { RELOCATION + 4, 4, 10 } } },
	{ RULE_RELOC_BLOCK_SIZE, { { RELOC_DATA + 4, 4, 0 } } },
	{ RULE_RELOC_BLOCK_SIZE, { { RELOC_DATA + 4, 4, 7 } } },
	{ RULE_RELOC_BLOCK_SIZE, { { RELOC_DATA + 4, 4, 11 } } },
	{ RULE_RELOC_BLOCK_END, { { RELOC_DATA + 4, 4, 14 } } },
	{ RULE_RELOC_BLOCK_END, { { RELOC_DATA + 4, 4, 0xfffffffe } } },
	{ RULE_RELOC_BLOCK_END, { { RELOCATION + 4, 4, 7 } } },
	{ RULE_OK, { { RELOC_DATA + 4, 4, 10 } } },
	{ RULE_RELOC_BLOCK_END, { { RELOC_DATA + 4, 4, 8 } } },
	{ RULE_RELOC_PAGE, { { RELOC_DATA, 4, 0x2800 } } },
	{ RULE_RELOC_TYPE, { { RELOC_DATA + 8, 2, 0x3008 } } },
	{ RULE_RELOC_TARGET, { { RELOC_DATA, 4, 0xfffff000 } } },
	{ RULE_RELOC_TARGET, { { RELOC_DATA, 4, 0 } } },
	{ RULE_RELOC_TARGET, { { RELOC_DATA, 4, 0x5000 } } },
	{ RULE_RELOC_TARGET,
	  { { RELOC_DATA, 4, 0x3000 }, { RELOC_DATA + 8, 2, 0xa7f9 } } },
	{ RULE_OK,
	  { { RELOC_DATA, 4, 0x3000 }, { RELOC_DATA + 8, 2, 0xa7f8 } } },
	{ RULE_RELOC_SELF,
	  { { RELOC_DATA, 4, 0x4000 }, { RELOC_DATA + 8, 2, 0xa004 } } },
	{ RULE_OK,
	  { { RELOC_DATA, 4, 0x4000 },
	    { RELOC_DATA + 8, 2, 0xa00c },
	    { SECTION(2, VIRTUAL_SIZE), 4, 0x14 } } },
	{ RULE_RELOC_SELF,
	  { { RELOC_DATA, 4, 0x4000 },
	    { RELOC_DATA + 8, 2, 0xa00b },
	    { SECTION(2, VIRTUAL_SIZE), 4, 0x14 } } },
};

/* build_app() with 0x20 bytes of certificates at 0x1600 */
static const struct spoilt signed_images[] = {
	{ RULE_OK, { { 0 } } },
	{ RULE_CERTIFICATE_ALIGNMENT,
	  { { CERTIFICATE, 4, 0x1604 }, { CERTIFICATE + 4, 4, 0x1c } } },
	{ RULE_CERTIFICATE_HEADERS,
	  { { CERTIFICATE, 4, 0xff8 }, { CERTIFICATE + 4, 4, 0x628 } } },
	{ RULE_SECTION_CERTIFICATES,
	  { { CERTIFICATE, 4, 0x1000 },
	    { CERTIFICATE + 4, 4, 0x620 },
	    { 0x1000, 4, 0x620 } } },
	{ RULE_CERTIFICATE_END, { { CERTIFICATE + 4, 4, 0x18 } } },
	{ RULE_CERTIFICATE_END, { { CERTIFICATE + 4, 4, 0x28 } } },
	{ RULE_CERTIFICATE_END, { { CERTIFICATE, 4, 0xfffffff8 } } },
	{ RULE_CERTIFICATE_LENGTH, { { 0x1600, 4, 0 } } },
	{ RULE_CERTIFICATE_LENGTH, { { 0x1600, 4, 7 } } },
	{ RULE_CERTIFICATE_LENGTH, { { 0x1600, 4, 7 }, { 0x1608, 4, 0x18 } } },
	{ RULE_CERTIFICATE_LENGTH, { { 0x1600, 4, 0x21 } } },
	{ RULE_CERTIFICATE_LENGTH, { { 0x1600, 4, 0xffffffff } } },
	{ RULE_CERTIFICATE_LENGTH, { { 0x1600, 4, 0x18 } } },
	{ RULE_OK, { { 0x1600, 4, 0x18 }, { 0x1618, 4, 8 } } },
	{ RULE_OK, { { 0x1600, 4, 0x1d } } },
	{ RULE_OK, { { CERTIFICATE, 8, 0 } } },
	{ RULE_SECTION_CERTIFICATES, { { SECTION(2, RAW_SIZE), 4, 0x201 } } },
	{ RULE_SECTION_FILE, { { SECTION(2, RAW_SIZE), 4, 0x221 } } },
};

static enum rule parse(const struct build *build)
{
	struct pe_image pe;

	return pe_parse(build->data, build->size, IMAGE_FILE_MACHINE_AMD64,
			&pe);
}

static void check(const struct spoilt *spoilt, size_t index, u32 certificates)
{
	struct build build;
	unsigned int i;

	build_app(&build);
	if (certificates)
		build_sign(&build, certificates);
	for (i = 0; i < ARRAY_SIZE(spoilt->field); i++)
		build_put(&build, spoilt->field[i].offset,
			  spoilt->field[i].width, spoilt->field[i].value);
	if (!EXPECT_STR_EQ(rule_name(parse(&build)), rule_name(spoilt->rule)))
		UNIT_NOTE("in row %zu", index);
	build_free(&build);
}

UNIT_TEST(one_field_breaks_one_rule)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(unsigned_images); i++)
		check(&unsigned_images[i], i, 0);
}

UNIT_TEST(certificate_table_rules)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signed_images); i++)
		check(&signed_images[i], i, 0x20);
}

UNIT_TEST(certificate_table_too_small_for_a_header)
{
	struct build build;

	build_app(&build);
	build_sign(&build, 4);
	EXPECT_EQ(parse(&build), RULE_CERTIFICATE_LENGTH);
	build_free(&build);
}

UNIT_TEST(one_byte_behind_the_last_certificate)
{
	struct build build;

	build_app(&build);
	build_sign(&build, 9);
	build_put(&build, 0x1600, 4, 8);
	EXPECT_EQ(parse(&build), RULE_CERTIFICATE_LENGTH);
	build_free(&build);
}

UNIT_TEST(file_of_4_gib_is_refused_by_its_size)
{
	struct pe_image pe;
	struct build build;

	build_app(&build);
	EXPECT_EQ(pe_parse(build.data, 1ULL << 32, 0, &pe), RULE_FILE_SIZE);
	/* One byte less, all of it trailer, which nobody reads here. */
	EXPECT_EQ(pe_parse(build.data, 0xffffffff, 0, &pe), RULE_OK);
	build_free(&build);
}

UNIT_TEST(pe_header_inside_the_dos_header)
{
	struct build build;

	build_app(&build);
	memmove(build.data + 0x3f, build.data + BUILD_COFF, 0x200);
	build_put(&build, PE_DOS_LFANEW, 3, 0x3f); /* byte 0x3f is the "P" */
	build.data[0x3f] = 'P';
	EXPECT_EQ(parse(&build), RULE_PE_SIGNATURE); /* 0x5000003f */
	memmove(build.data + 0x10, build.data + 0x3f, 0x200);
	build_put(&build, PE_DOS_LFANEW, 4, 0x10);
	EXPECT_EQ(parse(&build), RULE_PE_OFFSET);
	build_free(&build);
}

UNIT_TEST(names_that_may_exist_once)
{
	static const char *const names[] = { ".reloc", ".sbat", ".other" };
	const enum rule rules[] = { RULE_SECTION_TWICE, RULE_SECTION_TWICE,
				    RULE_OK };
	struct build build;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		const struct build_section sections[] = {
			{ ".text", 0x1000, 0, "\xc3", 1, BUILD_TEXT },
			{ names[i], 0x2000, 0, "x", 1, BUILD_RODATA },
			{ names[i], 0x3000, 0, "x", 1, BUILD_RODATA },
		};

		build_image(&build, sections, ARRAY_SIZE(sections));
		EXPECT_EQ(parse(&build), rules[i]);
		build_free(&build);
	}
}

UNIT_TEST(empty_sections_need_an_address_of_their_own)
{
	const struct build_section sections[] = {
		{ ".text", 0x1000, 0, "\xc3", 1, BUILD_TEXT },
		{ ".one", 0x2000, 0, NULL, 0, BUILD_RODATA },
		{ ".two", 0x2001, 0, NULL, 0, BUILD_RODATA },
	};
	struct build build;

	build_image(&build, sections, ARRAY_SIZE(sections));
	EXPECT_EQ(parse(&build), RULE_OK);
	/* An offset without data means nothing. */
	build_put(&build, SECTION(1, RAW_OFFSET), 4, 0xffffffff);
	EXPECT_EQ(parse(&build), RULE_OK);
	build_put(&build, SECTION(2, VIRTUAL_ADDRESS), 4, 0x2000);
	EXPECT_EQ(parse(&build), RULE_SECTION_ORDER);
	build_free(&build);
}

/* What build_app() cut to this size is refused by */
static enum rule rule_of_truncation(size_t size)
{
	static const struct {
		enum rule rule;
		size_t end;
	} parts[] = {
		{ RULE_DOS_MAGIC, 2 },
		{ RULE_PE_SIGNATURE, BUILD_COFF + 4 },
		{ RULE_HEADERS_TRUNCATED, BUILD_DIRECTORY(0) },
		{ RULE_HEADERS_FILE, BUILD_HEADERS_SIZE + 1 },
		{ RULE_SECTION_FILE, 0x1600 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (size < parts[i].end)
			return parts[i].rule;
	return RULE_OK;
}

UNIT_TEST(every_truncation_is_refused)
{
	struct build build;
	struct pe_image pe;
	size_t size;
	u8 *cut;

	build_app(&build);
	for (size = 0; size <= build.size; size++) {
		cut = malloc(size);
		memcpy(cut, build.data, size);
		if (!EXPECT_EQ(pe_parse(cut, size, 0, &pe),
			       rule_of_truncation(size)))
			UNIT_NOTE("of the first %#zx bytes", size);
		free(cut);
	}
	build_free(&build);
}

/* Under ASan: what is accepted can be laid out, whatever it says. */
UNIT_TEST(every_flipped_header_bit_is_survived)
{
	unsigned int accepted = 0;
	struct build build;
	struct pe_image pe;
	u8 *memory;
	u64 bit;

	build_app(&build);
	build_sign(&build, 0x20);
	for (bit = 0; bit < BUILD_SECTION(3) * 8; bit++) {
		build.data[bit / 8] ^= (u8)(1 << bit % 8);
		if (!pe_parse(build.data, build.size, 0, &pe)) {
			memory = malloc(pe.image_size);
			pe_layout(&pe, memory);
			EXPECT_EQ(pe_relocate(&pe, memory, 0), RULE_OK);
			free(memory);
			accepted++;
		}
		build.data[bit / 8] ^= (u8)(1 << bit % 8);
	}
	/* A rule that vanishes, or a new one, changes this number. */
	EXPECT_EQ(accepted, 2106);
	build_free(&build);
}

UNIT_TEST(last_section_makes_its_page_writable_and_executable)
{
	const struct build_section sections[] = {
		{ ".text", 0x1000, 0x1800, "\xc3", 1, BUILD_TEXT },
		{ ".data", 0x2800, 0, "x", 1, BUILD_DATA },
	};
	struct build build;

	build_image(&build, sections, ARRAY_SIZE(sections));
	EXPECT_EQ(parse(&build), RULE_PAGE_WX);
	build_free(&build);
}

UNIT_TEST(trailer_belongs_to_no_section)
{
	struct build build;

	build_app(&build);
	build_append(&build, "symbols", 7);
	EXPECT_EQ(parse(&build), RULE_OK);
	build_free(&build);
}

UNIT_TEST(fields_are_read_and_result_is_kept_on_failure)
{
	struct pe_image pe = { 0 };
	struct build build;

	build_app(&build);
	build_put(&build, OPTIONAL(IMAGE_BASE), 8, 0x123456789000);
	build_sign(&build, 0x20);
	if (!EXPECT_EQ(pe_parse(build.data, build.size, 0, &pe), RULE_OK))
		return;
	EXPECT_EQ(pe.machine, IMAGE_FILE_MACHINE_AMD64);
	EXPECT_EQ(pe.subsystem, 10);
	EXPECT_EQ(pe.dll_characteristics, 0x100);
	EXPECT_EQ(pe.section_count, 3);
	EXPECT_EQ(pe.entry, 0x1000);
	EXPECT_EQ(pe.image_base, 0x123456789000);
	EXPECT_EQ(pe.section_alignment, 0x1000);
	EXPECT_EQ(pe.file_alignment, 0x200);
	EXPECT_EQ(pe.image_size, 0x5000);
	EXPECT_EQ(pe.headers_size, 0x1000);
	EXPECT_EQ(pe.section_table, BUILD_SECTION(0));
	EXPECT_EQ(pe.checksum, 0x58 + 64);
	EXPECT_EQ(pe.certificate_entry, 0xc8 + 32);
	EXPECT_EQ(pe.certificate_offset, 0x1600);
	EXPECT_EQ(pe.certificate_size, 0x20);
	EXPECT_EQ(pe.relocation_rva, 0x4000);
	EXPECT_EQ(pe.relocation_size, 12);
	EXPECT_EQ(pe_parse(build.data, 1, 0, &pe), RULE_DOS_MAGIC);
	EXPECT_EQ(pe.section_count, 3);
	build_free(&build);
}

UNIT_TEST(sections_and_their_data)
{
	struct pe_section section;
	struct pe_image pe;
	struct build build;
	struct view data;

	build_app(&build);
	build_put(&build, BUILD_SECTION(3), 1, 'x'); /* behind the table */
	if (!EXPECT_EQ(pe_parse(build.data, build.size, 0, &pe), RULE_OK))
		return;
	pe_section(&pe, 1, &section);
	EXPECT_STR_EQ(section.name, ".data");
	EXPECT_EQ(section.virtual_address, 0x2000);
	EXPECT_EQ(section.virtual_size, 0x1800);
	EXPECT_EQ(section.raw_offset, 0x1200);
	EXPECT_EQ(section.raw_size, 0x200);
	EXPECT_EQ(section.characteristics, BUILD_DATA);
	pe_section_data(&pe, &section, &data);
	EXPECT_EQ(data.size, 0x200);
	EXPECT_EQ(data.base - build.data, 0x1200);
	pe_section(&pe, 2, &section);
	pe_section_data(&pe, &section, &data);
	EXPECT_EQ(data.size, 12);
	pe_section(&pe, 3, &section);
	EXPECT_STR_EQ(section.name, "");
	build_free(&build);
}

UNIT_TEST(data_ends_where_the_file_has_no_more)
{
	const struct build_section sections[] = {
		{ ".text", 0x1000, 0x201, "\xc3", 1, BUILD_TEXT },
	};
	struct pe_section section;
	struct pe_image pe;
	struct build build;
	struct view data;

	build_image(&build, sections, 1);
	build_append(&build, "trailer", 7);
	if (!EXPECT_EQ(pe_parse(build.data, build.size, 0, &pe), RULE_OK))
		return;
	pe_section(&pe, 0, &section);
	pe_section_data(&pe, &section, &data);
	EXPECT_EQ(data.size, 0x200);
	build_free(&build);
}

UNIT_TEST(name_of_eight_bytes_gets_its_nul)
{
	const struct build_section sections[] = {
		{ ".cmdline", 0x1000, 0, "\xc3", 1, BUILD_TEXT },
	};
	struct pe_section section;
	struct pe_image pe;
	struct build build;

	build_image(&build, sections, 1);
	if (!EXPECT_EQ(pe_parse(build.data, build.size, 0, &pe), RULE_OK))
		return;
	pe_section(&pe, 0, &section);
	EXPECT_STR_EQ(section.name, ".cmdline");
	build_free(&build);
}
