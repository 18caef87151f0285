// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AllocatePool and FreePool (UEFI 2.10, 7.2.4, 7.2.5). Each buffer has pages of
 * its own, with a header by which FreePool knows it: payloads make some 150
 * allocations, so that simplicity costs less than a page of anything else.
 */
#include <emulator/emu.h>

/* Mixed with the header's address, so that no copy of a header passes. */
#define POOL_MAGIC 0x6c6f6f705f65706bULL

struct pool_header {
	u64 magic;
	u64 pages;
	u64 size; /* bytes asked for */
	u32 type;
	u32 reserved;
};

static_assert(sizeof(struct pool_header) == 32, "buffers are 16-byte aligned");

static u64 magic_at(u64 address)
{
	return POOL_MAGIC ^ address;
}

efi_status_t pool_allocate(u32 type, u64 size, void **ret)
{
	struct pool_header *header;
	u64 address, pages, bytes;
	efi_status_t status;

	if (!memory_type_valid(type))
		return EFI_INVALID_PARAMETER;
	if (!checked_add(size, sizeof(*header), &bytes) ||
	    !checked_align(bytes, EFI_PAGE_SIZE, &bytes))
		return EFI_OUT_OF_RESOURCES;
	pages = bytes >> EFI_PAGE_SHIFT;
	status = memory_allocate(type, pages, 0, &address);
	if (EFI_ERROR(status))
		return EFI_OUT_OF_RESOURCES;

	header = (struct pool_header *)address;
	header->magic = magic_at(address);
	header->pages = pages;
	header->size = size;
	header->type = type;
	header->reserved = 0;
	*ret = header + 1;
	return EFI_SUCCESS;
}

efi_status_t pool_free(void *buffer)
{
	u64 address = (u64)(uintptr_t)buffer - sizeof(struct pool_header);
	const struct region *region = region_find(&emu.map, address);
	struct pool_header *header = (struct pool_header *)address;
	efi_status_t status;
	u64 magic;

	/* Before the header is read: is there anything to read? */
	if (address & (EFI_PAGE_SIZE - 1) || !region ||
	    !(region->attribute & REGION_ALLOCATED))
		return EFI_INVALID_PARAMETER;
	if (header->magic != magic_at(address) || header->type != region->type)
		return EFI_INVALID_PARAMETER;
	magic = header->magic;
	header->magic = 0;
	status = memory_free(address, header->pages);
	if (status == EFI_OUT_OF_RESOURCES) {
		/* Still the caller's, who may try again. */
		header->magic = magic;
		return status;
	}
	return EFI_ERROR(status) ? EFI_INVALID_PARAMETER : EFI_SUCCESS;
}

/**
 * bs_allocate_pool() - AllocatePool (UEFI 2.10, 7.2.4)
 * @memory_type: EFI memory type
 * @size: number of bytes, may be 0
 * @buffer: where to put the address, untouched after a failure
 *
 * Pools are never executable, whatever their type: stubs run code only from
 * pages.
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER, EFI_OUT_OF_RESOURCES
 */
efi_status_t EFIAPI bs_allocate_pool(u32 memory_type, u64 size, void **buffer)
{
	efi_status_t status;

	EFI_ENTRY(ALLOCATE_POOL, memory_type, size, buffer);

	if (!buffer)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	status = pool_allocate(memory_type, size, buffer);
	if (!EFI_ERROR(status)) {
		emu.allocations++;
		emu.allocated_bytes += size;
	}
	return EFI_EXIT(status);
}

/**
 * bs_free_pool() - FreePool (UEFI 2.10, 7.2.5)
 * @buffer: from AllocatePool, or from a service that allocates for its caller
 *
 * Linux on x86 calls FreePool(NULL) in every boot.
 *
 * Return: EFI_SUCCESS; EFI_INVALID_PARAMETER if @buffer is none
 */
efi_status_t EFIAPI bs_free_pool(void *buffer)
{
	EFI_ENTRY(FREE_POOL, buffer);

	return EFI_EXIT(pool_free(buffer));
}
