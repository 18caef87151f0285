// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parse rules and signature: what a file must be, and what K1 knows of its
 * origin.
 */
#define pr_fmt(fmt) "kexec_pe: " fmt

#include <linux/kexec.h>
#include <linux/printk.h>
#include <linux/security.h>

#include <image/zboot.h>
#include <kernel/arch.h>
#include <kernel/kexec_pe.h>

static enum rule parse(const void *data, unsigned long size,
		       struct kexec_pe_file *ret)
{
	struct zboot zboot;
	enum rule rule;

	memset(ret, 0, sizeof(*ret));
	rule = pe_parse(data, size, kexec_pe_arch_machine(), &ret->pe);
	if (rule)
		return rule;
	ret->is_uki = uki_is(&ret->pe);
	if (ret->is_uki)
		return uki_parse(&ret->pe, 0, &ret->uki);
	if (zboot_is(&ret->pe))
		return zboot_parse(&ret->pe, &zboot);
	return RULE_OK;
}

int kexec_pe_parse(const void *data, unsigned long size,
		   struct kexec_pe_file *ret)
{
	struct kexec_pe_file file;
	enum rule rule;

	/* verify_pefile_signature() counts in unsigned int. */
	if (size > U32_MAX)
		return kexec_pe_refuse(REFUSAL_FILE_SIZE);
	rule = parse(data, size, &file);
	if (rule) {
		pr_notice("refused: %s: %s\n", rule_name(rule),
			  rule_text(rule));
		return rule_is_foreign(rule) ? -ENOEXEC : -ELIBBAD;
	}
	*ret = file;
	return 0;
}

enum rule kexec_pe_is_foreign(const void *data, unsigned long size)
{
	struct pe_image pe;
	enum rule rule = pe_parse(data, size, kexec_pe_arch_machine(), &pe);

	return rule_is_foreign(rule) ? rule : RULE_OK;
}

#ifdef CONFIG_KEXEC_PE_VERIFY_SIG

static const char *signature_rule(int error)
{
	switch (error) {
	case -ENODATA:
		return "UNSIGNED: the file carries no signature";
	case -ENOKEY:
		return "SIGNER: no key of a trusted keyring made the signature";
	case -EKEYREJECTED:
		return "SIGNATURE: it does not match, or its key is revoked";
	case -ENOPKG:
		return "ALGORITHM: this kernel can't compute the signature";
	default:
		return "SIGNATURE_FORMAT: it can't be read";
	}
}

int kexec_pe_verify_sig(const char *data, unsigned long size)
{
	struct kexec_pe_file file;
	const char *rule;
	int ret;

	ret = kexec_pe_parse(data, size, &file);
	if (ret)
		return ret;
	ret = kexec_kernel_verify_pe_sig(data, size);
	/* Of a sound file only the signature can be malformed. */
	if (ret == -ELIBBAD)
		ret = -EBADMSG;
	if (ret)
		rule = signature_rule(ret);
	else
		ret = kexec_pe_check_digest(&file.pe, &rule);
	if (ret)
		pr_notice("not verified: %s (%d)\n", rule, ret);
	return ret;
}

#endif

/**
 * kexec_pe_keep_verdict() - keep what the check of a signature said
 * @image: the image, whose sig_verdict is set
 * @verdict: 0 or a negative errno
 * @enforced: the core refuses images whose verdict is not 0
 *
 * The core forgets it. What is no PE at all ends the load here: it is not for
 * a signature policy to turn ENOEXEC, which tells user space to try otherwise,
 * into EPERM.
 *
 * Return: 0, or the errno that ends the load
 */
int kexec_pe_keep_verdict(struct kimage *image, int verdict, bool enforced)
{
	image->sig_enforced = enforced;
	image->sig_verdict = verdict ?: 1;
	if (kexec_pe_image(image) && verdict == -ENOEXEC)
		return verdict;
	return 0;
}

bool kexec_pe_locked_down(void)
{
	return security_locked_down(LOCKDOWN_KEXEC);
}

int kexec_pe_check_policy(struct kexec_pe_load *load)
{
	bool verified = load->image->sig_verdict > 0;

	load->secure_boot = kexec_pe_arch_secure_boot();
	/* With KEXEC_SIG the core has asked lockdown, and IMA, before. */
	if (!verified && !IS_ENABLED(CONFIG_KEXEC_SIG) &&
	    kexec_pe_locked_down())
		return kexec_pe_refuse(REFUSAL_UNVERIFIED);
	if (load->image->sig_enforced || lockdown_restricts_kexec())
		load->plan.base.flags |= HANDOFF_FLAG_ENFORCED;
	if (verified)
		load->plan.base.flags |= HANDOFF_FLAG_VERIFIED;
	return 0;
}

void kexec_pe_log_trust(const struct kexec_pe_load *load)
{
	if (load->plan.base.flags & HANDOFF_FLAG_VERIFIED) {
		if (IS_ENABLED(CONFIG_KEXEC_PE_VERIFY_SIG))
			kexec_pe_log_signer(&load->file.pe);
		return;
	}
	pr_notice("unverified: loaded as nothing enforces a signature\n");
}
