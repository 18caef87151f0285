/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Big-endian integers at any address, as TPM commands have them.
 */
#ifndef EMULATOR_TPM_BYTES_H
#define EMULATOR_TPM_BYTES_H

#include <kexec_pe/types.h>

static inline u16 get_be16(const u8 *at)
{
	return (u16)(at[0] << 8 | at[1]);
}

static inline u32 get_be32(const u8 *at)
{
	return (u32)get_be16(at) << 16 | get_be16(at + 2);
}

static inline void put_be16(u8 *at, u16 value)
{
	at[0] = (u8)(value >> 8);
	at[1] = (u8)value;
}

static inline void put_be32(u8 *at, u32 value)
{
	put_be16(at, (u16)(value >> 16));
	put_be16(at + 2, (u16)value);
}

#endif /* EMULATOR_TPM_BYTES_H */
