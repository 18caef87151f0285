// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Small helpers of the self-test that need no firmware, or only its database.
 */
#include "selftest.h"

void *memcpy(void *to, const void *from, size_t size)
{
	UINT8 *out = to;
	const UINT8 *in = from;

	while (size--)
		*out++ = *in++;
	return to;
}

void *memset(void *to, int value, size_t size)
{
	UINT8 *out = to;

	while (size--)
		*out++ = (UINT8)value;
	return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const UINT8 *x = a, *y = b;

	for (; size--; x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

size_t strlen(const char *text)
{
	size_t length = 0;

	while (text[length])
		length++;
	return length;
}

bool guid_equal(const EFI_GUID *a, const EFI_GUID *b)
{
	return !memcmp(a, b, sizeof(*a));
}

bool bytes_are(const void *bytes, size_t size, UINT8 value)
{
	const UINT8 *at = bytes;

	while (size--)
		if (*at++ != value)
			return false;
	return true;
}

static UINT32 crc32_byte(UINT32 crc, UINT8 byte)
{
	crc ^= byte;
	for (int bit = 0; bit < 8; bit++)
		crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	return crc;
}

UINT32 crc32_of(const void *data, size_t size)
{
	const UINT8 *at = data;
	UINT32 crc = ~0U;

	while (size--)
		crc = crc32_byte(crc, *at++);
	return ~crc;
}

bool crc32_table_good(const EFI_TABLE_HEADER *header)
{
	const UINT8 *bytes = (const UINT8 *)header;
	const size_t field = offsetof(EFI_TABLE_HEADER, CRC32);
	UINT32 crc = ~0U;

	/* The checksum field counts as zero; the table may be read-only. */
	for (size_t i = 0; i < header->HeaderSize; i++)
		crc = crc32_byte(crc, i - field < 4 ? 0 : bytes[i]);
	return ~crc == header->CRC32;
}

void *config_table(struct selftest *st, const EFI_GUID *guid)
{
	const EFI_CONFIGURATION_TABLE *table = st->systab->ConfigurationTable;

	for (UINTN i = 0; i < st->systab->NumberOfTableEntries; i++)
		if (guid_equal(&table[i].VendorGuid, guid))
			return table[i].VendorTable;
	return NULL;
}

void *protocol_on(struct selftest *st, EFI_HANDLE handle, EFI_GUID *guid)
{
	VOID *interface = NULL;

	if (st->boot->HandleProtocol(handle, guid, &interface) != EFI_SUCCESS)
		return NULL;
	return interface;
}

void *protocol_anywhere(struct selftest *st, EFI_GUID *guid)
{
	VOID *interface = NULL;

	if (st->boot->LocateProtocol(guid, NULL, &interface) != EFI_SUCCESS)
		return NULL;
	return interface;
}
