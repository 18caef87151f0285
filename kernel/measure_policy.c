// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_pe.tpm=auto|require and kexec_pe.measure_native=1|0: parameters of the
 * command line and files in /sys/module/kexec_pe/parameters/. Under lockdown or
 * Secure Boot they only go towards more measuring.
 */
#define pr_fmt(fmt) "kexec_pe: " fmt

#include <linux/init.h>
#include <linux/kexec_pe.h>
#include <linux/kstrtox.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/string.h>

#include <kernel/arch.h>
#include <kernel/measure.h>

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "kexec_pe."

/* Both are tighter when true. */
static bool required;
static bool native = true;
static bool booted; /* the command line was judged */
static DEFINE_MUTEX(policy_lock);

bool kexec_pe_tpm_required(void)
{
	return READ_ONCE(required);
}

bool kexec_pe_measures_native(void)
{
	return READ_ONCE(native);
}

static bool is_locked(void)
{
	return kexec_pe_arch_secure_boot() == efi_secureboot_mode_enabled ||
	       lockdown_restricts_kexec();
}

static int set(bool *policy, bool value)
{
	int ret = 0;

	mutex_lock(&policy_lock);
	if (booted && *policy && !value && is_locked()) {
		pr_notice("parameter stays: less would be measured\n");
		ret = -EPERM;
	} else {
		WRITE_ONCE(*policy, value);
	}
	mutex_unlock(&policy_lock);
	return ret;
}

static int set_tpm(const char *value, const struct kernel_param *param)
{
	static const char *const modes[] = { "auto", "require" };
	int mode = sysfs_match_string(modes, value);

	return mode < 0 ? mode : set(&required, mode);
}

static int get_tpm(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%s\n",
			  kexec_pe_tpm_required() ? "require" : "auto");
}

static const struct kernel_param_ops tpm_ops = {
	.set = set_tpm,
	.get = get_tpm,
};

static int set_native(const char *value, const struct kernel_param *param)
{
	bool on;
	int ret = kstrtobool(value, &on);

	return ret ?: set(&native, on);
}

static int get_native(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%d\n", kexec_pe_measures_native());
}

static const struct kernel_param_ops native_ops = {
	.set = set_native,
	.get = get_native,
};

module_param_cb(tpm, &tpm_ops, NULL, 0644);
module_param_cb(measure_native, &native_ops, NULL, 0644);

/* The command line is read before anybody knows whether it is locked down. */
static int __init judge_command_line(void)
{
	if (!native && is_locked()) {
		pr_notice(
			"measure_native stays 1: this kernel is locked down\n");
		native = true;
	}
	booted = true;
	return 0;
}
late_initcall(judge_command_line);
