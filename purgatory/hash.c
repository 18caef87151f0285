// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The hash functions of the image (FIPS 180-4): padding here, blocks by the
 * processor's own instructions or, where it has none, by the kernel tree's C.
 *
 * Runs before the image is relocated: no pointer in a constant is followed.
 */
#include <emulator/arch.h>
#include <emulator/tpm/hash.h>
#include <kexec_pe/string.h>
#include <kexec_pe/tcg.h>
#include <purgatory/blocks.h>
#include <purgatory/sha256.h>

#define BLOCK_MAX 128

struct hash {
	/* Words of 32 or, where blocks have 128 bytes, of 64 bits. */
	union {
		u32 words32[8];
		u64 words64[8];
	} state;
	u64 size; /* bytes so far */
	u32 block_size;
	u32 digest_size;
	u16 algorithm;
	u8 block[BLOCK_MAX]; /* size % block_size bytes of the next one */
};

/* 5.3: initial values */
static const u32 sha1_start[] = {
	0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0,
};

static const u32 sha256_start[] = {
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
	0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static const u64 sha384_start[] = {
	0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17,
	0x152fecd8f70e5939, 0x67332667ffc00b31, 0x8eb44a8768581511,
	0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
};

static const u64 sha512_start[] = {
	0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
	0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
	0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

static void set_start(struct hash *hash, const void *words, u32 size,
		      u32 block_size, u32 digest_size)
{
	memcpy(&hash->state, words, size);
	hash->size = 0;
	hash->block_size = block_size;
	hash->digest_size = digest_size;
}

static bool start(struct hash *hash, u16 algorithm)
{
	hash->algorithm = algorithm;
	switch (algorithm) {
	case TCG_ALG_SHA1:
		set_start(hash, sha1_start, sizeof(sha1_start), 64, 20);
		return true;
	case TCG_ALG_SHA256:
		set_start(hash, sha256_start, sizeof(sha256_start), 64, 32);
		return true;
	case TCG_ALG_SHA384:
		set_start(hash, sha384_start, sizeof(sha384_start), 128, 48);
		return true;
	case TCG_ALG_SHA512:
		set_start(hash, sha512_start, sizeof(sha512_start), 128, 64);
		return true;
	default:
		return false;
	}
}

static void compress(struct hash *hash, const u8 *data, u64 blocks)
{
	if (!blocks ||
	    arch_hash_blocks(hash->algorithm, &hash->state, data, blocks))
		return;
	if (hash->algorithm == TCG_ALG_SHA1)
		sha1_blocks(hash->state.words32, data, blocks);
	else if (hash->algorithm == TCG_ALG_SHA256)
		sha256_blocks(hash->state.words32, data, blocks);
	else
		sha512_blocks(hash->state.words64, data, blocks);
}

static void update(struct hash *hash, const u8 *data, u64 size)
{
	u32 have = hash->size % hash->block_size;
	u64 part;

	hash->size += size;
	if (have) {
		part = hash->block_size - have;
		if (part > size)
			part = size;
		memcpy(hash->block + have, data, part);
		if (have + part < hash->block_size)
			return;
		compress(hash, hash->block, 1);
		data += part;
		size -= part;
	}
	compress(hash, data, size / hash->block_size);
	part = size % hash->block_size;
	if (part)
		memcpy(hash->block, data + (size - part), part);
}

/* Big-endian; all sizes here are whole words. */
static void put_words(u8 *ret, const struct hash *hash, u32 size)
{
	const u32 width = hash->block_size / 16;
	u32 i;

	for (i = 0; i < size; i++) {
		const u32 word = i / width;
		const u32 shift = 8 * (width - 1 - i % width);

		ret[i] = (u8)(width == sizeof(u32) ?
				      hash->state.words32[word] >> shift :
				      hash->state.words64[word] >> shift);
	}
}

/* 5.1: a bit, zeros, and the size in bits at the end of a block */
static void finish(struct hash *hash, u8 *digest)
{
	const u64 bits = hash->size * 8;
	u32 have = hash->size % hash->block_size, i;

	hash->block[have++] = 0x80;
	/* The size is two words, the upper one of which is never needed. */
	if (have > hash->block_size - hash->block_size / 8) {
		memset(hash->block + have, 0, hash->block_size - have);
		compress(hash, hash->block, 1);
		have = 0;
	}
	memset(hash->block + have, 0, hash->block_size - have);
	for (i = 0; i < sizeof(bits); i++)
		hash->block[hash->block_size - 1 - i] = (u8)(bits >> 8 * i);
	compress(hash, hash->block, 1);
	put_words(digest, hash, hash->digest_size);
}

bool hash_parts(u16 algorithm, const struct view *parts, u32 count, u8 *ret)
{
	struct hash hash;
	u32 i;

	if (!start(&hash, algorithm))
		return false;
	for (i = 0; i < count; i++)
		update(&hash, parts[i].base, parts[i].size);
	finish(&hash, ret);
	return true;
}

void sha256(const void *data, u64 size, u8 *digest)
{
	const struct view part = { data, size };

	hash_parts(TCG_ALG_SHA256, &part, 1, digest);
}
