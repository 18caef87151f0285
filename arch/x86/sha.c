// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SHA-1 and SHA-256 by the SHA extensions (Intel SDM volume 1, 13.16), in the
 * kernel tree's assembly. For SHA-512 no processor of 6.12's has them.
 */
#include <arch/x86/cpu.h>
#include <emulator/arch.h>
#include <kexec_pe/tcg.h>

/* A multiple of blocks that fits their count. */
#define PIECE_MAX 0x1000000U

/* arch/x86/crypto/sha1_ni_asm.S, sha256_ni_asm.S of the kernel tree */
void sha1_ni_transform(u32 *state, const void *data, u32 blocks);
void sha256_ni_transform(u32 *state, const void *data, u32 blocks);

static bool have_sha(void)
{
	return cpu_id(0).eax >= CPU_LEAF_STRUCTURED &&
	       cpu_id(CPU_LEAF_STRUCTURED).ebx & CPU_STRUCTURED_EBX_SHA;
}

bool arch_hash_blocks(u16 algorithm, void *state, const u8 *data, u64 blocks)
{
	struct cpu_simd simd;
	u32 piece;

	if ((algorithm != TCG_ALG_SHA1 && algorithm != TCG_ALG_SHA256) ||
	    !have_sha())
		return false;
	cpu_save_simd(&simd);
	for (; blocks; blocks -= piece, data += (u64)piece * 64) {
		piece = blocks < PIECE_MAX ? (u32)blocks : PIECE_MAX;
		if (algorithm == TCG_ALG_SHA1)
			sha1_ni_transform(state, data, piece);
		else
			sha256_ni_transform(state, data, piece);
	}
	cpu_restore_simd(&simd);
	return true;
}
