// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel tree's SHA-256 of one block, for many. */
/* Of its own name there is one of ours. */
#define sha256 kernel_sha256
#include <lib/crypto/sha256.c>

#include <purgatory/blocks.h>

void sha256_blocks(u32 *state, const u8 *data, u64 blocks)
{
	u32 workspace[64];

	for (; blocks; blocks--, data += SHA256_BLOCK_SIZE)
		sha256_transform(state, data, workspace);
}
