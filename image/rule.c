// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the rules of image/rule.h are called. Strings one behind the other, as
 * each pointer to one would take the embedded image another 32 bytes.
 */
#include <image/rule.h>

static const char names[] = "OK\0"
#define RULE_NAME(name_, foreign_, text_) #name_ "\0"
	RULE_LIST(RULE_NAME);
#undef RULE_NAME

static const char texts[] = "accepted\0"
#define RULE_TEXT(name_, foreign_, text_) text_ "\0"
	RULE_LIST(RULE_TEXT);
#undef RULE_TEXT

static const bool foreign[] = { false,
#define RULE_FOREIGN(name_, foreign_, text_) foreign_,
				RULE_LIST(RULE_FOREIGN)
#undef RULE_FOREIGN
};

static bool is_known(enum rule rule)
{
	return (unsigned int)rule < ARRAY_SIZE(foreign);
}

static const char *string_at(const char *strings, unsigned int index)
{
	for (; index; index--) {
		while (*strings++)
			;
	}
	return strings;
}

const char *rule_text(enum rule rule)
{
	return is_known(rule) ? string_at(texts, rule) : "unknown rule";
}

const char *rule_name(enum rule rule)
{
	return is_known(rule) ? string_at(names, rule) : "UNKNOWN";
}

bool rule_is_foreign(enum rule rule)
{
	return is_known(rule) && foreign[rule];
}
