// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kexec-pe inspect: starts kexec-pe-inspect, a program of its own, as it needs
 * GnuTLS, which cannot be linked into this one.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include <tools/kexec-pe/commands.h>

#define NAME "kexec-pe-inspect"

/* The one beside this program, else the one of $PATH. */
int command_inspect(int argc, char **argv)
{
	char path[PATH_MAX + sizeof(NAME)];
	ssize_t size = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *slash;

	(void)argc;
	if (size > 0) {
		path[size] = '\0';
		slash = strrchr(path, '/');
		if (slash) {
			memcpy(slash + 1, NAME, sizeof(NAME));
			execv(path, argv);
		}
	}
	execvp(NAME, argv);
	complain("inspect: %s: %s", NAME, strerror(errno));
	return STATUS_USAGE;
}
