// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The parser of cpio archives.
 */
// sources: image/cpio.c

#include <image/cpio.h>
#include <stdlib.h>

#include "unit.h"

/* A header of newc: mode, links, bytes of data, bytes of name with its NUL. */
#define HEADER(mode, links, data, name)             \
	"070701"                                    \
	"00000001" mode "00000000"                  \
	"00000000" links "00000000" data "00000000" \
	"00000000"                                  \
	"00000000"                                  \
	"00000000" name "00000000"

#define FILE_MODE "000081a4"
#define DIRECTORY_MODE "000041ed"
#define ONE "00000001"
#define NONE "00000000"
/* Name, its NUL and padding: 110 + 2 is a multiple of four. */
#define DIRECTORY HEADER(DIRECTORY_MODE, "00000002", NONE, "00000002") "d\0"
/* 110 + 4, two of padding; five bytes of data, three of padding. */
#define PLAIN \
	HEADER(FILE_MODE, ONE, "00000005", "00000004") "d/f\0\0\0hello\0\0\0"
/* 110 + 11, three of padding. */
#define TRAILER HEADER(NONE, ONE, NONE, "0000000b") "TRAILER!!!\0\0\0\0"

static enum cpio_fault check(const char *bytes, u64 size, u32 *ret_count,
			     u64 *ret_size)
{
	u8 *copy = malloc(size ? size : 1);
	const struct view archive = { copy, size };
	enum cpio_fault fault;

	/* A copy of the very size, so that ASan sees its end. */
	memcpy(copy, bytes, size);
	fault = cpio_check(&archive, ret_count, ret_size);
	free(copy);
	return fault;
}

static void expect_fault(const char *bytes, u64 size, enum cpio_fault fault)
{
	u64 archive_size = 77;
	u32 count = 77;

	EXPECT_EQ(check(bytes, size, &count, &archive_size), fault);
	EXPECT_EQ(count == 77 && archive_size == 77, fault != CPIO_OK);
}

#define FAULT(bytes, fault) expect_fault(bytes, sizeof(bytes) - 1, fault)

static void expect_view(const struct view *view, const char *text)
{
	EXPECT_EQ(view->size, strlen(text));
	if (view->size == strlen(text))
		EXPECT_MEM_EQ(view->base, text, view->size);
}

UNIT_TEST(directory_and_file)
{
	static const char bytes[] = DIRECTORY PLAIN TRAILER "behind it";
	const struct view archive = { (const u8 *)bytes, sizeof(bytes) - 1 };
	struct cpio_entry entry;
	u64 offset = 0, size = 0;
	u32 count = 0;

	EXPECT_TRUE(cpio_is(&archive));
	EXPECT_EQ(cpio_check(&archive, &count, &size), CPIO_OK);
	EXPECT_EQ(count, 2);
	EXPECT_EQ(size, archive.size - strlen("behind it"));
	EXPECT_TRUE(cpio_next(&archive, &offset, &entry));
	expect_view(&entry.name, "d");
	EXPECT_EQ(entry.mode, 040755);
	EXPECT_EQ(entry.links, 2);
	EXPECT_EQ(entry.data.size, 0);
	EXPECT_TRUE(cpio_next(&archive, &offset, &entry));
	expect_view(&entry.name, "d/f");
	expect_view(&entry.data, "hello");
	EXPECT_EQ(entry.mode, 0100644);
	EXPECT_FALSE(cpio_next(&archive, &offset, &entry));
	expect_view(&entry.name, "d/f");
}

UNIT_TEST(padding_of_the_trailer_may_be_missing)
{
	static const char bytes[] = TRAILER;
	u64 size = 0;
	u32 count = 1;

	EXPECT_EQ(check(bytes, sizeof(bytes) - 4, &count, &size), CPIO_OK);
	EXPECT_EQ(count, 0);
	EXPECT_EQ(size, sizeof(bytes) - 4);
}

UNIT_TEST(one_byte_behind_the_trailer_is_not_its)
{
	static const char bytes[] = TRAILER "x";
	u64 size = 0;
	u32 count = 1;

	EXPECT_EQ(check(bytes, sizeof(bytes) - 1, &count, &size), CPIO_OK);
	EXPECT_EQ(size, sizeof(bytes) - 2);
}

