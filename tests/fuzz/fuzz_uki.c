// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzes the reader of unified kernel images: every profile that parses has a
 * kernel, all of its sections lie inside the file, and none is there in part.
 */
// sources: image/pe.c image/pe_layout.c image/rule.c image/uki.c image/zboot.c

#include <string.h>

#include <image/uki.h>

#include "fuzz.h"

#define PROFILES 16

static void check_section(const struct pe_image *pe, const struct view *section)
{
	if (!section->base) {
		FUZZ_CHECK(!section->size);
		return;
	}
	FUZZ_CHECK(section->base >= pe->file.base);
	FUZZ_CHECK(range_inside((u64)(section->base - pe->file.base),
				section->size, 0, pe->file.size));
}

static void check_profile(const struct pe_image *pe, unsigned int profile)
{
	struct uki uki, untouched;
	enum rule rule;
	unsigned int i;

	memset(&uki, 0x5a, sizeof(uki));
	untouched = uki;
	rule = uki_parse(pe, profile, &uki);
	FUZZ_CHECK(strcmp(rule_name(rule), "UNKNOWN"));
	if (rule) {
		FUZZ_CHECK(!memcmp(&uki, &untouched, sizeof(uki)));
		return;
	}
	FUZZ_CHECK(uki.section[UKI_LINUX].size);
	for (i = 0; i < UKI_SECTION_COUNT; i++)
		check_section(pe, &uki.section[i]);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct pe_image pe;
	unsigned int profile;

	if (pe_parse(data, size, 0, &pe))
		return 0;
	for (profile = 0; profile < PROFILES; profile++)
		check_profile(&pe, profile);
	return 0;
}
