// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The parser of .sbat sections.
 */
// sources: image/sbat.c

#include <image/sbat.h>
#include <stdlib.h>

#include "unit.h"

#define SELF "sbat,1,SBAT Version,sbat,1,https://example.org/sbat\n"
#define STUB "systemd-stub,2,The systemd Developers,systemd,252,https://s.io/\n"

/* A copy of the very size, so that ASan sees its end. */
static enum sbat_fault check(const char *text, u64 size, u32 *ret)
{
	u8 *copy = malloc(size ? size : 1);
	const struct view section = { copy, size };
	enum sbat_fault fault;

	memcpy(copy, text, size);
	fault = sbat_check(&section, ret);
	free(copy);
	return fault;
}

static void expect_fault(const char *text, u64 size, enum sbat_fault fault)
{
	u32 count = 77;

	if (!EXPECT_EQ(check(text, size, &count), fault))
		UNIT_NOTE("%.*s", (int)size, text);
	EXPECT_EQ(count == 77, fault != SBAT_OK);
}

#define FAULT(text, fault) expect_fault(text, sizeof(text) - 1, fault)

static void expect_view(const struct view *view, const char *text)
{
	EXPECT_EQ(view->size, strlen(text));
	if (view->size == strlen(text))
		EXPECT_MEM_EQ(view->base, text, view->size);
}

UNIT_TEST(two_entries)
{
	struct view rest = { (const u8 *)SELF STUB "\0\0",
			     sizeof(SELF STUB) + 1 };
	struct sbat_entry entry;
	u32 count = 0;

	EXPECT_EQ(sbat_check(&rest, &count), SBAT_OK);
	EXPECT_EQ(count, 2);
	EXPECT_TRUE(sbat_next(&rest, &entry));
	expect_view(&entry.name, "sbat");
	EXPECT_EQ(entry.generation, 1);
	expect_view(&entry.vendor, "SBAT Version");
	EXPECT_TRUE(sbat_next(&rest, &entry));
	expect_view(&entry.name, "systemd-stub");
	EXPECT_EQ(entry.generation, 2);
	expect_view(&entry.vendor, "The systemd Developers");
	expect_view(&entry.package, "systemd");
	expect_view(&entry.version, "252");
	expect_view(&entry.url, "https://s.io/");
	EXPECT_FALSE(sbat_next(&rest, &entry));
	EXPECT_FALSE(sbat_next(&rest, &entry));
	expect_view(&entry.name, "systemd-stub");
}

UNIT_TEST(ends_of_lines)
{
	FAULT("sbat,1,a,b,c,d", SBAT_OK);
	FAULT("sbat,1,a,b,c,d\r\nx,2,a,b,c,d\r\n", SBAT_OK);
	FAULT("\n\nsbat,1,a,b,c,d\n\n\r\nx,2,a,b,c,d\n\n", SBAT_OK);
	FAULT("sbat,1,a,b,c,d\0\0\0", SBAT_OK);
	FAULT("sbat,1,,,,", SBAT_OK);
	FAULT("sbat,1,a,b,c,d,e,f", SBAT_OK); /* as shim */
}

UNIT_TEST(empty_ones)
{
	FAULT("", SBAT_EMPTY);
	FAULT("\0\0\0\0", SBAT_EMPTY);
	FAULT("\n\r\n\n", SBAT_EMPTY);
	FAULT("\0x", SBAT_AFTER_END);
	FAULT(SELF "\0" STUB, SBAT_AFTER_END);
}

UNIT_TEST(fields)
{
	FAULT("sbat", SBAT_FIELDS);
	FAULT("sbat,1", SBAT_FIELDS);
	FAULT("sbat,1,a,b,c", SBAT_FIELDS);
	FAULT(SELF "x,1,a,b,c\n", SBAT_FIELDS);
	/* Not those of the next line. */
	FAULT("sbat,1,a,b\n,c,d", SBAT_FIELDS);
	FAULT("sbat,1,a,b\r,c,d", SBAT_OK); /* CR alone ends none */
	FAULT(SELF ",1,a,b,c,d\n", SBAT_NAME);
}

