// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kexec-pe measure: options, and the order of a prediction.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <tools/kexec-pe/commands.h>
#include <tools/kexec-pe/measure.h>
#include <tools/kexec-pe/run.h>

struct options {
	const char *cmdline; /* NULL: none */
	const char *initrd; /* NULL: none */
	const char *banks; /* NULL: those of the PCRFILE, else sha256 */
	const char *pcrlock; /* folder for components, NULL: print */
	bool json;
};

enum {
	OPTION_CURRENT = 1,
	OPTION_AS_BOOT,
	OPTION_UNVERIFIED,
	OPTION_CMDLINE,
	OPTION_INITRD,
	OPTION_BANKS,
	OPTION_PCRLOCK,
	OPTION_JSON,
};

static const struct option measure_options[] = {
	{ "current", required_argument, NULL, OPTION_CURRENT },
	{ "as-boot", no_argument, NULL, OPTION_AS_BOOT },
	{ "unverified", no_argument, NULL, OPTION_UNVERIFIED },
	{ "cmdline", required_argument, NULL, OPTION_CMDLINE },
	{ "initrd", required_argument, NULL, OPTION_INITRD },
	{ "banks", required_argument, NULL, OPTION_BANKS },
	{ "pcrlock", required_argument, NULL, OPTION_PCRLOCK },
	{ "json", no_argument, NULL, OPTION_JSON },
	{},
};

static bool set_option(int option, struct measure *measure,
		       struct options *options)
{
	switch (option) {
	case OPTION_CURRENT:
		measure->current = optarg;
		return true;
	case OPTION_AS_BOOT:
		measure->as_boot = true;
		return true;
	case OPTION_UNVERIFIED:
		measure->unverified = true;
		return true;
	case OPTION_CMDLINE:
		options->cmdline = optarg;
		return true;
	case OPTION_INITRD:
		options->initrd = optarg;
		return true;
	case OPTION_BANKS:
		options->banks = optarg;
		return true;
	case OPTION_PCRLOCK:
		options->pcrlock = optarg;
		return true;
	case OPTION_JSON:
		options->json = true;
		return true;
	default:
		return false; /* getopt has complained */
	}
}

static bool parse(int argc, char **argv, struct measure *measure,
		  struct options *options)
{
	int option;

	optind = 0; /* 0, not 1: GNU getopt starts anew */
	while ((option = getopt_long(argc, argv, "", measure_options, NULL)) !=
	       -1) {
		if (!set_option(option, measure, options))
			return false;
	}
	if (optind != argc - 1) {
		complain("measure: exactly one FILE is needed");
		return false;
	}
	if (measure->as_boot &&
	    (measure->current || measure->unverified || options->pcrlock)) {
		complain(
			"measure: --as-boot is from zero, without what kexec measures");
		return false;
	}
	measure->file = argv[optind];
	return true;
}

/* Return: number of banks, 0 after a complaint */
static u32 parse_banks(const char *text, u16 *ret)
{
	u32 count = 0, i;

	for (; *text; text += strcspn(text, ",")) {
		int index;

		text += *text == ',';
		index = measure_algorithm_index(text, strcspn(text, ","));
		for (i = 0; index >= 0 && i < count; i++)
			if (ret[i] == measure_algorithm((u32)index))
				index = -1;
		if (index < 0) {
			complain(
				"measure: --banks: each of sha1, sha256, sha384, sha512 once");
			return 0;
		}
		ret[count++] = measure_algorithm((u32)index);
	}
	if (!count)
		complain("measure: --banks: at least one is needed");
	return count;
}

static u32 known_banks(const struct measure_pcrs *pcrs, u16 *ret)
{
	u32 count = 0, i, pcr;

	for (i = 0; i < MEASURE_ALGORITHMS; i++) {
		for (pcr = 0; pcr < TCG_PCR_COUNT; pcr++)
			if (pcrs->pcr[i][pcr].known)
				break;
		if (pcr < TCG_PCR_COUNT)
			ret[count++] = measure_algorithm(i);
	}
	return count;
}

