// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every rule has a name and a sentence of its own.
 */
// sources: image/rule.c

#include <image/rule.h>

#include "unit.h"

#define NAME_RULE(name, foreign, text) #name,

static const char *const names[] = { "OK", RULE_LIST(NAME_RULE) };
static const unsigned int count = ARRAY_SIZE(names);

UNIT_TEST(names_and_sentences_are_unique)
{
	unsigned int i, j;

	for (i = 0; i < count; i++) {
		EXPECT_STR_EQ(rule_name(i), names[i]);
		for (j = 0; j < i; j++) {
			EXPECT_TRUE(strcmp(rule_name(i), rule_name(j)));
			EXPECT_TRUE(strcmp(rule_text(i), rule_text(j)));
		}
	}
}

UNIT_TEST(four_rules_are_foreign)
{
	unsigned int i, foreign = 0;

	for (i = 0; i < count; i++)
		foreign += rule_is_foreign(i);
	EXPECT_EQ(foreign, 4);
	EXPECT_TRUE(rule_is_foreign(RULE_DOS_MAGIC));
	EXPECT_TRUE(rule_is_foreign(RULE_PE_SIGNATURE));
	EXPECT_TRUE(rule_is_foreign(RULE_MACHINE));
	EXPECT_TRUE(rule_is_foreign(RULE_PE32));
}

UNIT_TEST(ok_and_unknown_rules)
{
	EXPECT_STR_EQ(rule_name(RULE_OK), "OK");
	EXPECT_STR_EQ(rule_text(RULE_OK), "accepted");
	EXPECT_STR_EQ(rule_name(RULE_SECTION_WX), "SECTION_WX");
	EXPECT_STR_EQ(rule_name(count), "UNKNOWN");
	EXPECT_STR_EQ(rule_name(-1), "UNKNOWN");
	EXPECT_FALSE(rule_is_foreign(count));
}
