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

/* Without content to look at this is one RSA operation, not a hash of it all. */
static const char *find_keyring(const struct view *pkcs7)
{
	if (!verify_pkcs7_signature(NULL, 0, pkcs7->base, pkcs7->size,
				    VERIFY_USE_SECONDARY_KEYRING,
				    VERIFYING_KEXEC_PE_SIGNATURE, NULL, NULL))
		return IS_ENABLED(CONFIG_SECONDARY_TRUSTED_KEYRING) ?
			       ".secondary_trusted_keys" :
			       ".builtin_trusted_keys";
	return ".platform";
}

void kexec_pe_log_signer(const struct pe_image *pe)
{
	const struct x509_certificate *signer = NULL;
	struct pkcs7_message *message;
	struct view pkcs7;

	if (!find_pkcs7(pe, &pkcs7))
		return;
	message = pkcs7_parse_message(pkcs7.base, pkcs7.size);
	if (IS_ERR(message))
		return;
	if (message->signed_infos)
		signer = message->signed_infos->signer;
	pr_info("verified: signed by \"%s\", vouched for by the %s keyring\n",
		signer && signer->subject ? signer->subject : "?",
		find_keyring(&pkcs7));
	pkcs7_free_message(message);
}