UNIT_TEST(both_magic_numbers)
{
	char bytes[] = TRAILER;

	bytes[5] = '2';
	expect_fault(bytes, sizeof(bytes) - 1, CPIO_OK);
	bytes[5] = '3';
	expect_fault(bytes, sizeof(bytes) - 1, CPIO_MAGIC);
	bytes[5] = '0';
	expect_fault(bytes, sizeof(bytes) - 1, CPIO_MAGIC);
	bytes[5] = '1';
	bytes[0] = '1';
	expect_fault(bytes, sizeof(bytes) - 1, CPIO_MAGIC);
}

UNIT_TEST(digits_of_both_cases)
{
	FAULT(HEADER("0000A1fF", ONE, NONE, "0000000B") "TRAILER!!!\0",
	      CPIO_OK);
	FAULT(HEADER("99999999", ONE, NONE, "0000000b") "TRAILER!!!\0",
	      CPIO_OK);
	FAULT(HEADER("0000000G", ONE, NONE, "0000000b") "TRAILER!!!\0",
	      CPIO_HEADER);
	FAULT(HEADER("0000000g", ONE, NONE, "0000000b") "TRAILER!!!\0",
	      CPIO_HEADER);
	FAULT(HEADER(NONE, "0000000/", NONE, "0000000b") "TRAILER!!!\0",
	      CPIO_HEADER);
	FAULT(HEADER(NONE, ONE, "0000000:", "0000000b") "TRAILER!!!\0",
	      CPIO_HEADER);
	FAULT(HEADER(NONE, ONE, NONE, "0000000`") "TRAILER!!!\0", CPIO_HEADER);
	FAULT(HEADER(NONE, ONE, NONE, "@000000b") "TRAILER!!!\0", CPIO_HEADER);
}

UNIT_TEST(names)
{
	FAULT(HEADER(FILE_MODE, ONE, NONE, NONE) "\0\0" TRAILER, CPIO_NAME);
	FAULT(HEADER(FILE_MODE, ONE, NONE, ONE) "\0\0" TRAILER, CPIO_NAME);
	FAULT(HEADER(FILE_MODE, ONE, NONE, "00000002") "xy" TRAILER, CPIO_NAME);
	FAULT(HEADER(FILE_MODE, ONE, NONE, "00000006") "a\0bcd\0" TRAILER,
	      CPIO_NAME);
	FAULT(HEADER(FILE_MODE, ONE, NONE, "00000004") "ab\0\0\0\0" TRAILER,
	      CPIO_NAME);
	FAULT(HEADER(FILE_MODE, ONE, NONE, "ffffffff") "a\0" TRAILER,
	      CPIO_NAME);
}

UNIT_TEST(data)
{
	FAULT(HEADER(FILE_MODE, ONE, "ffffffff", "00000002") "a\0" TRAILER,
	      CPIO_DATA);
	FAULT(HEADER(FILE_MODE, ONE, "00000005", "00000002") "a\0data",
	      CPIO_DATA);
	FAULT(HEADER(FILE_MODE, ONE, "00000004", "00000002") "a\0data",
	      CPIO_TRAILER);
}

UNIT_TEST(every_truncation)
{
	static const char bytes[] = DIRECTORY PLAIN TRAILER;
	u64 size, archive_size;
	u32 count;

	for (size = 0; size < sizeof(bytes) - 4; size++)
		EXPECT_TRUE(check(bytes, size, &count, &archive_size) !=
			    CPIO_OK);
	expect_fault(bytes, 0, CPIO_TRAILER);
	expect_fault(bytes, 5, CPIO_TRAILER);
	expect_fault(bytes, 6, CPIO_HEADER);
	expect_fault(bytes, 109, CPIO_HEADER);
	expect_fault(bytes, 110, CPIO_NAME);
	expect_fault(bytes, 112, CPIO_TRAILER);
}

UNIT_TEST(what_is_an_archive)
{
	const struct view gzip = { (const u8 *)"\x1f\x8b\x08\0\0\0", 6 };
	const struct view brief = { (const u8 *)"07070", 5 };

	EXPECT_FALSE(cpio_is(&gzip));
	EXPECT_FALSE(cpio_is(&brief));
}

UNIT_TEST(texts)
{
	EXPECT_TRUE(strcmp(cpio_fault_text(CPIO_OK), "well-formed") == 0);
	EXPECT_TRUE(strcmp(cpio_fault_text(CPIO_FAULT_COUNT),
			   "unknown fault") == 0);
	EXPECT_TRUE(strcmp(cpio_fault_text(CPIO_TRAILER), "unknown fault") !=
		    0);
	EXPECT_TRUE(strcmp(cpio_fault_text(CPIO_MAGIC),
			   cpio_fault_text(CPIO_TRAILER)) != 0);
}
