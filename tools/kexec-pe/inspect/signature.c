// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who signed a file, by GnuTLS. Whether anybody trusts that certificate is not
 * asked: only the kernel has the keyrings to say.
 */
#include <gnutls/pkcs7.h>
#include <gnutls/x509.h>
#include <string.h>

#include <kexec_pe/pe.h>
#include <kexec_pe/tcg.h>

#include <tools/kexec-pe/inspect/inspect.h>

/* WIN_CERTIFICATE: PKCS#7 SignedData, revision 2 */
#define CERTIFICATE_REVISION 4
#define CERTIFICATE_TYPE 6
#define REVISION_2 0x0200
#define TYPE_PKCS 0x0002

static void copy_name(const gnutls_datum_t *name, char ret[SIGNATURE_NAME])
{
	char *at;

	snprintf(ret, SIGNATURE_NAME, "%.*s", (int)name->size, name->data);
	/* Whoever made the certificate chose them: no control characters. */
	for (at = ret; *at; at++)
		if ((u8)*at < ' ' || *at == 0x7f)
			*at = '?';
}

static void copy_serial(const gnutls_datum_t *serial, struct signature *ret)
{
	unsigned int i;

	for (i = 0; i < serial->size && i < (sizeof(ret->serial) - 1) / 2; i++)
		snprintf(ret->serial + 2 * i, 3, "%02x", serial->data[i]);
}

static bool is_signer(gnutls_x509_crt_t certificate,
		      const gnutls_pkcs7_signature_info_st *info)
{
	u8 serial[64];
	size_t size = sizeof(serial);
	gnutls_datum_t issuer;
	bool same;

	if (gnutls_x509_crt_get_serial(certificate, serial, &size) ||
	    gnutls_x509_crt_get_raw_issuer_dn(certificate, &issuer))
		return false;
	same = size == info->signer_serial.size &&
	       !memcmp(serial, info->signer_serial.data, size) &&
	       issuer.size == info->issuer_dn.size &&
	       !memcmp(issuer.data, info->issuer_dn.data, issuer.size);
	gnutls_free(issuer.data);
	return same;
}

static void describe(gnutls_pkcs7_t pkcs7, int index,
		     gnutls_x509_crt_t certificate, struct signature *ret)
{
	gnutls_datum_t name;

	if (!gnutls_x509_crt_get_dn3(certificate, &name, 0)) {
		copy_name(&name, ret->subject);
		gnutls_free(name.data);
	}
	if (!gnutls_x509_crt_get_issuer_dn3(certificate, &name, 0)) {
		copy_name(&name, ret->issuer);
		gnutls_free(name.data);
	}
	ret->valid = gnutls_pkcs7_verify_direct(pkcs7, certificate,
						(unsigned int)index, NULL,
						0) >= 0;
}

static void find_certificate(gnutls_pkcs7_t pkcs7, int index,
			     const gnutls_pkcs7_signature_info_st *info,
			     struct signature *ret)
{
	int i, count = gnutls_pkcs7_get_crt_count(pkcs7);
	bool found = false;

	for (i = 0; !found && i < count; i++) {
		gnutls_x509_crt_t certificate;
		gnutls_datum_t raw;

		if (gnutls_pkcs7_get_crt_raw2(pkcs7, (unsigned int)i, &raw))
			continue;
		if (!gnutls_x509_crt_init(&certificate)) {
			found = !gnutls_x509_crt_import(certificate, &raw,
							GNUTLS_X509_FMT_DER) &&
				is_signer(certificate, info);
			if (found)
				describe(pkcs7, index, certificate, ret);
			gnutls_x509_crt_deinit(certificate);
		}
		gnutls_free(raw.data);
	}
}

static void check_digest(gnutls_pkcs7_t pkcs7, const struct pe_image *pe,
			 struct signature *ret)
{
	u8 digest[TCG_DIGEST_MAX];
	struct view content, signed_digest;
	gnutls_datum_t data;
	u32 size;

