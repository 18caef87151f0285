// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The Authenticode ranges cover everything but the three holes.
 */
// sources: image/authenticode.c image/pe.c image/pe_layout.c image/rule.c
// sources: tests/unit/image/build.c

#include <stdlib.h>

#include <image/authenticode.h>

#include "build.h"
#include "unit.h"

#define CERTIFICATE BUILD_DIRECTORY(PE_DIRECTORY_CERTIFICATE)
#define CHECKSUM (BUILD_OPTIONAL + PE_OPTIONAL_CHECKSUM)

static void check(const struct build *build, size_t end)
{
	u8 *covered = calloc(1, build->size);
	struct pe_image pe;
	struct view view;
	unsigned int i;
	size_t at;

	if (!EXPECT_EQ(pe_parse(build->data, build->size, 0, &pe), RULE_OK))
		goto out;
	for (i = 0; authenticode_range(&pe, i, &view); i++)
		for (at = 0; at < view.size; at++)
			covered[view.base - build->data + at]++;
	EXPECT_EQ(i, AUTHENTICODE_RANGES);
	for (at = 0; at < build->size; at++) {
		bool hole = (at >= CHECKSUM && at < CHECKSUM + 4) ||
			    (at >= CERTIFICATE && at < CERTIFICATE + 8) ||
			    at >= end;

		if (!EXPECT_EQ(covered[at], !hole))
			UNIT_NOTE("at byte %#zx", at);
	}
out:
	free(covered);
}

UNIT_TEST(unsigned_file_is_covered_to_its_end)
{
	struct build build;

	build_app(&build);
	build_append(&build, "trailer", 7);
	check(&build, build.size);
	build_free(&build);
}

UNIT_TEST(signed_file_is_covered_to_its_certificates)
{
	struct build build;

	build_app(&build);
	build_append(&build, "trailer\0", 8);
	build_sign(&build, 0x40);
	check(&build, build.size - 0x40);
	build_free(&build);
}

UNIT_TEST(there_is_no_fourth_range)
{
	struct view view = { NULL, 1 };
	struct pe_image pe;
	struct build build;

	build_app(&build);
	if (EXPECT_EQ(pe_parse(build.data, build.size, 0, &pe), RULE_OK)) {
		EXPECT_FALSE(authenticode_range(&pe, 3, &view));
		EXPECT_FALSE(authenticode_range(&pe, -1U, &view));
		EXPECT_EQ(view.size, 1);
	}
	build_free(&build);
}