UNIT_TEST(generations)
{
	FAULT("sbat,,a,b,c,d", SBAT_GENERATION);
	FAULT("sbat,0,a,b,c,d", SBAT_GENERATION);
	FAULT("sbat,-1,a,b,c,d", SBAT_GENERATION);
	FAULT("sbat, 1,a,b,c,d", SBAT_GENERATION);
	FAULT("sbat,1x,a,b,c,d", SBAT_GENERATION);
	FAULT("sbat,1/,a,b,c,d", SBAT_GENERATION); /* before '0' */
	FAULT("sbat,1:,a,b,c,d", SBAT_GENERATION); /* behind '9' */
	FAULT("sbat,9,a,b,c,d", SBAT_OK);
	FAULT("sbat,0x1,a,b,c,d", SBAT_GENERATION);
	FAULT("sbat,65535,a,b,c,d", SBAT_OK);
	FAULT("sbat,65536,a,b,c,d", SBAT_GENERATION);
	FAULT("sbat,4294967297,a,b,c,d", SBAT_GENERATION);
	FAULT("sbat,18446744073709551617,a,b,c,d", SBAT_GENERATION);
	FAULT("sbat,00002,a,b,c,d", SBAT_OK);
}

UNIT_TEST(first_is_sbat_itself)
{
	FAULT(STUB SELF, SBAT_FIRST);
	FAULT("sba,1,a,b,c,d", SBAT_FIRST);
	FAULT("sbatt,1,a,b,c,d", SBAT_FIRST);
	FAULT("SBAT,1,a,b,c,d", SBAT_FIRST);
}

UNIT_TEST(characters)
{
	FAULT("sbat,1,\xc3\xa4,\xe2\x82\xac,\xf0\x9f\x98\x80,d", SBAT_OK);
	FAULT("sbat,1,\t,b,c,d", SBAT_OK);
	FAULT("sbat,1,\x01,b,c,d", SBAT_CHARACTER);
	FAULT("sbat,1,\x1f,b,c,d", SBAT_CHARACTER);
	FAULT("sbat,1,\x7f,b,c,d", SBAT_CHARACTER);
	FAULT("sbat,1,\x1b[31m,b,c,d", SBAT_CHARACTER);
	FAULT("sbat,1,\x80,b,c,d", SBAT_CHARACTER);
	FAULT("sbat,1,\xc0\x80,b,c,d", SBAT_CHARACTER);
	FAULT("sbat,1,\xf5\x80\x80\x80,b,c,d", SBAT_CHARACTER);
	FAULT("sbat,1,a,b,c,\xc3", SBAT_CHARACTER);
	FAULT("sbat,1,a,b,c,\xe2\x82", SBAT_CHARACTER);
	FAULT("sbat,1,a,b,c,\xc3\n", SBAT_CHARACTER);
	/* A sequence does not swallow a comma. */
	FAULT("sbat,1,\xe2\x82,b,c,d", SBAT_CHARACTER);
}

/* The first and the last lead byte of each length */
UNIT_TEST(lengths_of_utf8_sequences)
{
	FAULT("sbat,1,\xc1\x80,b,c,d", SBAT_CHARACTER);
	FAULT("sbat,1,\xc2\x80,b,c,d", SBAT_OK);
	FAULT("sbat,1,\xdf\xbf,b,c,d", SBAT_OK);
	FAULT("sbat,1,\xe0\xa0\x80,b,c,d", SBAT_OK);
	FAULT("sbat,1,\xef\xbf\xbd,b,c,d", SBAT_OK);
	FAULT("sbat,1,\xf0\x90\x80\x80,b,c,d", SBAT_OK);
	FAULT("sbat,1,\xf4\x8f\xbf\xbf,b,c,d", SBAT_OK);
}

UNIT_TEST(texts)
{
	u32 i;

	for (i = 0; i < SBAT_FAULT_COUNT; i++) {
		EXPECT_TRUE(strlen(sbat_fault_text(i)) > 5);
		EXPECT_TRUE(strcmp(sbat_fault_text(i), "unknown fault"));
	}
	EXPECT_STR_EQ(sbat_fault_text(SBAT_FAULT_COUNT), "unknown fault");
}

