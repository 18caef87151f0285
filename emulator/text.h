/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UTF-16 and GUID helpers, and the CRC of EFI tables.
 */
#ifndef EMULATOR_TEXT_H
#define EMULATOR_TEXT_H

#include <kexec_pe/efi.h>
#include <kexec_pe/string.h>

/**
 * utf16_length() - characters before the NUL
 * @text: the string
 * @max: read at most so many characters
 *
 * Return: the length; @max if there is no NUL among them
 */
u64 utf16_length(const efi_char16_t *text, u64 max);

/**
 * utf16_equal() - compare two strings
 * @a: first, NUL-terminated
 * @b: second, NUL-terminated
 *
 * Return: true when equal
 */
bool utf16_equal(const efi_char16_t *a, const efi_char16_t *b);

/**
 * guid_equal() - compare two GUIDs
 * @a: first
 * @b: second
 *
 * Return: true when equal
 */
static inline bool guid_equal(const struct efi_guid *a,
			      const struct efi_guid *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/**
 * crc32() - CRC-32 as EFI tables use it (UEFI 2.10, 4.2.1; ISO-HDLC)
 * @data: bytes
 * @size: how many
 *
 * Return: the CRC
 */
u32 crc32(const void *data, u64 size);

/**
 * table_seal() - set the CRC of an EFI table
 * @header: header of the table, whose header_size is right
 */
void table_seal(struct efi_table_header *header);

#endif /* EMULATOR_TEXT_H */
