// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kexec-pe verify-log: options and files.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <tools/kexec-pe/commands.h>
#include <tools/kexec-pe/files.h>
#include <tools/kexec-pe/verify_log.h>

#define LOG_FILE "/sys/kernel/security/tpm0/binary_bios_measurements"
#define PCR_FOLDER "/sys/class/tpm/tpm0"
#define LOG_MAX (4U << 20)

struct options {
	const char *log;
	const char *pcrs;
	const char *only; /* list of PCRs; NULL: all that the log uses */
	bool json;
};

enum { OPTION_PCRS = 1, OPTION_ONLY, OPTION_JSON };

static const struct option verify_options[] = {
	{ "pcrs", required_argument, NULL, OPTION_PCRS },
	{ "only", required_argument, NULL, OPTION_ONLY },
	{ "json", no_argument, NULL, OPTION_JSON },
	{},
};

static bool parse(int argc, char **argv, struct options *ret)
{
	int option;

	optind = 0; /* 0, not 1: GNU getopt starts anew */
	while ((option = getopt_long(argc, argv, "", verify_options, NULL)) !=
	       -1) {
		switch (option) {
		case OPTION_PCRS:
			ret->pcrs = optarg;
			break;
		case OPTION_ONLY:
			ret->only = optarg;
			break;
		case OPTION_JSON:
			ret->json = true;
			break;
		default:
			return false; /* getopt has complained */
		}
	}
	if (optind < argc - 1) {
		complain("verify-log: one LOG at most");
		return false;
	}
	if (optind < argc)
		ret->log = argv[optind];
	return true;
}

/* What is not in the list counts as not used. */
static bool select_pcrs(struct verify_log *verify, const char *list)
{
	bool wanted[TCG_PCR_COUNT] = { false };
	u32 pcr;

	while (*list) {
		char *end;
		unsigned long number = strtoul(list, &end, 10);

		if (end == list || number >= TCG_PCR_COUNT ||
		    (*end && *end != ',')) {
			complain(
				"verify-log: --only: numbers of PCRs, 0 to 23");
			return false;
		}
		wanted[number] = true;
		list = *end ? end + 1 : end;
	}
	for (pcr = 0; pcr < TCG_PCR_COUNT; pcr++)
		verify->pcr[pcr].used &= wanted[pcr];
	return true;
}

static int verify_bytes(const struct view *log, const struct options *options)
{
	static struct verify_log verify;
	static struct measure_pcrs pcrs;
	const char *fault;
	bool good;

	memset(&pcrs, 0, sizeof(pcrs));
	if (!measure_read_pcrs(options->pcrs, &pcrs))
		return STATUS_USAGE;
	fault = verify_replay(log, &verify);
	if (fault) {
		complain("%s: %s", options->log, fault);
		return STATUS_USAGE;
	}
	if (options->only && !select_pcrs(&verify, options->only))
		return STATUS_USAGE;
	good = verify_compare(&verify, &pcrs);
	if (options->json)
		verify_print_json(stdout, &verify);
	else
		verify_print_text(stdout, &verify);
	if (finish_output() != STATUS_DONE)
		return STATUS_USAGE;
	return good ? STATUS_DONE : STATUS_REFUSED;
}

/* The kernel says that its file has no bytes: read until there are none. */
int command_verify_log(int argc, char **argv)
{
	struct options options = { .log = LOG_FILE, .pcrs = PCR_FOLDER };
	int status = STATUS_USAGE;
	char *bytes;
	long size;

	if (!parse(argc, argv, &options))
		return STATUS_USAGE;
	bytes = malloc(LOG_MAX);
	if (!bytes) {
		complain("no memory");
		return STATUS_USAGE;
	}
	size = file_read("", options.log, LOG_MAX, bytes);
	if (size < 0 || size == LOG_MAX - 1) {
		complain("%s: can't be read, or has 4 MiB", options.log);
	} else {
		const struct view log = { (const u8 *)bytes, (u64)size };

		status = verify_bytes(&log, &options);
	}
	free(bytes);
	return status;
}
