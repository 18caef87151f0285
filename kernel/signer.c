// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the signature of an image that was found good says: over which digest,
 * which may be revoked, by whom, and which keyring vouches for them.
 */
#define pr_fmt(fmt) "kexec_pe: " fmt

#include <linux/err.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/verification.h>
#include <crypto/sha2.h>
#include <keys/system_keyring.h>

#include <image/view.h>
#include <kernel/kexec_pe.h>

#include "pkcs7_parser.h"
#include "verify_pefile.h"

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

static struct pkcs7_message *parse_message(const struct pe_image *pe)
{
	struct view pkcs7;

	if (!find_pkcs7(pe, &pkcs7))
		return ERR_PTR(-EBADMSG);
	return pkcs7_parse_message(pkcs7.base, pkcs7.size);
}

/*
 * Nothing but "not listed" is an answer: is_binary_blacklisted() would take a
 * failure of its own for that.
 */
static int check_listed(const u8 *digest, size_t size, const char **ret_rule)
{
	if (!is_hash_blacklisted(digest, size, BLACKLIST_HASH_BINARY))
		return 0;
	*ret_rule = "REVOKED: the image is in the .blacklist keyring";
	return -EKEYREJECTED;
}

static int check_signed(const struct pe_image *pe,
			const struct pefile_context *context,
			const char **ret_rule)
{
	u8 sha256[SHA256_DIGEST_SIZE];
	int ret;

	if (!context->digest || !context->digest_algo)
		return -EBADMSG;
	if (!strcmp(context->digest_algo, "sha1")) {
		*ret_rule = "WEAK_DIGEST: SHA-1 of the image was signed";
		return -EKEYREJECTED;
	}
	ret = check_listed(context->digest, context->digest_len, ret_rule);
	if (ret || !strcmp(context->digest_algo, "sha256"))
		return ret;
	ret = kexec_pe_authenticode(pe, sha256);
	return ret ?: check_listed(sha256, sizeof(sha256), ret_rule);
}

int kexec_pe_check_digest(const struct pe_image *pe, const char **ret_rule)
{
	struct pkcs7_message *message = parse_message(pe);
	struct pefile_context context = {};
	size_t size, header_size;
	const void *content;
	int ret;

	*ret_rule = "SIGNATURE_FORMAT: the digest in it can't be read";
	if (IS_ERR(message))
		return PTR_ERR(message);
	ret = pkcs7_get_content_data(message, &content, &size, &header_size);
	if (!ret)
		ret = mscode_parse(&context, content, size, header_size);
	if (!ret)
		ret = check_signed(pe, &context, ret_rule);
	kfree_sensitive(context.digest);
	pkcs7_free_message(message);
	return ret;
}

void kexec_pe_log_signer(const struct pe_image *pe)
{
	struct pkcs7_message *message = parse_message(pe);
	const char *keyring;

	if (IS_ERR(message))
		return;
	keyring = find_keyring(message);
	pr_info("verified: signed by \"%s\", vouched for by the %s keyring\n",
		find_signer(message), keyring);
	pkcs7_free_message(message);
}