static void set_pcrs(struct measure *measure, const struct measure_pcrs *pcrs)
{
	const struct tpm *tpm = &measure->tpm.tpm;
	u32 bank, pcr;

	for (bank = 0; bank < tpm->bank_count; bank++) {
		const char *name = measure_algorithm_name(tpm->banks[bank]);
		const int index = measure_algorithm_index(name, strlen(name));

		for (pcr = 0; index >= 0 && pcr < TCG_PCR_COUNT; pcr++)
			if (pcrs->pcr[index][pcr].known)
				memcpy(measure->tpm.pcr[pcr].digest[bank],
				       pcrs->pcr[index][pcr].value,
				       TCG_DIGEST_MAX);
	}
}

static bool start_tpm(struct measure *measure, const char *banks,
		      const struct measure_pcrs *pcrs)
{
	u16 algorithms[TPM_BANKS_MAX] = { TCG_ALG_SHA256 };
	u32 count = 1;

	if (banks)
		count = parse_banks(banks, algorithms);
	else if (measure->current)
		count = known_banks(pcrs, algorithms);
	if (!count)
		return false;
	virtual_tpm_start(&measure->tpm, algorithms, count);
	set_pcrs(measure, pcrs);
	return true;
}

/* A result that starts from a value that nobody gave is none. */
static bool check_known(const struct measure *measure,
			const struct measure_pcrs *pcrs)
{
	const struct tpm *tpm = &measure->tpm.tpm;
	u32 bank, pcr;

	for (bank = 0; measure->current && bank < tpm->bank_count; bank++) {
		const char *name = measure_algorithm_name(tpm->banks[bank]);
		const int index = measure_algorithm_index(name, strlen(name));

		for (pcr = 0; pcr < TCG_PCR_COUNT; pcr++) {
			if (!measure_pcr_shown(measure, pcr) ||
			    pcrs->pcr[index][pcr].known)
				continue;
			complain("%s: no value of PCR %u, bank %s",
				 measure->current, pcr, name);
			return false;
		}
	}
	return true;
}

static int print(const struct measure *measure, const struct options *options)
{
	if (options->pcrlock)
		return measure_write_pcrlock(options->pcrlock, measure);
	if (options->json)
		measure_print_json(stdout, measure);
	else
		measure_print_text(stdout, measure);
	return finish_output();
}

static int measure_file(struct measure *measure, const struct options *options,
			const struct measure_pcrs *pcrs, const void *file,
			u64 size)
{
	const void *initrd = NULL;
	u64 initrd_size = 0;
	struct pe_image pe;
	enum rule rule = pe_parse(file, size, 0, &pe);
	int status;

	if (rule) {
		complain("%s: %s", measure->file, rule_text(rule));
		return STATUS_USAGE;
	}
	if (!measure_own(measure, &pe, options->cmdline)) {
		complain("no memory, or a command line that is not UTF-8");
		return STATUS_USAGE;
	}
	if (options->initrd &&
	    !run_map_file(options->initrd, &initrd, &initrd_size))
		return STATUS_USAGE;
	status = measure_payload(measure, file, size, options->cmdline, initrd,
				 initrd_size);
	run_unmap_file(initrd, initrd_size);
	if (status == STATUS_USAGE || !check_known(measure, pcrs))
		return STATUS_USAGE;
	return print(measure, options) == STATUS_DONE ? status : STATUS_USAGE;
}

int command_measure(int argc, char **argv)
{
	static struct measure_pcrs pcrs;
	static struct measure measure;
	struct options options = { 0 };
	const void *file = NULL;
	int status = STATUS_USAGE;
	u64 size = 0;

	memset(&measure, 0, sizeof(measure));
	memset(&pcrs, 0, sizeof(pcrs));
	if (!parse(argc, argv, &measure, &options) ||
	    (measure.current && !measure_read_pcrs(measure.current, &pcrs)) ||
	    !start_tpm(&measure, options.banks, &pcrs))
		return STATUS_USAGE;
	if (run_map_file(measure.file, &file, &size))
		status = measure_file(&measure, &options, &pcrs, file, size);
	run_unmap_file(file, size);
	free(measure.events);
	return status;
}
