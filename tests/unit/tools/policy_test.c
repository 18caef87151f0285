// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of tools/kexec-pe/policy.c on trees that look like /proc and /sys. */
// sources: tools/kexec-pe/policy.c tools/kexec-pe/files.c
// sources: tests/unit/tools/tree.c

#include <stdlib.h>
#include <sys/utsname.h>
#include <unit.h>

#include <tools/kexec-pe/policy.h>

#include "tree.h"

#define VARIABLE                                \
	"/sys/firmware/efi/efivars/SecureBoot-" \
	"8be4df61-93ca-11d2-aa0d-00e098032b8c"

UNIT_TEST(an_empty_tree_is_unknown)
{
	struct policy policy;

	policy_read(tree_make(), &policy);
	EXPECT_EQ(policy.handler, HANDLER_ABSENT);
	EXPECT_EQ(policy.load_disabled, -1);
	EXPECT_EQ(policy.limit_reboot, -1);
	EXPECT_EQ(policy.crash_size, -1);
	EXPECT_EQ(policy.lockdown, LOCKDOWN_UNKNOWN);
	EXPECT_EQ(policy.secure_boot, ANSWER_UNKNOWN);
	EXPECT_EQ(policy.ima_appraises, ANSWER_UNKNOWN);
	EXPECT_EQ(policy_enforcement(&policy), ENFORCEMENT_NONE);
	tree_remove();
}

UNIT_TEST(sysctls)
{
	const char *root = tree_make();
	struct policy policy;

	tree_text("/proc/sys/kernel/kexec_pe", "2\n");
	tree_text("/proc/sys/kernel/kexec_load_disabled", "1\n");
	tree_text("/proc/sys/kernel/kexec_load_limit_reboot", "-1\n");
	tree_text("/proc/sys/kernel/kexec_load_limit_panic", "0\n");
	tree_text("/sys/kernel/kexec_crash_size", "268435456\n");
	policy_read(root, &policy);
	EXPECT_EQ(policy.handler, HANDLER_FIRST);
	EXPECT_EQ(policy.load_disabled, 1);
	EXPECT_EQ(policy.limit_reboot, -1);
	EXPECT_EQ(policy.limit_panic, 0);
	EXPECT_EQ(policy.crash_size, 268435456);
	tree_remove();
}

UNIT_TEST(lockdown_levels)
{
	const char *root = tree_make();
	struct policy policy;

	tree_text("/sys/kernel/security/lockdown",
		  "[none] integrity confidentiality\n");
	policy_read(root, &policy);
	EXPECT_EQ(policy.lockdown, LOCKDOWN_NONE);
	EXPECT_EQ(policy_enforcement(&policy), ENFORCEMENT_NONE);
	tree_text("/sys/kernel/security/lockdown",
		  "none [integrity] confidentiality\n");
	policy_read(root, &policy);
	EXPECT_EQ(policy.lockdown, LOCKDOWN_INTEGRITY);
	EXPECT_EQ(policy_enforcement(&policy), ENFORCEMENT_LOCKDOWN);
	tree_text("/sys/kernel/security/lockdown",
		  "none integrity [confidentiality]\n");
	policy_read(root, &policy);
	EXPECT_EQ(policy.lockdown, LOCKDOWN_CONFIDENTIALITY);
	EXPECT_EQ(policy_enforcement(&policy), ENFORCEMENT_LOCKDOWN);
	tree_remove();
}

UNIT_TEST(secure_boot_variable)
{
	static const unsigned char on[] = { 6, 0, 0, 0, 1 };
	static const unsigned char off[] = { 6, 0, 0, 0, 0 };
	static const unsigned char too_long[] = { 6, 0, 0, 0, 1, 0 };
	const char *root = tree_make();
	struct policy policy;

	tree_write(VARIABLE, on, sizeof(on));
	policy_read(root, &policy);
	EXPECT_EQ(policy.secure_boot, ANSWER_YES);
	tree_write(VARIABLE, off, sizeof(off));
	policy_read(root, &policy);
	EXPECT_EQ(policy.secure_boot, ANSWER_NO);
	tree_write(VARIABLE, on, 4);
	policy_read(root, &policy);
	EXPECT_EQ(policy.secure_boot, ANSWER_UNKNOWN);
	tree_write(VARIABLE, too_long, sizeof(too_long));
	policy_read(root, &policy);
	EXPECT_EQ(policy.secure_boot, ANSWER_UNKNOWN);
	tree_remove();
}

