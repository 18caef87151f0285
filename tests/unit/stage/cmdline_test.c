// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command line argument: profile selector, comparison, UTF-16.
 */
// sources: stage/cmdline.c
#include <stage/cmdline.h>

#include <stdlib.h>

#include "unit.h"

static struct view view(const char *text)
{
	return (struct view){ (const u8 *)text, strlen(text) };
}

static bool is(const struct view *have, const char *want)
{
	return have->size == strlen(want) &&
	       !memcmp(have->base, want, have->size);
}

UNIT_TEST(splits_as_systemd_stub_does)
{
	static const struct {
		const char *argument;
		bool has_profile;
		unsigned int profile;
		const char *selector, *text;
	} rows[] = {
		{ "", false, 0, "", "" },
		{ "  \n", false, 0, "", "" },
		{ "quiet", false, 0, "", "quiet" },
		{ " quiet splash\n", false, 0, "", "quiet splash" },
		{ "@0", true, 0, "@0", "" },
		{ "@12", true, 12, "@12", "" },
		{ "@1 ", true, 1, "@1", "" },
		{ "@1 root=/dev/sda", true, 1, "@1", "root=/dev/sda" },
		{ "@4294967295", true, 4294967295, "@4294967295", "" },
		{ "@4294967296", false, 0, "", "@4294967296" },
		{ "@99999999999", false, 0, "", "@99999999999" },
		{ "@", false, 0, "", "@" },
		{ "@x", false, 0, "", "@x" },
		{ "@1x", false, 0, "", "@1x" },
		{ "@1\tx", false, 0, "", "@1\tx" },
		{ "@ 1", false, 0, "", "@ 1" },
		{ "a @1", false, 0, "", "a @1" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct stage_cmdline line;
		bool good;

		stage_split_cmdline(rows[i].argument, strlen(rows[i].argument),
				    &line);
		good = EXPECT_EQ(line.has_profile, rows[i].has_profile) &
		       EXPECT_EQ(line.profile, rows[i].profile) &
		       EXPECT_TRUE(is(&line.selector, rows[i].selector)) &
		       EXPECT_TRUE(is(&line.text, rows[i].text));
		if (!good)
			UNIT_NOTE("argument \"%s\"", rows[i].argument);
	}
}

UNIT_TEST(a_nul_ends_the_argument)
{
	struct stage_cmdline line;

	stage_split_cmdline("@2 a\0b", 6, &line);
	EXPECT_EQ(line.profile, 2);
	EXPECT_TRUE(is(&line.text, "a"));
	/* An argument without NUL: not a byte behind it is read. */
	stage_split_cmdline("@23", 2, &line);
	EXPECT_EQ(line.profile, 2);
}

UNIT_TEST(compares_without_the_white_space_around)
{
	struct view a = view("root=/dev/sda quiet");
	struct view b = { (const u8 *)"root=/dev/sda quiet\n\0junk", 25 };
	struct view c = view("root=/dev/sda  quiet"), d = view("root=/dev/sda");
	struct view none = { NULL, 0 }, blank = view(" \n");

	EXPECT_TRUE(stage_same_cmdline(&a, &a));
	EXPECT_TRUE(stage_same_cmdline(&a, &b));
	EXPECT_FALSE(stage_same_cmdline(&a, &c));
	EXPECT_FALSE(stage_same_cmdline(&a, &d));
	EXPECT_FALSE(stage_same_cmdline(&d, &a));
	EXPECT_FALSE(stage_same_cmdline(&a, &none));
	EXPECT_TRUE(stage_same_cmdline(&blank, &none));
}

UNIT_TEST(encodes_every_plane)
{
	static const u16 want[] = { 'a',    0xe9,   0x20ac, 0xffff, 0xd83d,
				    0xde00, 0xdbff, 0xdfff, 0 };
	struct view text = view("a\xc3\xa9\xe2\x82\xac\xef\xbf\xbf"
				"\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf");
	u64 size = 0;
	u16 *have;

	EXPECT_TRUE(stage_utf16(&text, NULL, &size));
	EXPECT_EQ(size, sizeof(want));
	have = malloc(size);
	EXPECT_TRUE(stage_utf16(&text, have, &size));
	EXPECT_MEM_EQ(have, want, sizeof(want));
	free(have);
}

UNIT_TEST(encodes_nothing_as_a_nul)
{
	struct view text = view("");
	u16 have = 0xdead;
	u64 size = 0;

	EXPECT_TRUE(stage_utf16(&text, &have, &size));
	EXPECT_EQ(size, 2);
	EXPECT_EQ(have, 0);
}

UNIT_TEST(refuses_what_is_no_utf8)
{
	static const char *const bad[] = {
		"\x80", /* continuation first */
		"\xc3", /* cut */
		"\xc3(", /* no continuation */
		"\xe2\x82", /* cut */
		"\xc0\xaf", /* overlong "/" */
		"\xe0\x80\xaf", /* overlong */
		"\xf0\x80\x80\xaf", /* overlong */
		"\xed\xa0\x80", /* surrogate */
		"\xed\xbf\xbf", /* surrogate */
		"\xf4\x90\x80\x80", /* beyond U+10FFFF */
		"\xf8\x88\x80\x80\x80", /* five bytes */
		"\xff",
	};
	u64 size = 77;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		struct view text = view(bad[i]);

		if (!EXPECT_FALSE(stage_utf16(&text, NULL, &size)))
			UNIT_NOTE("row %u", i);
	}
	EXPECT_EQ(size, 77);
}
