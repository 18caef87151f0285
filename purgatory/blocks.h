/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The compression functions of the kernel tree, each in a file of its own that
 * includes the kernel's: the only files of the image that see kernel headers.
 * purgatory/hash.c makes hash functions of them.
 */
#ifndef PURGATORY_BLOCKS_H
#define PURGATORY_BLOCKS_H

#ifndef __KERNEL__
#include <kexec_pe/types.h>
#endif

/**
 * sha1_blocks() - SHA-1 of whole blocks (FIPS 180-4, 6.1.2)
 * @state: five words, changed
 * @data: the blocks, 64 bytes each, anywhere
 * @blocks: how many
 */
void sha1_blocks(u32 *state, const u8 *data, u64 blocks);

/**
 * sha256_blocks() - SHA-256 of whole blocks (FIPS 180-4, 6.2.2)
 * @state: eight words, changed
 * @data: the blocks, 64 bytes each, anywhere
 * @blocks: how many
 */
void sha256_blocks(u32 *state, const u8 *data, u64 blocks);

/**
 * sha512_blocks() - SHA-384 and SHA-512 of whole blocks (FIPS 180-4, 6.4.2)
 * @state: eight words, changed
 * @data: the blocks, 128 bytes each, anywhere
 * @blocks: how many
 */
void sha512_blocks(u64 *state, const u8 *data, u64 blocks);

#endif /* PURGATORY_BLOCKS_H */
