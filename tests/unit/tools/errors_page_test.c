// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Documentation/errors.md lists every rule and refusal with the errno and the
 * sentence that the code has.
 */

#include <stdlib.h>
#include <unit.h>

#include <image/rule.h>
#include <kernel/refusal.h>

#define PAGE "Documentation/errors.md"

/* The content of the page, to be freed; empty when it cannot be read. */
static char *read_page(void)
{
	static const size_t room = 1 << 18;
	char *page = calloc(1, room);
	FILE *file = fopen(PAGE, "r");

	if (!EXPECT_TRUE(file))
		return page;
	EXPECT_TRUE(fread(page, 1, room - 1, file) < room - 1);
	fclose(file);
	return page;
}

static void expect_row(const char *page, const char *name, const char *error,
		       const char *text)
{
	char row[256];

	snprintf(row, sizeof(row), "\n| %s | %s | %s |\n", name, error, text);
	if (!EXPECT_TRUE(strstr(page, row)))
		UNIT_NOTE("missing:%s", row);
}

UNIT_TEST(every_parse_rule_is_in_the_page)
{
	char *page = read_page();

#define EXPECT_RULE(name, foreign, text) \
	expect_row(page, #name, foreign ? "ENOEXEC" : "ELIBBAD", text);
	RULE_LIST(EXPECT_RULE)
#undef EXPECT_RULE
	free(page);
}

UNIT_TEST(every_refusal_is_in_the_page)
{
	char *page = read_page();

#define EXPECT_REFUSAL(name, error, text) expect_row(page, #name, #error, text);
	REFUSAL_LIST(EXPECT_REFUSAL)
#undef EXPECT_REFUSAL
	free(page);
}

static unsigned int count_rows(const char *page)
{
	unsigned int count = 0;
	const char *row;

	for (row = page; (row = strstr(row, "\n| ")); row++) {
		row += strlen("\n| ");
		count += strspn(row, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") >
				 0 &&
			 strstr(row, " | E") ==
				 row + strspn(row, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
						   "_0123456789");
	}
	return count;
}

UNIT_TEST(the_page_has_no_rule_that_the_code_lacks)
{
	unsigned int count = 0;
	char *page = read_page();

#define COUNT(...) count++;
	RULE_LIST(COUNT)
	REFUSAL_LIST(COUNT)
#undef COUNT
	EXPECT_EQ(count_rows(page), count);
	free(page);
}
