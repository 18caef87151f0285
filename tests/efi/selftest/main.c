// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An EFI application that tests the firmware it runs on, ours or another's:
 * entry point, order of the checks, and the summary.
 *
 * LoadOptions may hold, separated by blanks: "noexit" to return before
 * ExitBootServices; "only=PREFIX" to run only checks whose name starts so;
 * "again" to call ExitBootServices after its success even on EDK II.
 */
#include "arch.h"
#include "selftest.h"

EFI_STATUS EFIAPI selftest_entry(EFI_HANDLE image, EFI_SYSTEM_TABLE *systab);

static EFI_GUID loaded_image_guid = LOADED_IMAGE_PROTOCOL;

static const struct check *const tables[] = {
	misc_checks,	     map_checks,	 memory_checks,
	pool_checks,	     protocol_checks,	 open_checks,
	locate_checks,	     device_path_checks, load_file2_checks,
	image_checks,	     child_checks,	 own_loader_checks,
	event_checks,	     timer_checks,	 variable_checks,
	text_checks,	     rng_checks,	 memory_attribute_checks,
	config_table_checks, exit_checks,	 runtime_checks,
};

static const char *const verdict_names[VERDICT_COUNT] = { "PASS", "FAIL",
							  "SKIP" };

static const char *find(const char *text, const char *part)
{
	for (; *text; text++)
		if (!memcmp(text, part, strlen(part)))
			return text;
	return NULL;
}

/* LoadOptions are text by convention only: whatever is odd is dropped. */
static void read_options(struct selftest *st)
{
	const CHAR16 *text = st->loaded->LoadOptions;
	UINTN count = st->loaded->LoadOptionsSize / sizeof(CHAR16);
	UINTN i;

	if (!text)
		count = 0;
	if (count > SELFTEST_OPTIONS - 1)
		count = SELFTEST_OPTIONS - 1;
	for (i = 0; i < count && text[i]; i++)
		st->options[i] = text[i] < 0x7f ? text[i] : '?';
	st->options[i] = '\0';
}

bool selftest_option(struct selftest *st, const char *word)
{
	return find(st->options, word);
}

static bool chosen(struct selftest *st, const char *name)
{
	const char *only = find(st->options, "only=");

	if (!only)
		return true;
	for (only += 5; *only && *only != ' '; only++, name++)
		if (*only != *name)
			return false;
	return true;
}

static void run_check(struct selftest *st, const struct check *check)
{
	st->verdict = VERDICT_PASS;
	st->detail[0] = '\0';
	if (check->phase == PHASE_RUNTIME && !st->exited)
		selftest_skip(st, "boot services were not exited");
	else
		check->run(st);
	st->counts[st->verdict]++;
	selftest_line(st, "SELFTEST %s %s%s%s", check->name,
		      verdict_names[st->verdict], st->detail[0] ? " " : "",
		      st->detail);
}

static void run_phase(struct selftest *st, enum phase phase)
{
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		for (const struct check *c = tables[i]; c->name; c++)
			if (c->phase == phase && chosen(st, c->name))
				run_check(st, c);
}

static void summary(struct selftest *st, const char *word)
{
	selftest_line(st, "%s %u passed, %u failed, %u skipped", word,
		      (UINT64)st->counts[VERDICT_PASS],
		      (UINT64)st->counts[VERDICT_FAIL],
		      (UINT64)st->counts[VERDICT_SKIP]);
}

EFI_STATUS EFIAPI selftest_entry(EFI_HANDLE image, EFI_SYSTEM_TABLE *systab)
{
	/* Not on the stack: after ExitBootServices nobody shall wonder. */
	static struct selftest st;

	st.image = image;
	st.systab = systab;
	st.boot = systab->BootServices;
	st.runtime = systab->RuntimeServices;
	st.loaded = protocol_on(&st, image, &loaded_image_guid);
	if (!st.loaded)
		return EFI_UNSUPPORTED;
	read_options(&st);
	selftest_line(&st, "SELFTEST-START %s", st.options);
	run_phase(&st, PHASE_BOOT);
	/* A run that ends at ExitBootServices (a dry run) has this much. */
	summary(&st, "SELFTEST-BOOT");
	if (selftest_option(&st, "noexit")) {
		summary(&st, "SELFTEST-END");
		return st.counts[VERDICT_FAIL] ? EFI_ABORTED : EFI_SUCCESS;
	}
	run_phase(&st, PHASE_EXIT);
	run_phase(&st, PHASE_RUNTIME);
	summary(&st, "SELFTEST-END");
	/* Cold, not shutdown: every machine here has a reset. */
	st.runtime->ResetSystem(EfiResetCold, EFI_SUCCESS, 0, NULL);
	arch_reset();
}
