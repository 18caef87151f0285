// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which image does an address lie in?
 */
#include <string.h>

#include <arch/host/child.h>
#include <kexec_pe/pe.h>

#define PE_OFFSET 0x3c /* of the offset of the PE header */
#define PE_IMAGE_SIZE 0x50 /* SizeOfImage, from the PE header on */

/* SizeOfImage of an image that begins here, 0 if none does. */
static u64 image_size_at(u64 address)
{
	const u8 *base = (const u8 *)(uintptr_t)address;
	u32 offset, size;

	if (arena_readable(address, EFI_PAGE_SIZE) < EFI_PAGE_SIZE ||
	    memcmp(base, "MZ", 2))
		return 0;
	memcpy(&offset, base + PE_OFFSET, sizeof(offset));
	if (offset > EFI_PAGE_SIZE - PE_IMAGE_SIZE - sizeof(size) ||
	    memcmp(base + offset, "PE\0", 4))
		return 0;
	memcpy(&size, base + offset + PE_IMAGE_SIZE, sizeof(size));
	return size;
}

static u64 find_headers(u64 address, u64 *ret_size)
{
	const struct region *region = region_find(&emu.map, address);
	u64 at = address & ~(EFI_PAGE_SIZE - 1);

	if (!region || region->type != EFI_LOADER_CODE)
		return 0;
	for (; at >= region->start && at; at -= EFI_PAGE_SIZE) {
		u64 size = image_size_at(at);

		if (address - at < size) {
			*ret_size = size;
			return at;
		}
	}
	return 0;
}

u64 place_find(u64 address, u64 *ret_size)
{
	const struct handoff_payload *payload = &emu.handoff->payload;
	struct list *head = &emu.protocols.images.list, *link;

	if (address - payload->address < payload->size) {
		*ret_size = payload->size;
		return payload->address;
	}
	list_for_each(link, head) {
		struct image *each = list_object(link, struct image, link);
		u64 size = each->pages << EFI_PAGE_SHIFT;

		if (address - each->address < size) {
			*ret_size = size;
			return each->address;
		}
	}
	return find_headers(address, ret_size);
}
