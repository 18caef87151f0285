// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of tools/kexec-pe/status.c: what is printed, for people and as JSON. */
// sources: tools/kexec-pe/status.c tools/kexec-pe/json.c
// sources: tools/kexec-pe/policy.c tools/kexec-pe/files.c
// sources: tools/kexec-pe/kmsg.c tools/kexec-pe/errors.c
// sources: tests/unit/tools/tree.c

#include <stdlib.h>
#include <unit.h>

#include <tools/kexec-pe/commands.h>
#include <tools/kexec-pe/json.h>
#include <tools/kexec-pe/status.h>

#include "tree.h"

/* To be freed. */
static char *print(const struct status *status,
		   void (*how)(const struct status *status, FILE *to))
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	how(status, to);
	fclose(to);
	return text;
}

static void expect(const struct status *status,
		   void (*how)(const struct status *status, FILE *to),
		   const char *want)
{
	char *have = print(status, how);

	EXPECT_STR_EQ(have, want);
	free(have);
}

static const struct status locked = {
	.loaded = 1,
	.crash_loaded = 0,
	.policy = {
		.handler = HANDLER_LAST,
		.load_disabled = 0,
		.lockdown = LOCKDOWN_INTEGRITY,
		.secure_boot = ANSWER_YES,
		.signature_forced = ANSWER_NO,
		.ima_appraises = ANSWER_UNKNOWN,
	},
	.log = "kexec_pe: verified by \"key\"",
};

UNIT_TEST(for_people)
{
	expect(&locked, status_print,
	       "image:         loaded\n"
	       "crash image:   none\n"
	       "kexec_pe:      1 (native handlers first)\n"
	       "load disabled: no\n"
	       "lockdown:      integrity\n"
	       "Secure Boot:   on\n"
	       "signatures:    enforced by lockdown\n"
	       "kernel log:    kexec_pe: verified by \"key\"\n");
}

UNIT_TEST(as_json)
{
	expect(&locked, status_print_json,
	       "{\"loaded\": true, \"crash_loaded\": false, \"kexec_pe\": 1, "
	       "\"load_disabled\": false, \"lockdown\": \"integrity\", "
	       "\"secure_boot\": true, \"signature_forced\": false, "
	       "\"ima_appraises\": null, "
	       "\"kernel_log\": \"kexec_pe: verified by \\\"key\\\"\"}\n");
}

UNIT_TEST(what_is_unknown_is_null)
{
	struct status status;

	status_read(tree_make(), &status);
	tree_remove();
	expect(&status, status_print_json,
	       "{\"loaded\": null, \"crash_loaded\": null, \"kexec_pe\": null, "
	       "\"load_disabled\": null, \"lockdown\": null, "
	       "\"secure_boot\": null, \"signature_forced\": null, "
	       "\"ima_appraises\": null, \"kernel_log\": null}\n");
}

static bool prints_signatures(const struct status *status, const char *want)
{
	char line[64], *text = print(status, status_print);
	bool found;

	snprintf(line, sizeof(line), "signatures:    %s\n", want);
	found = strstr(text, line);
	free(text);
	return found;
}

UNIT_TEST(not_enforced_is_said_only_when_known)
{
	struct status status = locked;

	status.policy.lockdown = LOCKDOWN_NONE;
	EXPECT_TRUE(prints_signatures(&status, "not enforced"));
	status.policy.signature_forced = ANSWER_UNKNOWN;
	EXPECT_TRUE(prints_signatures(&status, "unknown"));
	status.policy.signature_forced = ANSWER_NO;
	status.policy.lockdown = LOCKDOWN_UNKNOWN;
	EXPECT_TRUE(prints_signatures(&status, "unknown"));
	status.policy.ima_appraises = ANSWER_YES;
	EXPECT_TRUE(prints_signatures(&status, "enforced by IMA"));
	status.policy.signature_forced = ANSWER_YES;
	EXPECT_TRUE(prints_signatures(&status, "enforced"));
}

UNIT_TEST(loaded_comes_from_sysfs)
{
	const char *root = tree_make();
	struct status status;

	tree_text("/sys/kernel/kexec_loaded", "0\n");
	tree_text("/sys/kernel/kexec_crash_loaded", "1\n");
	status_read(root, &status);
	EXPECT_EQ(status.loaded, 0);
	EXPECT_EQ(status.crash_loaded, 1);
	tree_remove();
}

UNIT_TEST(json_escapes)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	json_string(to, "a\"b\\c\n\x7f\xe9");
	json_string(to, NULL);
	json_string(to, "");
	fclose(to);
	EXPECT_STR_EQ(text, "\"a\\\"b\\\\c\\u000a\\u007f\\u00e9\"null\"\"");
	free(text);
}

UNIT_TEST(usage)
{
	char *with_file[] = { (char *)"status", (char *)"file", NULL };

	EXPECT_EQ(command_status(2, with_file), STATUS_USAGE);
}
