/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SHA-256 (FIPS 180-4) as the embedded image has it. The hash code itself is
 * that of the kernel tree, or mbedTLS in a hosted build.
 */
#ifndef PURGATORY_SHA256_H
#define PURGATORY_SHA256_H

#include <kexec_pe/types.h>

#define SHA256_SIZE 32

/**
 * sha256() - hash a byte string
 * @data: its first byte
 * @size: number of bytes
 * @digest: where the SHA256_SIZE bytes of the digest go
 */
void sha256(const void *data, u64 size, u8 *digest);

#endif /* PURGATORY_SHA256_H */
