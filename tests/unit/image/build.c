// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes small PE32+ images for the unit tests.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"

#define DIRECTORIES 6

static u32 align(u32 value, u32 to)
{
	return (value + to - 1) / to * to;
}

static void resize(struct build *build, size_t size)
{
	u8 *data = malloc(size);

	assert(data || !size);
	memset(data, 0, size);
	if (build->data)
		memcpy(data, build->data,
		       build->size < size ? build->size : size);
	free(build->data);
	build->data = data;
	build->size = size;
}

void build_put(struct build *build, u64 offset, unsigned int width, u64 value)
{
	assert(offset + width <= build->size);
	for (; width; width--, value >>= 8)
		build->data[offset++] = (u8)value;
}

static void put_optional(struct build *build, u64 offset, unsigned int width,
			 u64 value)
{
	build_put(build, BUILD_OPTIONAL + offset, width, value);
}

static void put_headers(struct build *build, unsigned int count, u32 image_size,
			u32 entry)
{
	build_put(build, 0, 2, MZ_MAGIC);
	build_put(build, PE_DOS_LFANEW, 4, BUILD_COFF);
	build_put(build, BUILD_COFF, 4, PE_MAGIC);
	build_put(build, BUILD_COFF + PE_COFF_MACHINE, 2,
		  IMAGE_FILE_MACHINE_AMD64);
	build_put(build, BUILD_COFF + PE_COFF_SECTION_COUNT, 2, count);
	build_put(build, BUILD_COFF + PE_COFF_OPTIONAL_SIZE, 2,
		  PE_OPTIONAL_DIRECTORIES + DIRECTORIES * PE_DIRECTORY_SIZE);
	build_put(build, BUILD_COFF + PE_COFF_CHARACTERISTICS, 2, 0x206);
	put_optional(build, PE_OPTIONAL_MAGIC, 2, PE_OPT_MAGIC_PE32PLUS);
	put_optional(build, PE_OPTIONAL_ENTRY, 4, entry);
	put_optional(build, PE_OPTIONAL_SECTION_ALIGNMENT, 4, 0x1000);
	put_optional(build, PE_OPTIONAL_FILE_ALIGNMENT, 4,
		     BUILD_FILE_ALIGNMENT);
	put_optional(build, PE_OPTIONAL_IMAGE_SIZE, 4, image_size);
	put_optional(build, PE_OPTIONAL_HEADERS_SIZE, 4, BUILD_HEADERS_SIZE);
	put_optional(build, PE_OPTIONAL_SUBSYSTEM, 2,
		     IMAGE_SUBSYSTEM_EFI_APPLICATION);
	put_optional(build, PE_OPTIONAL_DLL_CHARACTERISTICS, 2,
		     IMAGE_DLL_CHARACTERISTICS_NX_COMPAT);
	put_optional(build, PE_OPTIONAL_DIRECTORY_COUNT, 4, DIRECTORIES);
}

static void put_section(struct build *build, unsigned int index,
			const struct build_section *section)
{
	u64 header = BUILD_SECTION(index);
	u32 raw_offset = section->size ? (u32)build->size : 0;
	u32 raw_size = align(section->size, BUILD_FILE_ALIGNMENT);

	build_append(build, section->data, section->size);
	build_append(build, NULL, raw_size - section->size);
	memcpy(build->data + header, section->name,
	       strnlen(section->name, PE_SECTION_NAME_SIZE));
	build_put(build, header + PE_SECTION_VIRTUAL_SIZE, 4,
		  section->vs ? section->vs : section->size);
	build_put(build, header + PE_SECTION_VIRTUAL_ADDRESS, 4, section->va);
	build_put(build, header + PE_SECTION_RAW_SIZE, 4, raw_size);
	build_put(build, header + PE_SECTION_RAW_OFFSET, 4, raw_offset);
	build_put(build, header + PE_SECTION_CHARACTERISTICS, 4,
		  section->flags);
}

void build_image(struct build *build, const struct build_section *sections,
		 unsigned int count)
{
	const struct build_section *last = &sections[count - 1];
	u32 end = last->va + (last->vs ? last->vs : last->size);
	unsigned int i;

	build->data = NULL;
	build->size = 0;
	resize(build, BUILD_HEADERS_SIZE);
	put_headers(build, count, align(end, 0x1000), sections[0].va);
	for (i = 0; i < count; i++)
		put_section(build, i, &sections[i]);
}

void build_app(struct build *build)
{
	static const u8 text[] = { 0x31, 0xc0, 0xc3 }; /* return EFI_SUCCESS */
	static const u8 reloc[] = { 0, 0x20, 0, 0, 12, 0, 0, 0, 8, 0xa0, 0, 0 };
	u8 data[0x80];
	const struct build_section sections[] = {
		{ ".text", 0x1000, 0x10, text, sizeof(text), BUILD_TEXT },
		{ ".data", 0x2000, 0x1800, data, sizeof(data), BUILD_DATA },
		{ ".reloc", 0x4000, 0, reloc, sizeof(reloc), BUILD_RODATA },
	};
	unsigned int i;

	for (i = 0; i < sizeof(data); i++)
		data[i] = (u8)(i + 1);
	build_image(build, sections, ARRAY_SIZE(sections));
	build_put(build, BUILD_DIRECTORY(PE_DIRECTORY_RELOCATION), 4, 0x4000);
	build_put(build, BUILD_DIRECTORY(PE_DIRECTORY_RELOCATION) + 4, 4,
		  sizeof(reloc));
}

void build_append(struct build *build, const void *data, size_t size)
{
	size_t end = build->size;

	resize(build, end + size);
	if (data && size)
		memcpy(build->data + end, data, size);
}

void build_cut(struct build *build, size_t size)
{
	assert(size <= build->size);
	resize(build, size);
}

void build_sign(struct build *build, u32 size)
{
	u64 offset = build->size;

	build_append(build, NULL, size);
	if (size >= 4)
		build_put(build, offset, 4, size);
	if (size >= 8)
		build_put(build, offset + 4, 4, 0x00020200);
	build_put(build, BUILD_DIRECTORY(PE_DIRECTORY_CERTIFICATE), 4, offset);
	build_put(build, BUILD_DIRECTORY(PE_DIRECTORY_CERTIFICATE) + 4, 4,
		  size);
}

void build_free(struct build *build)
{
	free(build->data);
	build->data = NULL;
}
