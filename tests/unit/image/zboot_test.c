// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The zboot header, field by field.
 */
// sources: image/pe.c image/pe_layout.c image/rule.c image/zboot.c
// sources: tests/unit/image/build.c

#include <image/zboot.h>

#include "build.h"
#include "unit.h"

#define DATA_OFFSET 0x1200 /* of .data in build_app(), 0x200 bytes */

static void build_zboot(struct build *build)
{
	build_app(build);
	memcpy(build->data + 4, "zimg", 4);
	build_put(build, 8, 4, DATA_OFFSET + 0x10);
	build_put(build, 12, 4, 0x1f0);
	memcpy(build->data + 24, "zstd22", 7);
}

static enum rule parse(const struct build *build, struct zboot *ret)
{
	static struct pe_image pe; /* outlives the views into it */

	if (!EXPECT_EQ(pe_parse(build->data, build->size, 0, &pe), RULE_OK) ||
	    !EXPECT_TRUE(zboot_is(&pe)))
		return RULE_DOS_MAGIC;
	return zboot_parse(&pe, ret);
}

UNIT_TEST(plain_image_is_no_zboot)
{
	struct pe_image pe;
	struct build build;

	build_app(&build);
	if (EXPECT_EQ(pe_parse(build.data, build.size, 0, &pe), RULE_OK))
		EXPECT_FALSE(zboot_is(&pe));
	build_free(&build);
}

UNIT_TEST(payload_and_compression_are_read)
{
	struct zboot zboot = { { 0 }, "" };
	struct build build;

	build_zboot(&build);
	EXPECT_EQ(parse(&build, &zboot), RULE_OK);
	EXPECT_EQ(zboot.payload.base - build.data, DATA_OFFSET + 0x10);
	EXPECT_EQ(zboot.payload.size, 0x1f0);
	EXPECT_STR_EQ(zboot.compression, "zstd22");
	memcpy(build.data + 24, "~eight!~", 9);
	EXPECT_EQ(parse(&build, &zboot), RULE_OK);
	EXPECT_STR_EQ(zboot.compression, "~eight!~");
	build_free(&build);
}

UNIT_TEST(payload_must_be_data_of_one_section)
{
	static const struct {
		u32 offset;
		u32 size;
		enum rule rule;
	} rows[] = {
		{ DATA_OFFSET, 0x200, RULE_OK },
		{ DATA_OFFSET, 0, RULE_ZBOOT_PAYLOAD },
		{ DATA_OFFSET, 0x201, RULE_ZBOOT_PAYLOAD },
		{ DATA_OFFSET - 1, 2, RULE_ZBOOT_PAYLOAD },
		{ 0x1000, 0x10, RULE_OK },
		{ 0x1400, 12, RULE_OK }, /* the last section */
		{ 0x1000, 0x11, RULE_ZBOOT_PAYLOAD }, /* VirtualSize 0x10 */
		{ 0x800, 0x10, RULE_ZBOOT_PAYLOAD }, /* headers */
		{ 0x1600, 1, RULE_ZBOOT_PAYLOAD }, /* end of file */
		{ 0xffffffff, 0xffffffff, RULE_ZBOOT_PAYLOAD },
		{ 0xffffffff, 1, RULE_ZBOOT_PAYLOAD },
	};
	struct zboot zboot;
	struct build build;
	unsigned int i;

	build_zboot(&build);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		build_put(&build, 8, 4, rows[i].offset);
		build_put(&build, 12, 4, rows[i].size);
		if (!EXPECT_EQ(parse(&build, &zboot), rows[i].rule))
			UNIT_NOTE("in row %u", i);
	}
	build_free(&build);
}

UNIT_TEST(payload_in_the_trailer)
{
	struct zboot zboot;
	struct build build;

	build_zboot(&build);
	build_append(&build, NULL, 16);
	build_put(&build, 8, 4, 0x1600);
	build_put(&build, 12, 4, 8);
	EXPECT_EQ(parse(&build, &zboot), RULE_ZBOOT_PAYLOAD);
	build_free(&build);
}

UNIT_TEST(compression_must_be_a_name)
{
	static const char *const bad[] = { "", "\n", "gz ip", "gz\x80",
					   "\x7f" };
	struct zboot zboot = { { 0 }, "kept" };
	struct build build;
	unsigned int i;

	build_zboot(&build);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		memcpy(build.data + 24, bad[i], strlen(bad[i]) + 1);
		EXPECT_EQ(parse(&build, &zboot), RULE_ZBOOT_COMPRESSION);
	}
	memcpy(build.data + 24, "ninechars", 9);
	EXPECT_EQ(parse(&build, &zboot), RULE_ZBOOT_COMPRESSION);
	memcpy(build.data + 24, "tenletters", 10);
	EXPECT_EQ(parse(&build, &zboot), RULE_ZBOOT_COMPRESSION);
	EXPECT_STR_EQ(zboot.compression, "kept");
	build_free(&build);
}
