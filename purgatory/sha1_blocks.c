// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel tree's SHA-1 of one block, for many. */
#include <lib/crypto/sha1.c>

#include <purgatory/blocks.h>

void sha1_blocks(u32 *state, const u8 *data, u64 blocks)
{
	u32 workspace[SHA1_WORKSPACE_WORDS];

	for (; blocks; blocks--, data += SHA1_BLOCK_SIZE)
		sha1_transform(state, (const char *)data, workspace);
}
