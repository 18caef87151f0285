// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * UTF-16 strings.
 */
#include <emulator/text.h>

u64 utf16_length(const efi_char16_t *text, u64 max)
{
	u64 length = 0;

	while (length < max && text[length])
		length++;
	return length;
}

bool utf16_equal(const efi_char16_t *a, const efi_char16_t *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}