UNIT_TEST(ima_policy)
{
	const char *root = tree_make();
	struct policy policy;

	tree_text("/sys/kernel/security/ima/policy",
		  "measure func=KEXEC_KERNEL_CHECK\n"
		  "appraise func=MODULE_CHECK appraise_type=imasig\n");
	policy_read(root, &policy);
	EXPECT_EQ(policy.ima_appraises, ANSWER_NO);
	tree_text("/sys/kernel/security/ima/policy",
		  "measure func=MODULE_CHECK\n"
		  "appraise func=KEXEC_KERNEL_CHECK appraise_type=imasig\n");
	policy_read(root, &policy);
	EXPECT_EQ(policy.ima_appraises, ANSWER_YES);
	tree_remove();
}

UNIT_TEST(forced_signatures_come_before_lockdown)
{
	struct policy policy = {
		.lockdown = LOCKDOWN_INTEGRITY,
		.signature_forced = ANSWER_YES,
	};

	EXPECT_EQ(policy_enforcement(&policy), ENFORCEMENT_SIGNATURE);
}

UNIT_TEST(configuration_says_what_is_forced)
{
	const char *arch = "CONFIG_KEXEC_SIG=y\nCONFIG_IMA_ARCH_POLICY=y\n";

	EXPECT_EQ(policy_scan_config("", ANSWER_YES), ANSWER_NO);
	EXPECT_EQ(policy_scan_config("CONFIG_KEXEC_SIG=y\n"
				     "# CONFIG_KEXEC_SIG_FORCE is not set\n",
				     ANSWER_YES),
		  ANSWER_NO);
	EXPECT_EQ(policy_scan_config("CONFIG_KEXEC_SIG=y\n"
				     "CONFIG_KEXEC_SIG_FORCE=y\n",
				     ANSWER_NO),
		  ANSWER_YES);
	EXPECT_EQ(policy_scan_config("XCONFIG_KEXEC_SIG=y\n"
				     "XCONFIG_KEXEC_SIG_FORCE=y\n",
				     ANSWER_NO),
		  ANSWER_NO);
	EXPECT_EQ(policy_scan_config(arch, ANSWER_YES), ANSWER_YES);
	EXPECT_EQ(policy_scan_config(arch, ANSWER_NO), ANSWER_NO);
	EXPECT_EQ(policy_scan_config(arch, ANSWER_UNKNOWN), ANSWER_UNKNOWN);
}

UNIT_TEST(configuration_is_found)
{
	const char *text = "CONFIG_KEXEC_SIG=y\nCONFIG_KEXEC_SIG_FORCE=y\n";
	const char *root = tree_make();
	struct policy policy = {};
	struct utsname name;
	char path[256];

	policy_read_config(root, &policy);
	EXPECT_EQ(policy.signature_forced, ANSWER_UNKNOWN);

	uname(&name);
	snprintf(path, sizeof(path), "/boot/config-%s", name.release);
	tree_text(path, text);
	policy_read_config(root, &policy);
	EXPECT_EQ(policy.signature_forced, ANSWER_YES);

	/* /proc/config.gz is that of the running kernel: it goes first. */
	tree_text("/proc/config", "CONFIG_KEXEC_SIG=n\n");
	snprintf(path, sizeof(path), "gzip '%s/proc/config'", root);
	if (!EXPECT_EQ(system(path), 0))
		return;
	policy_read_config(root, &policy);
	EXPECT_EQ(policy.signature_forced, ANSWER_NO);

	/* What gzip cannot read is as good as not there. */
	tree_text("/proc/config.gz", "no gzip");
	policy_read_config(root, &policy);
	EXPECT_EQ(policy.signature_forced, ANSWER_YES);
	tree_remove();
}
