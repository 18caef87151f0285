/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the code of .runtime may use: all inlined, no constants in memory, no
 * calls, nothing from outside of its section.
 */
#ifndef EMULATOR_RUNTIME_INLINE_H
#define EMULATOR_RUNTIME_INLINE_H

#include <emulator/runtime.h>

/* Keeps a compiler from seeing a library function in a loop. */
#define runtime_hide(value) asm volatile("" : "+r"(value))

static __runtime_inline void runtime_copy(void *to, const void *from, u64 size)
{
	const u8 *source = from;
	u8 *at = to;

	for (; size; size--) {
		*at++ = *source++;
		runtime_hide(at);
	}
}

static __runtime_inline bool runtime_equal(const void *a, const void *b,
					   u64 size)
{
	const u8 *x = a, *y = b;

	for (; size; size--) {
		if (*x++ != *y++)
			return false;
		runtime_hide(x);
	}
	return true;
}

/* CRC-32 of ISO-HDLC, bit by bit: a table would be a constant in memory. */
static __runtime_inline u32 runtime_crc32(const void *data, u64 size)
{
	const u8 *at = data;
	u32 crc = ~0U;
	int bit;

	for (; size; size--) {
		crc ^= *at++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (0xedb88320U & (0 - (crc & 1)));
	}
	return ~crc;
}

static __runtime_inline void runtime_seal(struct efi_table_header *header)
{
	header->crc32 = 0;
	header->crc32 = runtime_crc32(header, header->header_size);
}

static __runtime_inline const struct runtime_snapshot *runtime_snapshot(void)
{
	return (const struct runtime_snapshot *)__runtime_end;
}

#endif /* EMULATOR_RUNTIME_INLINE_H */