	if (gnutls_pkcs7_get_embedded_data(pkcs7, GNUTLS_PKCS7_EDATA_GET_RAW,
					   &data)) {
		ret->fault = "no signed content";
		return;
	}
	content.base = data.data;
	content.size = data.size;
	if (der_digest_info(&content, &ret->digest_algorithm, &signed_digest)) {
		size = inspect_digest(pe, ret->digest_algorithm, digest);
		ret->digest_matches = size && size == signed_digest.size &&
				      !memcmp(digest, signed_digest.base, size);
	} else {
		ret->fault = "the signed content is not Authenticode's";
	}
	gnutls_free(data.data);
}

static u32 read_pkcs7(const struct pe_image *pe, gnutls_pkcs7_t pkcs7,
		      struct signature *ret, u32 room)
{
	int i, count = gnutls_pkcs7_get_signature_count(pkcs7);
	u32 found = 0;

	for (i = 0; i < count && found < room; i++, found++) {
		gnutls_pkcs7_signature_info_st info;
		struct signature *signature = &ret[found];
		const char *name;

		memset(signature, 0, sizeof(*signature));
		check_digest(pkcs7, pe, signature);
		if (gnutls_pkcs7_get_signature_info(pkcs7, (unsigned int)i,
						    &info)) {
			signature->fault = "the signer cannot be read";
			continue;
		}
		name = gnutls_sign_get_name(info.algo);
		snprintf(signature->algorithm, sizeof(signature->algorithm),
			 "%s", name ? name : "");
		copy_serial(&info.signer_serial, signature);
		find_certificate(pkcs7, i, &info, signature);
		gnutls_pkcs7_signature_info_deinit(&info);
	}
	return found;
}

static u32 read_certificate(const struct pe_image *pe, const struct view *entry,
			    struct signature *ret, u32 room)
{
	u16 revision = 0, type = 0;
	gnutls_pkcs7_t pkcs7;
	struct view message;
	gnutls_datum_t der;
	u32 count = 0;

	memset(ret, 0, sizeof(*ret));
	view_u16(entry, CERTIFICATE_REVISION, &revision);
	view_u16(entry, CERTIFICATE_TYPE, &type);
	if (revision != REVISION_2 || type != TYPE_PKCS) {
		ret->fault = "no PKCS#7 certificate of revision 2";
		return 1;
	}
	if (!der_message(entry, PE_CERTIFICATE_HEADER_SIZE, &message)) {
		ret->fault = "no PKCS#7 signature";
		return 1;
	}
	der.data = (u8 *)message.base;
	der.size = (unsigned int)message.size;
	if (gnutls_pkcs7_init(&pkcs7)) {
		ret->fault = "no memory";
		return 1;
	}
	if (!gnutls_pkcs7_import(pkcs7, &der, GNUTLS_X509_FMT_DER))
		count = read_pkcs7(pe, pkcs7, ret, room);
	if (!count) {
		ret->fault = "no PKCS#7 signature";
		count = 1;
	}
	gnutls_pkcs7_deinit(pkcs7);
	return count;
}

u32 inspect_signatures(const struct pe_image *pe, struct signature *ret)
{
	struct view table, entry;
	u64 at = 0, step;
	u32 length, count = 0;

	if (!pe->certificate_offset ||
	    !view_cut(&pe->file, pe->certificate_offset, pe->certificate_size,
		      &table))
		return 0;
	while (count < SIGNATURES_MAX &&
	       view_u32(&table, at + PE_CERTIFICATE_LENGTH, &length) &&
	       length >= PE_CERTIFICATE_HEADER_SIZE &&
	       view_cut(&table, at, length, &entry)) {
		count += read_certificate(pe, &entry, &ret[count],
					  SIGNATURES_MAX - count);
		if (!checked_align(length, PE_CERTIFICATE_ALIGNMENT, &step))
			break;
		at += step;
	}
	return count;
}
