// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kexec-pe exec: start the loaded image at once. File systems are synced, but
 * no service is stopped and nothing is unmounted; `systemctl kexec` does that.
 */

#include <errno.h>
#include <unistd.h>

#include <tools/kexec-pe/commands.h>
#include <tools/kexec-pe/errors.h>
#include <tools/kexec-pe/syscalls.h>

int command_exec(int argc, char **argv)
{
	struct policy policy;
	int error;

	(void)argv;
	if (argc != 1) {
		complain("exec: takes no argument");
		return STATUS_USAGE;
	}
	sync();
	sys_reboot_kexec();
	error = errno;
	policy_read("", &policy);
	error_explain("exec", error, OPERATION_EXEC, &policy,
		      error_facts(&policy, false, sys_may_boot()));
	return STATUS_REFUSED;
}
