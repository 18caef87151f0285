// SPDX-License-Identifier: GPL-2.0-only
/*
 * One log line per refusal, naming the rule.
 */
#define pr_fmt(fmt) "kexec_pe: " fmt

#include <linux/errno.h>
#include <linux/printk.h>

#include <kernel/refusal.h>

static const struct {
	int error;
	const char *name;
	const char *text;
} refusals[] = { [REFUSAL_NONE] = { 0, "NONE", "accepted" },
#define REFUSAL_ENTRY(name, error, text) \
	[REFUSAL_##name] = { error, #name, text },
		 REFUSAL_LIST(REFUSAL_ENTRY)
#undef REFUSAL_ENTRY
};

int kexec_pe_refuse(enum refusal refusal)
{
	if (refusal != REFUSAL_NONE)
		pr_notice("refused: %s: %s\n", refusals[refusal].name,
			  refusals[refusal].text);
	return -refusals[refusal].error;
}

void kexec_pe_tolerate(enum refusal refusal, const char *why)
{
	pr_notice("tolerated by %s: %s: %s\n", why, refusals[refusal].name,
		  refusals[refusal].text);
}
