// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The CRC of EFI tables (UEFI 2.10, 4.2.1): some hundred bytes, now and then.
 */
#include <emulator/runtime/inline.h>
#include <emulator/text.h>

u32 crc32(const void *data, u64 size)
{
	return runtime_crc32(data, size);
}

void table_seal(struct efi_table_header *header)
{
	runtime_seal(header);
}
