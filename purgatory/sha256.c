// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SHA-256 on top of lib/crypto/sha256.c of the kernel tree, which is compiled
 * into the image beside this file: the only two that see kernel headers. That
 * file's own sha256() is called kernel_sha256() here (purgatory/image.mk).
 */
#include <crypto/sha2.h>

/* From here on the name means ours. */
#undef sha256
#include <purgatory/sha256.h>

static_assert(SHA256_SIZE == SHA256_DIGEST_SIZE);

/* The kernel counts in unsigned int. */
#define PIECE_MAX 0x40000000U

void sha256(const void *data, u64 size, u8 *digest)
{
	struct sha256_state state;
	const u8 *at = data;

	sha256_init(&state);
	while (size) {
		unsigned int piece = size < PIECE_MAX ? size : PIECE_MAX;

		sha256_update(&state, at, piece);
		at += piece;
		size -= piece;
	}
	sha256_final(&state, digest);
}
