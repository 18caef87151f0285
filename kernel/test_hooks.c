// SPDX-License-Identifier: GPL-2.0-only
/*
 * What only the tests may ask of the handler; with CONFIG_KEXEC_PE_TEST, which
 * no product has.
 */
#include <linux/kexec.h>
#include <linux/kstrtox.h>
#include <linux/moduleparam.h>

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "kexec_pe."

/* There is no way back, as with IMA's policy for Secure Boot. */
static int set_sig_enforce(const char *text, const struct kernel_param *param)
{
	bool value;
	int ret = kstrtobool(text, &value);

	if (ret || !value)
		return ret;
	set_kexec_sig_enforced();
	return 0;
}

static const struct kernel_param_ops sig_enforce_ops = {
	.set = set_sig_enforce,
};

module_param_cb(test_sig_enforce, &sig_enforce_ops, NULL, 0200);
