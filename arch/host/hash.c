// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Hash functions of hosted builds: mbedTLS. Contexts are on the stack: a payload
 * that runs confined has no heap to give.
 */
#include <emulator/tpm/hash.h>
#include <kexec_pe/tcg.h>
#include <mbedtls/sha1.h>
#include <mbedtls/sha256.h>
#include <mbedtls/sha512.h>
#include <stdlib.h>

static int sha1_parts(const struct view *parts, u32 count, u8 *ret)
{
	mbedtls_sha1_context context;
	int error;
	u32 i;

	mbedtls_sha1_init(&context);
	error = mbedtls_sha1_starts_ret(&context);
	for (i = 0; !error && i < count; i++)
		if (parts[i].size)
			error = mbedtls_sha1_update_ret(&context, parts[i].base,
							parts[i].size);
	if (!error)
		error = mbedtls_sha1_finish_ret(&context, ret);
	return error;
}

static int sha256_parts(const struct view *parts, u32 count, u8 *ret)
{
	mbedtls_sha256_context context;
	int error;
	u32 i;

	mbedtls_sha256_init(&context);
	error = mbedtls_sha256_starts_ret(&context, 0);
	for (i = 0; !error && i < count; i++)
		if (parts[i].size)
			error = mbedtls_sha256_update_ret(
				&context, parts[i].base, parts[i].size);
	if (!error)
		error = mbedtls_sha256_finish_ret(&context, ret);
	return error;
}

static int sha512_parts(const struct view *parts, u32 count, u8 *ret, int is384)
{
	mbedtls_sha512_context context;
	u8 digest[64];
	int error;
	u32 i;

	mbedtls_sha512_init(&context);
	error = mbedtls_sha512_starts_ret(&context, is384);
	for (i = 0; !error && i < count; i++)
		if (parts[i].size)
			error = mbedtls_sha512_update_ret(
				&context, parts[i].base, parts[i].size);
	if (!error)
		error = mbedtls_sha512_finish_ret(&context, digest);
	for (i = 0; i < (is384 ? 48U : 64U); i++)
		ret[i] = digest[i];
	return error;
}

bool hash_parts(u16 algorithm, const struct view *parts, u32 count, u8 *ret)
{
	int error;

	switch (algorithm) {
	case TCG_ALG_SHA1:
		error = sha1_parts(parts, count, ret);
		break;
	case TCG_ALG_SHA256:
		error = sha256_parts(parts, count, ret);
		break;
	case TCG_ALG_SHA384:
		error = sha512_parts(parts, count, ret, 1);
		break;
	case TCG_ALG_SHA512:
		error = sha512_parts(parts, count, ret, 0);
		break;
	default:
		return false;
	}
	/* In software there is nothing that could fail. */
	if (error)
		abort();
	return true;
}
