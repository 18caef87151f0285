// SPDX-License-Identifier: GPL-2.0-only
/*
 * sysctl kernel.kexec_pe: which images are started at their EFI entry point.
 */
#define pr_fmt(fmt) "kexec_pe: " fmt

#include <linux/init.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/security.h>
#include <linux/sysctl.h>

#include <kernel/arch.h>
#include <kernel/kexec_pe.h>

static int mode = KEXEC_PE_LAST;
static DEFINE_MUTEX(mode_lock);

enum kexec_pe_mode kexec_pe_mode(void)
{
	return READ_ONCE(mode);
}

/*
 * Does @to refuse everything that @from refuses? 1 accepts what 0 accepts and
 * more; 2 refuses malformed files that a native loader takes under 0 and 1; 3
 * refuses all that is no PE as well. So 0 is no way out of 2: it would accept
 * again what 2 refused.
 */
static bool is_tighter(int from, int to)
{
	return from == KEXEC_PE_LAST ||
	       (from == KEXEC_PE_FIRST && to == KEXEC_PE_ONLY);
}

static bool may_change(int from, int to)
{
	if (from == to || is_tighter(from, to))
		return true;
	if (from == KEXEC_PE_ONLY)
		return false;
	return kexec_pe_arch_secure_boot() != efi_secureboot_mode_enabled &&
	       !security_locked_down(LOCKDOWN_KEXEC);
}

static int change_mode(int value)
{
	int ret = 0;

	mutex_lock(&mode_lock);
	if (may_change(mode, value)) {
		WRITE_ONCE(mode, value);
	} else {
		pr_notice("sysctl stays %d: %d would refuse less\n", mode,
			  value);
		ret = -EPERM;
	}
	mutex_unlock(&mode_lock);
	return ret;
}

static int mode_handler(const struct ctl_table *table, int write, void *buffer,
			size_t *size, loff_t *position)
{
	int value = READ_ONCE(mode), ret;
	struct ctl_table copy = *table;

	copy.data = &value;
	ret = proc_dointvec_minmax(&copy, write, buffer, size, position);
	if (ret || !write)
		return ret;
	return change_mode(value);
}

static struct ctl_table kexec_pe_sysctls[] = {
	{
		.procname = "kexec_pe",
		.maxlen = sizeof(int),
		.mode = 0644,
		.proc_handler = mode_handler,
		.extra1 = SYSCTL_ZERO,
		.extra2 = SYSCTL_THREE,
	},
};

static int __init kexec_pe_sysctl_init(void)
{
	register_sysctl_init("kernel", kexec_pe_sysctls);
	return 0;
}
late_initcall(kexec_pe_sysctl_init);
