// SPDX-License-Identifier: GPL-2.0-or-later
/* The system calls of this program. */

#include <linux/capability.h>
#include <linux/reboot.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <tools/kexec-pe/syscalls.h>

int sys_kexec_file_load(int kernel, int initrd, const char *cmdline,
			unsigned long flags)
{
	/* The length counts the NUL; 0 is "no command line". */
	unsigned long length = cmdline ? strlen(cmdline) + 1 : 0;

	return (int)syscall(SYS_kexec_file_load, kernel, initrd, length,
			    cmdline, flags);
}

int sys_reboot_kexec(void)
{
	return (int)syscall(SYS_reboot, LINUX_REBOOT_MAGIC1,
			    LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_KEXEC, NULL);
}

bool sys_may_boot(void)
{
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};

	if (syscall(SYS_capget, &header, data))
		return true;
	return data[CAP_TO_INDEX(CAP_SYS_BOOT)].effective &
	       CAP_TO_MASK(CAP_SYS_BOOT);
}
