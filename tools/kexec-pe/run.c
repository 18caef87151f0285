// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kexec-pe run: what a kexec of this file would do up to ExitBootServices, in a
 * process.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tools/kexec-pe/commands.h>
#include <tools/kexec-pe/run.h>

#define LIMIT_DEFAULT 30 /* seconds */
#define LIMIT_MAX 86400

/* Set in the environment of the program that gdb starts. */
#define UNDER_GDB "KEXEC_PE_UNDER_GDB"

struct run {
	const char *file;
	const char *initrd; /* NULL: none */
	bool json;
	bool gdb;
	struct host_request request;
};

enum {
	OPTION_CMDLINE = 1,
	OPTION_INITRD,
	OPTION_MEM,
	OPTION_JSON,
	OPTION_GDB,
	OPTION_LIMIT,
	OPTION_UNCONFINED,
};

static const struct option run_options[] = {
	{ "cmdline", required_argument, NULL, OPTION_CMDLINE },
	{ "initrd", required_argument, NULL, OPTION_INITRD },
	{ "mem", required_argument, NULL, OPTION_MEM },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "gdb", no_argument, NULL, OPTION_GDB },
	{ "limit", required_argument, NULL, OPTION_LIMIT },
	{ "unconfined", no_argument, NULL, OPTION_UNCONFINED },
	{},
};

static bool set_limit(const char *text, struct host_request *request)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || end == text || *end || !value || value > LIMIT_MAX) {
		complain("run: --limit is 1 to %d seconds", LIMIT_MAX);
		return false;
	}
	request->seconds = (u32)value;
	return true;
}

static bool set_memory(const char *text, struct host_request *request)
{
	const char *wrong = run_parse_memory(text, request);

	if (wrong)
		complain("run: --mem %s: %s", text, wrong);
	return !wrong;
}

static bool set_option(int option, struct run *ret)
{
	switch (option) {
	case OPTION_CMDLINE:
		ret->request.cmdline = optarg;
		return true;
	case OPTION_INITRD:
		ret->initrd = optarg;
		return true;
	case OPTION_MEM:
		return set_memory(optarg, &ret->request);
	case OPTION_JSON:
		ret->json = true;
		return true;
	case OPTION_GDB:
		ret->gdb = true;
		return true;
	case OPTION_UNCONFINED:
		ret->request.debug = true;
		return true;
	case OPTION_LIMIT:
		return set_limit(optarg, &ret->request);
	default:
		return false; /* getopt has complained */
	}
}

static bool parse(int argc, char **argv, struct run *ret)
{
	int option;

	optind = 0; /* 0, not 1: GNU getopt starts anew */
	while ((option = getopt_long(argc, argv, "", run_options, NULL)) !=
	       -1) {
		if (!set_option(option, ret))
			return false;
	}
	if (optind != argc - 1) {
		complain("run: exactly one FILE is needed");
		return false;
	}
	ret->file = argv[optind];
	return true;
}

static int report_run(const struct run *run)
{
	struct host_report report = {};
	int status;

	if (host_run(&run->request, &report)) {
		complain("%s: %s", run->file, report.sentence);
		host_report_free(&report);
		return STATUS_USAGE;
	}
	if (run->json)
		run_print_json(stdout, &report);
	else
		run_print_text(stdout, &report);
	status = report.outcome == HOST_EXITED_BOOT_SERVICES ? STATUS_DONE :
							       STATUS_REFUSED;
	host_report_free(&report);
	return finish_output() == STATUS_DONE ? status : STATUS_USAGE;
}

static int map_and_run(struct run *run)
{
	struct host_request *request = &run->request;
	int status = STATUS_USAGE;

	if (!run_map_file(run->file, &request->file, &request->size))
		return STATUS_USAGE;
	if (!run->initrd ||
	    run_map_file(run->initrd, &request->initrd, &request->initrd_size))
		status = report_run(run);
	run_unmap_file(request->initrd, request->initrd_size);
	run_unmap_file(request->file, request->size);
	return status;
}

/*
 * gdb, with this program in it: it follows the child, lets privileged
 * instructions pass, and stops where the payload would be entered.
 */
static int run_in_gdb(int argc, char **argv)
{
	static const char *const front[] = {
		"gdb",	  "-q",
		"-iex",	  "set debuginfod enabled off",
		"-ex",	  "set breakpoint pending on",
		"-ex",	  "set follow-fork-mode child",
		"-ex",	  "set detach-on-fork off",
		"-ex",	  "set schedule-multiple on",
		"-ex",	  "handle SIGSEGV nostop noprint pass",
		"-ex",	  "break host_before_payload",
		"-ex",	  "run",
		"--args", "/proc/self/exe",
	};
	char own[4096];
	char **all = calloc(ARRAY_SIZE(front) + (size_t)argc + 1, sizeof(*all));
	ssize_t size = readlink("/proc/self/exe", own, sizeof(own) - 1);
	size_t i;

	if (!all || size < 0) {
		complain("run: --gdb: %s", strerror(errno));
		free(all);
		return STATUS_USAGE;
	}
	own[size] = 0;
	for (i = 0; i < ARRAY_SIZE(front) - 1; i++)
		all[i] = (char *)front[i];
	all[i++] = own;
	memcpy(&all[i], argv, (size_t)argc * sizeof(*argv));
	setenv(UNDER_GDB, "1", 1);
	execvp(all[0], all);
	complain("run: gdb: %s", strerror(errno));
	free(all);
	return STATUS_USAGE;
}

int command_run(int argc, char **argv)
{
	struct run run = { .request = { .seconds = LIMIT_DEFAULT } };

	if (!parse(argc, argv, &run))
		return STATUS_USAGE;
	if (!run.gdb)
		return map_and_run(&run);
	if (!getenv(UNDER_GDB))
		return run_in_gdb(argc, argv);
	run.request.debug = true;
	run.request.seconds = 0;
	return map_and_run(&run);
}
