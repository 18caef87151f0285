// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kexec-pe: loads and starts PE images, such as unified kernel images, through
 * kexec_file_load(2). This file finds the command; see kexec-pe(8).
 */

#include <string.h>

#include <kexec_pe/handoff.h>
#include <tools/kexec-pe/commands.h>

#ifndef KEXEC_PE_VERSION
#define KEXEC_PE_VERSION "unversioned"
#endif

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *arguments;
	const char *summary;
};

static const struct command commands[] = {
	{ "load", command_load,
	  " [--initrd F] [--append S | --reuse-cmdline] [--panic] [--debug] FILE",
	  "verify and load FILE; with --panic as the crash image" },
	{ "exec", command_exec, "",
	  "sync, then start the loaded image at once (see systemctl kexec)" },
	{ "unload", command_unload, " [--panic]", "drop the loaded image" },
	{ "status", command_status, " [--json]",
	  "what is loaded, and which policy is in force" },
#ifdef KEXEC_PE_HOSTED
	{ "run", command_run,
	  " [--cmdline S] [--initrd F] [--mem MAP] [--json] [--gdb] [--limit SECONDS] [--unconfined] FILE",
	  "run FILE in a process, up to ExitBootServices" },
	{ "measure", command_measure,
	  " [--current PCRFILE] [--as-boot] [--unverified] [--cmdline S] [--initrd F] [--banks LIST] [--pcrlock DIR] [--json] FILE",
	  "which measurements a kexec of FILE makes, and the PCR values then" },
	{ "verify-log", command_verify_log,
	  " [--pcrs PCRFILE] [--only LIST] [--json] [LOG]",
	  "does the event log account for the PCRs, and which kexecs are in it" },
#endif
#ifdef KEXEC_PE_INSPECT
	{ "inspect", command_inspect, " [--json] FILE",
	  "what FILE is, who signed it, and whether the kernel accepts it" },
#endif
};

static int show_help(void)
{
	size_t i;

	printf("kexec-pe: load and start PE images (UKI, zboot, PE kernels)\n\n");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		printf("kexec-pe %s%s\n        %s\n", commands[i].name,
		       commands[i].arguments, commands[i].summary);
	printf("kexec-pe --help | --version\n\n"
	       "Exit status: 0 done, 1 the kernel refused, the payload failed, or the PCRs\n"
	       "are not what the log says,\n"
	       "2 wrong usage, or a file that cannot be read or is malformed.\n");
	return finish_output();
}

static int show_version(void)
{
	printf("kexec-pe %s (handoff ABI %d)\n", KEXEC_PE_VERSION,
	       HANDOFF_VERSION);
	return finish_output();
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc < 2) {
		complain("which command? See kexec-pe --help");
		return STATUS_USAGE;
	}
	if (!strcmp(argv[1], "--help"))
		return show_help();
	if (!strcmp(argv[1], "--version"))
		return show_version();
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	}
	complain("%s: no such command; see kexec-pe --help", argv[1]);
	return STATUS_USAGE;
}
