// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The header of EFI zboot images (Linux, drivers/firmware/efi/libstub/
 * zboot-header.S). Only told and checked here: the image unpacks itself.
 */
#include <image/zboot.h>
#include <kexec_pe/string.h>

#define ZBOOT_MAGIC 4 /* "zimg" */
#define ZBOOT_MAGIC_VALUE 0x676d697a
#define ZBOOT_PAYLOAD_OFFSET 8
#define ZBOOT_PAYLOAD_SIZE 12
#define ZBOOT_COMPRESSION 24

bool zboot_is(const struct pe_image *pe)
{
	u32 magic;

	return view_u32(&pe->file, ZBOOT_MAGIC, &magic) &&
	       magic == ZBOOT_MAGIC_VALUE;
}

/* What is in no section is not loaded: the image could not unpack it. */
static bool is_section_data(const struct pe_image *pe, u64 offset, u64 size)
{
	struct pe_section section;
	struct view data;
	unsigned int i;

	for (i = 0; i < pe->section_count; i++) {
		pe_section(pe, i, &section);
		pe_section_data(pe, &section, &data);
		if (range_inside(offset, size, section.raw_offset, data.size))
			return true;
	}
	return false;
}

/*
 * Any name will do, a new method needs nothing from us; but it must be one,
 * for it ends up in messages.
 */
static bool copy_compression(const struct pe_image *pe, char ret[9])
{
	const u8 *name = view_at(&pe->file, ZBOOT_COMPRESSION, 9);
	unsigned int i;

	if (!name || !name[0])
		return false;
	for (i = 0; i < 9 && name[i]; i++)
		if (name[i] <= ' ' || name[i] > '~')
			return false;
	if (i == 9)
		return false;
	memset(ret, 0, 9);
	memcpy(ret, name, i);
	return true;
}

enum rule zboot_parse(const struct pe_image *pe, struct zboot *ret)
{
	struct zboot zboot;
	u32 offset, size;

	if (!view_u32(&pe->file, ZBOOT_PAYLOAD_OFFSET, &offset) ||
	    !view_u32(&pe->file, ZBOOT_PAYLOAD_SIZE, &size) || !size ||
	    !is_section_data(pe, offset, size) ||
	    !view_cut(&pe->file, offset, size, &zboot.payload))
		return RULE_ZBOOT_PAYLOAD;
	if (!copy_compression(pe, zboot.compression))
		return RULE_ZBOOT_COMPRESSION;
	*ret = zboot;
	return RULE_OK;
}
