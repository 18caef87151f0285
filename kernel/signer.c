// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who signed an image that was found good, and which keyring vouches for them:
 * for the log only, nothing is decided here.
 */
#define pr_fmt(fmt) "kexec_pe: " fmt

#include <linux/err.h>
#include <linux/printk.h>
#include <linux/verification.h>

#include <image/view.h>
#include <kernel/kexec_pe.h>

#include "pkcs7_parser.h"

#define WIN_CERTIFICATE_HEADER 8 /* dwLength, wRevision, wCertificateType */

/*
 * The DER of the first certificate without the padding behind it. A length of
 * up to two bytes is all that verify_pefile.c accepts.
 */
static bool find_pkcs7(const struct pe_image *pe, struct view *ret)
{
	u64 start = (u64)pe->certificate_offset + WIN_CERTIFICATE_HEADER;
	const u8 *der = view_at(&pe->file, start, 4);
	u64 size;

	if (!der)
		return false;
	if (der[1] < 0x80)
		size = 2 + der[1];
	else if (der[1] == 0x81)
		size = 3 + der[2];
	else if (der[1] == 0x82)
		size = 4 + (der[2] << 8 | der[3]);
	else
		return false;
	return view_cut(&pe->file, start, size, ret);
}

/*
 * Which keyring it was that the kernel asked with success. Without content to
 * look at this is one RSA operation, not a hash of it all; it also finds the
 * signer's certificate in the message.
 */
static const char *find_keyring(struct pkcs7_message *message)
{
	if (verify_pkcs7_message_sig(NULL, 0, message,
				     VERIFY_USE_SECONDARY_KEYRING,
				     VERIFYING_KEXEC_PE_SIGNATURE, NULL, NULL))
		return ".platform";
	return IS_ENABLED(CONFIG_SECONDARY_TRUSTED_KEYRING) ?
		       ".secondary_trusted_keys" :
		       ".builtin_trusted_keys";
}

static const char *find_signer(const struct pkcs7_message *message)
{
	const struct pkcs7_signed_info *info = message->signed_infos;

	if (!info || !info->signer || !info->signer->subject)
		return "?";
	return info->signer->subject;
}

void kexec_pe_log_signer(const struct pe_image *pe)
{
	struct pkcs7_message *message;
	const char *keyring;
	struct view pkcs7;

	if (!find_pkcs7(pe, &pkcs7))
		return;
	message = pkcs7_parse_message(pkcs7.base, pkcs7.size);
	if (IS_ERR(message))
		return;
	keyring = find_keyring(message);
	pr_info("verified: signed by \"%s\", vouched for by the %s keyring\n",
		find_signer(message), keyring);
	pkcs7_free_message(message);
}
