// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel tree's SHA-512 of one block, for many. In Linux 6.12 there is none
 * outside of the crypto API; its registration there is left out.
 */
#include <linux/module.h>

#undef subsys_initcall
#define subsys_initcall(function)
#undef module_exit
#define module_exit(function)
#include <crypto/sha512_generic.c>

#include <purgatory/blocks.h>

void sha512_blocks(u64 *state, const u8 *data, u64 blocks)
{
	for (; blocks; blocks--, data += SHA512_BLOCK_SIZE)
		sha512_transform(state, data);
}
