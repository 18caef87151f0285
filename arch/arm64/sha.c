// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SHA-1, SHA-256 and SHA-512 by the cryptographic extensions (Arm ARM, C3.6.27
 * and A2.3), in the kernel tree's assembly.
 */
#include <arch/arm64/cpu.h>
#include <emulator/arch.h>
#include <kexec_pe/string.h>
#include <kexec_pe/tcg.h>

/* A multiple of blocks that fits their count. */
#define PIECE_MAX 0x1000000

/*
 * The kernel's state behind its words; the assembly finds both through the two
 * constants. With finalize 0 it does whole blocks and no more.
 */
struct ce_state {
	u64 words[8];
	u64 count;
	u32 finalize;
};

/* No prototype but here: assembly alone refers to them. */
extern const u32 sha1_ce_offsetof_count, sha1_ce_offsetof_finalize;
extern const u32 sha256_ce_offsetof_count, sha256_ce_offsetof_finalize;

const u32 sha1_ce_offsetof_count = offsetof(struct ce_state, count);
const u32 sha1_ce_offsetof_finalize = offsetof(struct ce_state, finalize);
const u32 sha256_ce_offsetof_count = offsetof(struct ce_state, count);
const u32 sha256_ce_offsetof_finalize = offsetof(struct ce_state, finalize);

/* arch/arm64/crypto/sha1-ce-core.S and its like; return blocks not done */
int __sha1_ce_transform(struct ce_state *state, const u8 *data, int blocks);
int __sha256_ce_transform(struct ce_state *state, const u8 *data, int blocks);
int __sha512_ce_transform(struct ce_state *state, const u8 *data, int blocks);

static bool have(u16 algorithm)
{
	const u64 features = cpu_isar0();
	const u64 sha2 = features >> CPU_ISAR0_SHA2_SHIFT & 15;

	if (algorithm == TCG_ALG_SHA1)
		return features >> CPU_ISAR0_SHA1_SHIFT & 15;
	return algorithm == TCG_ALG_SHA256 ? sha2 >= 1 : sha2 >= 2;
}

static int transform(u16 algorithm, struct ce_state *state, const u8 *data,
		     int blocks)
{
	if (algorithm == TCG_ALG_SHA1)
		return __sha1_ce_transform(state, data, blocks);
	if (algorithm == TCG_ALG_SHA256)
		return __sha256_ce_transform(state, data, blocks);
	return __sha512_ce_transform(state, data, blocks);
}

bool arch_hash_blocks(u16 algorithm, void *state, const u8 *data, u64 blocks)
{
	const bool wide = algorithm == TCG_ALG_SHA384 ||
			  algorithm == TCG_ALG_SHA512;
	const u64 size = algorithm == TCG_ALG_SHA1 ? 20 : wide ? 64 : 32;
	struct ce_state ce = { 0 };
	struct cpu_simd simd;
	int piece;

	if (!have(algorithm))
		return false;
	memcpy(&ce, state, size);
	cpu_save_simd(&simd);
	while (blocks) {
		piece = blocks < PIECE_MAX ? (int)blocks : PIECE_MAX;
		piece -= transform(algorithm, &ce, data, piece);
		data += (u64)piece * (wide ? 128 : 64);
		blocks -= (u64)piece;
	}
	cpu_restore_simd(&simd);
	memcpy(state, &ce, size);
	return true;
}
