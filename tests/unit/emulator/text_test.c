// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Formatting, CRC, UTF-16 and the embedded image's own memory functions.
 */
// sources: emulator/print.c emulator/text.c emulator/crc32.c

#include <stdlib.h>

#include <emulator/print.h>
#include <emulator/text.h>

#include "unit.h"

/* The image's own, under other names, beside the C library's. */
#define memcpy emulator_memcpy
#define memmove emulator_memmove
#define memset emulator_memset
#define memcmp emulator_memcmp
void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
#include "emulator/string.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp

static const char *made(const char *fmt, ...)
{
	static char buffer[128];
	va_list list;

	va_start(list, fmt);
	format_list(buffer, sizeof(buffer), fmt, list);
	va_end(list);
	return buffer;
}

UNIT_TEST(conversions)
{
	static const efi_char16_t wide[] = { 'a', 0x20ac, 'b', 0 };
	struct efi_guid guid = EFI_GLOBAL_VARIABLE_GUID;

	EXPECT_STR_EQ(made("plain"), "plain");
	EXPECT_STR_EQ(made("%s|%5s|%-5s|", "ab", "cd", "ef"),
		      "ab|   cd|ef   |");
	EXPECT_STR_EQ(made("%s", (char *)NULL), "(null)");
	EXPECT_STR_EQ(made("%d %d %5d", 0, -12, -3), "0 -12    -3");
	EXPECT_STR_EQ(made("%d", INT32_MIN), "-2147483648");
	EXPECT_STR_EQ(made("%ld", INT64_MIN), "-9223372036854775808");
	EXPECT_STR_EQ(made("%u %lu", 4000000000U, 18446744073709551615UL),
		      "4000000000 18446744073709551615");
	EXPECT_STR_EQ(made("%x %08x %lx", 0xbeef, 0xbeef, 0x123456789abcdefUL),
		      "beef 0000beef 123456789abcdef");
	EXPECT_STR_EQ(made("%05d %-4u|", -7, 3), "-0007 3   |");
	EXPECT_STR_EQ(made("%p", (void *)0x1000), "0x1000");
	EXPECT_STR_EQ(made("%S", wide), "a?b");
	EXPECT_STR_EQ(made("%g", &guid),
		      "8be4df61-93ca-11d2-aa0d-00e098032b8c");
	EXPECT_STR_EQ(made("%c%%%c", 'x', 'y'), "x%y");
	EXPECT_STR_EQ(made("%q"), "q");
	EXPECT_STR_EQ(made("end%"), "end");
}

UNIT_TEST(buffer_is_never_exceeded)
{
	char *buffer = malloc(4); /* AddressSanitizer watches its end */

	EXPECT_EQ(format(buffer, 4, "%s", "abcdef"), 6);
	EXPECT_STR_EQ(buffer, "abc");
	EXPECT_EQ(format(buffer, 4, "abc"), 3);
	EXPECT_STR_EQ(buffer, "abc");
	EXPECT_EQ(format(buffer, 1, "abc"), 3);
	EXPECT_STR_EQ(buffer, "");
	EXPECT_EQ(format(NULL, 0, "%99999999s", "abc"), 999);
	free(buffer);
}

UNIT_TEST(crc32_is_that_of_iso_hdlc)
{
	struct efi_table_header header = { .header_size = sizeof(header),
					   .crc32 = 77,
					   .signature = 1 };
	u32 crc;

	EXPECT_EQ(crc32("123456789", 9), 0xcbf43926);
	EXPECT_EQ(crc32("", 0), 0);
	EXPECT_EQ(crc32("a", 1), 0xe8b7be43);
	table_seal(&header);
	crc = header.crc32;
	header.crc32 = 0;
	EXPECT_EQ(crc, crc32(&header, sizeof(header)));
}

UNIT_TEST(utf16_helpers)
{
	static const efi_char16_t text[] = { 'a', 'b', 0 };
	static const efi_char16_t same[] = { 'a', 'b', 0, 'c' };
	static const efi_char16_t longer[] = { 'a', 'b', 'c', 0 };

	EXPECT_EQ(utf16_length(text, 10), 2);
	EXPECT_EQ(utf16_length(text, 2), 2);
	EXPECT_EQ(utf16_length(text, 1), 1);
	EXPECT_TRUE(utf16_equal(text, same));
	EXPECT_FALSE(utf16_equal(text, longer));
	EXPECT_FALSE(utf16_equal(longer, text));
}

static u8 have[200], want[200];

static void fill(void)
{
	u32 i;

	for (i = 0; i < sizeof(have); i++)
		have[i] = want[i] = (u8)random();
}

UNIT_TEST(memory_functions_agree_with_the_c_library)
{
	size_t from, to, size;
	u32 step;

	srandom(2);
	for (step = 0; step < 20000; step++) {
		from = (size_t)random() % 100;
		to = (size_t)random() % 100;
		size = (size_t)random() % 100;
		fill();
		EXPECT_TRUE(emulator_memmove(have + to, have + from, size) ==
			    have + to);
		memmove(want + to, want + from, size);
		if (!EXPECT_MEM_EQ(have, want, sizeof(have)))
			return;
		emulator_memset(have + to, (int)step, size);
		memset(want + to, (int)step, size);
		if (!EXPECT_MEM_EQ(have, want, sizeof(have)))
			return;
		EXPECT_TRUE(emulator_memcpy(have, want + from, size) == have);
		memcpy(want, have, size);
		if (!EXPECT_MEM_EQ(have, want, sizeof(have)))
			return;
		EXPECT_EQ(emulator_memcmp(have, want, sizeof(have)), 0);
		want[to] ^= 1;
		EXPECT_EQ(emulator_memcmp(have, want, sizeof(have)) < 0,
			  have[to] < want[to]);
		EXPECT_EQ(emulator_memcmp(have, want, to), 0);
	}
}
