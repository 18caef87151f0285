// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the rules of image/rule.h are called.
 */
#include <image/rule.h>

struct rule_entry {
	const char *name;
	const char *text;
	bool foreign;
};

static const struct rule_entry rules[] = {
	[RULE_OK] = { "OK", "accepted", false },
#define RULE_ENTRY(name_, foreign_, text_) \
	[RULE_##name_] = { #name_, text_, foreign_ },
	RULE_LIST(RULE_ENTRY)
#undef RULE_ENTRY
};

static const struct rule_entry *rule_entry(enum rule rule)
{
	static const struct rule_entry unknown = { "UNKNOWN", "unknown rule",
						   false };

	return (unsigned int)rule < ARRAY_SIZE(rules) ? &rules[rule] : &unknown;
}

const char *rule_text(enum rule rule)
{
	return rule_entry(rule)->text;
}

const char *rule_name(enum rule rule)
{
	return rule_entry(rule)->name;
}

bool rule_is_foreign(enum rule rule)
{
	return rule_entry(rule)->foreign;
}
