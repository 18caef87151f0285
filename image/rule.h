/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules that an image can break, one code and one sentence each. The
 * sentence ends up in the log line of a refusal; Documentation/errors.md lists
 * them all.
 */
#ifndef IMAGE_RULE_H
#define IMAGE_RULE_H

#include <kexec_pe/types.h>

/*
 * X(name, foreign, text): foreign rules say "this is no PE for this machine",
 * so that another loader may have it (ENOEXEC); all others say "malformed"
 * (ELIBBAD). The list is in the order in which the checks are made.
 */
#define RULE_LIST(X)                                                        \
	X(DOS_MAGIC, true, "no MZ header")                                  \
	X(PE_SIGNATURE, true, "no PE signature where e_lfanew points")      \
	X(MACHINE, true, "made for another machine")

enum rule {
	RULE_OK,
#define RULE_ENUM(name, foreign, text) RULE_##name,
	RULE_LIST(RULE_ENUM)
#undef RULE_ENUM
};

/**
 * rule_text() - the sentence that names a rule
 * @rule: the rule
 *
 * Return: constant string, "accepted" for RULE_OK
 */
const char *rule_text(enum rule rule);

/**
 * rule_name() - the short name of a rule, as tests and tools print it
 * @rule: the rule
 *
 * Return: constant string such as "PE_SIGNATURE", "OK" for RULE_OK
 */
const char *rule_name(enum rule rule);

/**
 * rule_is_foreign() - does the rule say "not ours" rather than "malformed"?
 * @rule: the rule
 *
 * Return: true for rules that answer ENOEXEC
 */
bool rule_is_foreign(enum rule rule);

#endif /* IMAGE_RULE_H */
