// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kexec-pe load and unload: kexec_file_load(2), with the file as it is. All
 * decisions are the kernel's.
 */

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tools/kexec-pe/cmdline.h>
#include <tools/kexec-pe/commands.h>
#include <tools/kexec-pe/errors.h>
#include <tools/kexec-pe/files.h>
#include <tools/kexec-pe/kmsg.h>
#include <tools/kexec-pe/syscalls.h>

#define CMDLINE_SIZE_MAX 65536

struct load {
	const char *file;
	const char *initrd; /* NULL: none */
	const char *append; /* NULL: none */
	bool reuse_cmdline;
	bool panic;
	bool debug;
};

enum {
	OPTION_INITRD = 1,
	OPTION_APPEND,
	OPTION_REUSE,
	OPTION_PANIC,
	OPTION_DEBUG,
};

static const struct option load_options[] = {
	{ "initrd", required_argument, NULL, OPTION_INITRD },
	{ "append", required_argument, NULL, OPTION_APPEND },
	{ "reuse-cmdline", no_argument, NULL, OPTION_REUSE },
	{ "panic", no_argument, NULL, OPTION_PANIC },
	{ "debug", no_argument, NULL, OPTION_DEBUG },
	{},
};

static const struct option unload_options[] = {
	{ "panic", no_argument, NULL, OPTION_PANIC },
	{},
};

static bool set_option(int option, struct load *ret)
{
	switch (option) {
	case OPTION_INITRD:
		ret->initrd = optarg;
		return true;
	case OPTION_APPEND:
		ret->append = optarg;
		return true;
	case OPTION_REUSE:
		ret->reuse_cmdline = true;
		return true;
	case OPTION_PANIC:
		ret->panic = true;
		return true;
	case OPTION_DEBUG:
		ret->debug = true;
		return true;
	default:
		return false; /* getopt has complained */
	}
}

static bool parse_options(int argc, char **argv, const struct option *options,
			  struct load *ret)
{
	int option;

	optind = 0; /* 0, not 1: GNU getopt starts anew */
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (!set_option(option, ret))
			return false;
	}
	return true;
}

static bool parse_load(int argc, char **argv, struct load *ret)
{
	if (!parse_options(argc, argv, load_options, ret))
		return false;
	if (optind != argc - 1) {
		complain("load: exactly one FILE is needed");
		return false;
	}
	if (ret->append && ret->reuse_cmdline) {
		complain(
			"load: --append and --reuse-cmdline exclude each other");
		return false;
	}
	ret->file = argv[optind];
	return true;
}

/*
 * The kernel refuses what is no regular file, or empty, with EINVAL, which
 * says little; so look first. Returns a file descriptor or -1.
 */
static int open_image(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || fstat(fd, &status))
		complain("%s: %s", path, strerror(errno));
	else if (!S_ISREG(status.st_mode))
		complain("%s: not a regular file", path);
	else if (!status.st_size)
		complain("%s: empty", path);
	else
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* The command line for the kernel, to be freed; NULL is a failure. */
static char *make_cmdline(const struct load *load)
{
	char *running, *result = NULL;

	if (load->append)
		return strdup(load->append);
	if (!load->reuse_cmdline)
		return strdup("");
	running = malloc(CMDLINE_SIZE_MAX);
	if (running &&
	    file_read("", "/proc/cmdline", CMDLINE_SIZE_MAX, running) >= 0)
		result = malloc(strlen(running) + 1);
	if (result)
		cmdline_reuse(running, load->panic, result);
	else
		complain("/proc/cmdline: cannot be read");
	free(running);
	return result;
}

/* What the kernel said while it loaded: the rule, the key, the segments. */
static void show_kernel_log(int log, FILE *to)
{
	char text[KMSG_SIZE];

	while (kmsg_next(log, text))
		fprintf(to, "kernel: %s\n", text);
}

static int load_file(const struct load *load, int kernel, int initrd,
		     const char *cmdline)
{
	unsigned long flags = 0;
	struct policy policy;
	unsigned int facts;
	int log, error = 0;

	if (initrd < 0)
		flags |= KEXEC_FILE_NO_INITRAMFS;
	if (load->panic)
		flags |= KEXEC_FILE_ON_CRASH;
	if (load->debug)
		flags |= KEXEC_FILE_DEBUG;
	policy_read("", &policy);
	facts = error_facts(&policy, load->panic, sys_may_boot());
	if (load->debug)
		facts |= FACT_DEBUG;

	log = kmsg_open(true);
	if (sys_kexec_file_load(kernel, initrd, *cmdline ? cmdline : NULL,
				flags))
		error = errno;
	if (error)
		error_explain(load->file, error, OPERATION_LOAD, &policy,
			      facts);
	show_kernel_log(log, error ? stderr : stdout);
	if (log >= 0)
		close(log);
	return error ? STATUS_REFUSED : finish_output();
}

int command_load(int argc, char **argv)
{
	int kernel, initrd = -1, status = STATUS_USAGE;
	struct load load = {};
	char *cmdline;

	if (!parse_load(argc, argv, &load))
		return STATUS_USAGE;
	kernel = open_image(load.file);
	if (kernel < 0)
		return STATUS_USAGE;
	if (load.initrd)
		initrd = open_image(load.initrd);
	cmdline = make_cmdline(&load);
	if (cmdline && (initrd >= 0 || !load.initrd))
		status = load_file(&load, kernel, initrd, cmdline);
	free(cmdline);
	if (initrd >= 0)
		close(initrd);
	close(kernel);
	return status;
}

int command_unload(int argc, char **argv)
{
	unsigned long flags = KEXEC_FILE_UNLOAD;
	struct load load = {};
	struct policy policy;
	unsigned int facts;

	if (!parse_options(argc, argv, unload_options, &load))
		return STATUS_USAGE;
	if (optind != argc) {
		complain("unload: no FILE is wanted");
		return STATUS_USAGE;
	}
	if (load.panic)
		flags |= KEXEC_FILE_ON_CRASH;
	policy_read("", &policy);
	facts = error_facts(&policy, load.panic, sys_may_boot());
	if (!sys_kexec_file_load(-1, -1, NULL, flags))
		return STATUS_DONE;
	error_explain("unload", errno, OPERATION_UNLOAD, &policy, facts);
	return STATUS_REFUSED;
}
