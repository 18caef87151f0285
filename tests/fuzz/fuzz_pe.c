// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzes everything that reads a payload file: PE parser, layout, relocations,
 * page permissions, Authenticode ranges, UKI and zboot. Beside what the
 * sanitizers see, the promises of image/pe.h are checked.
 */
// sources: image/authenticode.c image/pe.c image/pe_layout.c image/rule.c
// sources: image/uki.c image/zboot.c

#include <stdlib.h>
#include <string.h>

#include <image/authenticode.h>
#include <image/uki.h>
#include <image/zboot.h>
#include <kexec_pe/handoff.h>
#include <kexec_pe/pe.h>

#include "fuzz.h"

/* Larger images are only parsed: clearing them would be all that is done. */
#define MEMORY_MAX 0x100000

static void check_inside(const struct pe_image *pe, const struct view *view)
{
	FUZZ_CHECK(view->base >= pe->file.base);
	FUZZ_CHECK(range_inside((u64)(view->base - pe->file.base), view->size,
				0, pe->file.size));
}

static void check_sections(const struct pe_image *pe)
{
	u64 memory_end = pe->headers_size, file_end = pe->headers_size;
	struct pe_section section;
	struct view data;
	unsigned int i;

	for (i = 0; i < pe->section_count; i++) {
		pe_section(pe, i, &section);
		FUZZ_CHECK(section.virtual_address >= memory_end);
		memory_end =
			(u64)section.virtual_address + section.virtual_size;
		FUZZ_CHECK(memory_end <= pe->image_size);
		if (section.raw_size) {
			FUZZ_CHECK(section.raw_offset == file_end);
			file_end += section.raw_size;
		}
		pe_section_data(pe, &section, &data);
		check_inside(pe, &data);
		FUZZ_CHECK(data.size <= section.virtual_size);
	}
	FUZZ_CHECK(file_end <= pe->file.size);
}

static void check_permissions(const struct pe_image *pe)
{
	const u32 both = HANDOFF_PROT_WRITE | HANDOFF_PROT_EXEC;
	u32 rva;

	for (rva = 0; rva < pe->image_size; rva += KPE_PAGE_SIZE)
		FUZZ_CHECK((pe_protection(pe, rva) & both) != both);
	rva = pe->entry & (u32)KPE_PAGE_MASK;
	FUZZ_CHECK(pe_protection(pe, rva) & HANDOFF_PROT_EXEC);
}

/* There and back again: what was laid out must be what comes out. */
static void check_layout(const struct pe_image *pe)
{
	struct pe_image back = *pe;
	u8 *memory = malloc(pe->image_size), *copy = malloc(pe->image_size);

	FUZZ_CHECK(memory && copy);
	memset(memory, 0xa5, pe->image_size);
	memset(copy, 0x5a, pe->image_size);
	pe_layout(pe, memory);
	pe_layout(pe, copy);
	FUZZ_CHECK(!memcmp(memory, copy, pe->image_size));
	FUZZ_CHECK(!pe_relocate(pe, memory, 0x7fff12345000));
	back.image_base = 0x7fff12345000;
	/* Where relocations overlap, sums commute: the way back is the same. */
	FUZZ_CHECK(!pe_relocate(&back, memory, pe->image_base));
	free(memory);
	free(copy);
}

static void check_authenticode(const struct pe_image *pe)
{
	const u64 holes = sizeof(u32) + PE_DIRECTORY_SIZE;
	u64 sum = holes + pe->certificate_size;
	struct view range;
	unsigned int i;

	for (i = 0; authenticode_range(pe, i, &range); i++) {
		check_inside(pe, &range);
		sum += range.size;
	}
	FUZZ_CHECK(sum == pe->file.size);
}

static void check_uki(const struct pe_image *pe)
{
	struct uki uki;
	unsigned int profile, i;

	for (profile = 0; profile < 3; profile++) {
		if (uki_parse(pe, profile, &uki))
			continue;
		FUZZ_CHECK(uki.section[UKI_LINUX].size);
		for (i = 0; i < UKI_SECTION_COUNT; i++)
			if (uki.section[i].base)
				check_inside(pe, &uki.section[i]);
	}
}

static void check_zboot(const struct pe_image *pe)
{
	struct zboot zboot;

	if (zboot_parse(pe, &zboot))
		return;
	check_inside(pe, &zboot.payload);
	FUZZ_CHECK(memchr(zboot.compression, 0, sizeof(zboot.compression)));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct pe_image pe;
	enum rule rule = pe_parse(data, size, 0, &pe);

	FUZZ_CHECK(strcmp(rule_name(rule), "UNKNOWN"));
	if (rule)
		return 0;
	check_sections(&pe);
	check_authenticode(&pe);
	check_uki(&pe);
	check_zboot(&pe);
	if (pe.image_size > MEMORY_MAX)
		return 0;
	check_permissions(&pe);
	check_layout(&pe);
	return 0;
}
