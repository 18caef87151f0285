/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What measuring asks of whoever brings hash functions: all at once, over parts
 * that lie apart, so that no context needs a place.
 */
#ifndef EMULATOR_TPM_HASH_H
#define EMULATOR_TPM_HASH_H

#include <image/view.h>

/**
 * hash_parts() - digest of byte strings put one behind the other
 * @algorithm: TCG_ALG_*
 * @parts: the byte strings; those of size 0 may be anywhere
 * @count: number of them
 * @ret: tpm_digest_size(@algorithm) bytes; untouched after a failure
 *
 * Return: true; false when this build has no such hash
 */
bool hash_parts(u16 algorithm, const struct view *parts, u32 count, u8 *ret);

#endif /* EMULATOR_TPM_HASH_H */
