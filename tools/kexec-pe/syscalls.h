/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two system calls of this program, for which libc has no function. Tests
 * put others in their place.
 */
#ifndef TOOLS_KEXEC_PE_SYSCALLS_H
#define TOOLS_KEXEC_PE_SYSCALLS_H

#include <linux/kexec.h>

#include <kexec_pe/types.h>

#ifndef KEXEC_FILE_DEBUG
#define KEXEC_FILE_DEBUG 0x00000008 /* since Linux 6.8 */
#endif

/**
 * sys_kexec_file_load() - kexec_file_load(2)
 * @kernel: open file, or -1 with KEXEC_FILE_UNLOAD
 * @initrd: open file, or -1 with KEXEC_FILE_NO_INITRAMFS
 * @cmdline: command line, NULL for none
 * @flags: KEXEC_FILE_*
 *
 * Return: 0 or -1 with errno, which may also be the kernel's ENOTSUPP
 */
int sys_kexec_file_load(int kernel, int initrd, const char *cmdline,
			unsigned long flags);

/**
 * sys_reboot_kexec() - reboot(2) with LINUX_REBOOT_CMD_KEXEC
 *
 * Return: -1 with errno, if it returns
 */
int sys_reboot_kexec(void);

/**
 * sys_may_boot() - has this process CAP_SYS_BOOT?
 *
 * Return: true when it has, or when that cannot be found out
 */
bool sys_may_boot(void);

#endif /* TOOLS_KEXEC_PE_SYSCALLS_H */
