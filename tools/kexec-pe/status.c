// SPDX-License-Identifier: GPL-2.0-or-later
/* kexec-pe status: what is loaded, and which policy is in force. */

#include <getopt.h>
#include <unistd.h>

#include <tools/kexec-pe/commands.h>
#include <tools/kexec-pe/files.h>
#include <tools/kexec-pe/json.h>
#include <tools/kexec-pe/status.h>

static const char *const enforcement_texts[] = {
	[ENFORCEMENT_NONE] = "not enforced",
	[ENFORCEMENT_SIGNATURE] = "enforced",
	[ENFORCEMENT_LOCKDOWN] = "enforced by lockdown",
};

void status_read(const char *root, struct status *ret)
{
	ret->loaded = file_read_number(root, "/sys/kernel/kexec_loaded", -1);
	ret->crash_loaded =
		file_read_number(root, "/sys/kernel/kexec_crash_loaded", -1);
	policy_read(root, &ret->policy);
	policy_read_config(root, &ret->policy);
	ret->log[0] = '\0';
}

static const char *loaded_text(int loaded)
{
	if (loaded < 0)
		return "unknown";
	return loaded ? "loaded" : "none";
}

static const char *answer_text(enum answer answer)
{
	if (answer == ANSWER_UNKNOWN)
		return "unknown";
	return answer == ANSWER_YES ? "on" : "off";
}

/* "Not enforced" is said only where every way of enforcing is known. */
static const char *signature_text(const struct policy *policy)
{
	enum enforcement enforcement = policy_enforcement(policy);

	if (enforcement != ENFORCEMENT_NONE)
		return enforcement_texts[enforcement];
	if (policy->ima_appraises == ANSWER_YES)
		return "enforced by IMA";
	if (policy->signature_forced == ANSWER_UNKNOWN ||
	    policy->lockdown == LOCKDOWN_UNKNOWN)
		return "unknown";
	return enforcement_texts[ENFORCEMENT_NONE];
}

void status_print(const struct status *status, FILE *to)
{
	const struct policy *policy = &status->policy;

	fprintf(to, "image:         %s\n", loaded_text(status->loaded));
	fprintf(to, "crash image:   %s\n", loaded_text(status->crash_loaded));
	if (policy->handler == HANDLER_ABSENT)
		fprintf(to, "kexec_pe:      absent (%s)\n",
			handler_text(policy->handler));
	else
		fprintf(to, "kexec_pe:      %d (%s)\n", policy->handler,
			handler_text(policy->handler));
	fprintf(to, "load disabled: %s\n",
		policy->load_disabled < 0 ? "unknown" :
		policy->load_disabled	  ? "yes" :
					    "no");
	fprintf(to, "lockdown:      %s\n", lockdown_name(policy->lockdown));
	fprintf(to, "Secure Boot:   %s\n", answer_text(policy->secure_boot));
	fprintf(to, "signatures:    %s\n", signature_text(policy));
	fprintf(to, "kernel log:    %s\n", status->log[0] ? status->log : "-");
}

static void json_bool(FILE *to, const char *name, int value)
{
	fprintf(to, "\"%s\": %s, ", name,
		value < 0 ? "null" :
		value	  ? "true" :
			    "false");
}

static int answer_bool(enum answer answer)
{
	return answer == ANSWER_UNKNOWN ? -1 : answer == ANSWER_YES;
}

void status_print_json(const struct status *status, FILE *to)
{
	const struct policy *policy = &status->policy;

	fputc('{', to);
	json_bool(to, "loaded", status->loaded);
	json_bool(to, "crash_loaded", status->crash_loaded);
	if (policy->handler == HANDLER_ABSENT)
		fputs("\"kexec_pe\": null, ", to);
	else
		fprintf(to, "\"kexec_pe\": %d, ", policy->handler);
	json_bool(to, "load_disabled", policy->load_disabled);
	fputs("\"lockdown\": ", to);
	json_string(to, policy->lockdown == LOCKDOWN_UNKNOWN ?
				NULL :
				lockdown_name(policy->lockdown));
	fputs(", ", to);
	json_bool(to, "secure_boot", answer_bool(policy->secure_boot));
	json_bool(to, "signature_forced",
		  answer_bool(policy->signature_forced));
	json_bool(to, "ima_appraises", answer_bool(policy->ima_appraises));
	fputs("\"kernel_log\": ", to);
	json_string(to, status->log[0] ? status->log : NULL);
	fputs("}\n", to);
}

static void read_log(struct status *status)
{
	int log = kmsg_open(false);
	char text[KMSG_SIZE];

	while (kmsg_next(log, text)) {
		if (kmsg_about_handler(text))
			snprintf(status->log, sizeof(status->log), "%s", text);
	}
	if (log >= 0)
		close(log);
}

int command_status(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 1 },
		{},
	};
	struct status status;
	bool json = false;
	int option;

	optind = 0; /* 0, not 1: GNU getopt starts anew */
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 1)
			return STATUS_USAGE;
		json = true;
	}
	if (optind != argc) {
		complain("status: no FILE is wanted");
		return STATUS_USAGE;
	}
	status_read("", &status);
	read_log(&status);
	if (json)
		status_print_json(&status, stdout);
	else
		status_print(&status, stdout);
	return finish_output();
}