UNIT_TEST(size)
{
	char *text = calloc(1, SBAT_SIZE_MAX + 1);

	memcpy(text, SELF, strlen(SELF));
	expect_fault(text, SBAT_SIZE_MAX, SBAT_OK);
	expect_fault(text, SBAT_SIZE_MAX + 1, SBAT_SIZE);
	memset(text, '\n', SBAT_SIZE_MAX);
	memcpy(text, SELF, strlen(SELF));
	expect_fault(text, SBAT_SIZE_MAX, SBAT_OK);
	expect_fault(text, SBAT_SIZE_MAX + 1, SBAT_SIZE);
	free(text);
}

/* A view of text without its final NUL. */
static struct view view_of(const char *text)
{
	return (struct view){ (const u8 *)text, strlen(text) };
}

static void expect_level(const char *text, enum sbat_fault fault, u32 entries)
{
	const struct view level = view_of(text);
	u32 count = 77;

	if (!EXPECT_EQ(sbat_check_level(&level, &count), fault))
		UNIT_NOTE("%s", text);
	EXPECT_EQ(count, fault ? 77 : entries);
}

UNIT_TEST(level)
{
	expect_level("sbat,1,2025051000\nshim,4\ngrub,5\n", SBAT_OK, 3);
	expect_level("sbat,1,2021030218\n", SBAT_OK, 1);
	expect_level("sbat,1\nshim,2", SBAT_OK, 2);
	expect_level("", SBAT_EMPTY, 0);
	expect_level("sbat\n", SBAT_FIELDS, 0);
	expect_level("sbat,1\nshim\n", SBAT_FIELDS, 0);
	expect_level("shim,4\nsbat,1\n", SBAT_FIRST, 0);
	expect_level("sbat,0\n", SBAT_GENERATION, 0);
	expect_level("sbat,1\nshim,-1\n", SBAT_GENERATION, 0);
	expect_level("sbat,1\nshim,65536\n", SBAT_GENERATION, 0);
	expect_level("sbat,1\n,4\n", SBAT_NAME, 0);
	expect_level("sbat,1\nshim,\x01\n", SBAT_CHARACTER, 0);
}

/* NULL: nothing is revoked */
static void expect_revoked(const char *text, const char *revocations,
			   const char *name)
{
	const struct view section = view_of(text);
	const struct view level = view_of(revocations);
	struct sbat_entry entry = { .generation = 77 };
	bool revoked = sbat_is_revoked(&section, &level, &entry);

	if (!EXPECT_EQ(revoked, name != NULL))
		UNIT_NOTE("%s against %s", text, revocations);
	if (revoked && name)
		expect_view(&entry.name, name);
	else
		EXPECT_EQ(entry.generation, 77);
}

UNIT_TEST(revoked)
{
	expect_revoked(SELF STUB, "sbat,1\n", NULL);
	expect_revoked(SELF STUB, "sbat,1\nsystemd-stub,2\n", NULL);
	expect_revoked(SELF STUB, "sbat,1\nsystemd-stub,3\n", "systemd-stub");
	expect_revoked(SELF STUB, "sbat,2,2030010100\n", "sbat");
	/* Only whole names count. */
	expect_revoked(SELF STUB, "sbat,1\nsystemd,9\nsystemd-stubs,9\n", NULL);
	expect_revoked(SELF STUB, "sbat,1\nsystemd-stuB,9\n", NULL);
	/* The last line counts, and the highest of two. */
	expect_revoked(SELF STUB, "sbat,1\nx,1\nsystemd-stub,9",
		       "systemd-stub");
	expect_revoked(SELF STUB, "sbat,1\nsystemd-stub,1\nsystemd-stub,3\n",
		       "systemd-stub");
	expect_revoked(SELF STUB "y,1,,,,\nx,1,,,,", "sbat,1\nx,2\ny,2\n", "y");
	expect_revoked("", "sbat,1\n", NULL);
	expect_revoked(SELF, "", NULL);
}
