// SPDX-License-Identifier: GPL-2.0-or-later
/* A processor without instructions for hashes. */
#include <emulator/arch.h>

bool arch_hash_blocks(u16 algorithm, void *state, const u8 *data, u64 blocks)
{
	(void)algorithm;
	(void)state;
	(void)data;
	(void)blocks;
	return false;
}
