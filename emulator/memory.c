// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AllocatePages, FreePages and GetMemoryMap (UEFI 2.10, 7.2).
 *
 * Memory is given out from the top, above 4 GiB first where the caller does
 * not care: stubs need some below for their trampolines and treat its absence
 * as fatal. The low MiB is left to K2 altogether.
 *
 * Parameters are checked for what the specification lists, not for where they
 * point: the payload runs at our privilege, so a wild pointer harms no more in
 * our hands than in its own, and ends in our exception vectors either way.
 */
#include <emulator/emu.h>

#define LOW_MIB 0x100000ULL
#define FOUR_GIB 0x100000000ULL

/* As U-Boot and EDK2 say it, larger than what the specification defines now. */
#define DESCRIPTOR_SIZE 48ULL

bool memory_type_valid(u32 type)
{
	switch (type) {
	case EFI_CONVENTIONAL_MEMORY:
	case EFI_PERSISTENT_MEMORY:
	case EFI_UNACCEPTED_MEMORY:
	case REGION_ANY:
	case REGION_ABSENT:
		return false;
	default:
		return type < EFI_MAX_MEMORY_TYPE ||
		       type >= EFI_OEM_MEMORY_TYPE;
	}
}

static bool is_runtime(u32 type)
{
	return type == EFI_RUNTIME_SERVICES_CODE ||
	       type == EFI_RUNTIME_SERVICES_DATA;
}

/* Types that an OS maps on its own at run time (UEFI 2.10, 2.3.6.1). */
static u64 type_align(u32 type)
{
	switch (type) {
	case EFI_RESERVED_TYPE:
	case EFI_RUNTIME_SERVICES_CODE:
	case EFI_RUNTIME_SERVICES_DATA:
	case EFI_ACPI_MEMORY_NVS:
		return ARCH_RUNTIME_ALIGN;
	default:
		return EFI_PAGE_SIZE;
	}
}

static u64 round_pages(u64 pages, u64 align)
{
	u64 unit = align >> EFI_PAGE_SHIFT;

	return (pages + unit - 1) & ~(unit - 1);
}

static efi_status_t protect(u64 address, u64 pages, u32 protection)
{
	return arch_mmu_map(address, pages << EFI_PAGE_SHIFT, protection,
			    ARCH_MEMORY_NORMAL);
}

/* From Conventional to a type, or back; nothing is done after a failure. */
static efi_status_t take(u64 address, u64 pages, u32 type, u32 protection)
{
	const struct region_change there = {
		.from = EFI_CONVENTIONAL_MEMORY,
		.to = type,
		.set = REGION_ALLOCATED |
		       (is_runtime(type) ? EFI_MEMORY_RUNTIME : 0),
	};
	const struct region_change back = {
		.from = type,
		.to = EFI_CONVENTIONAL_MEMORY,
		.clear = there.set,
		.need = REGION_ALLOCATED,
	};
	efi_status_t status;

	/* Nobody can use page 0: it is where NULL points. */
	if (!address)
		return EFI_NOT_FOUND;
	status = region_convert(&emu.map, address, pages, &there);
	if (EFI_ERROR(status))
		return status;
	status = protect(address, pages, protection);
	if (EFI_ERROR(status)) {
		protect(address, pages, HANDOFF_PROT_READ | HANDOFF_PROT_WRITE);
		region_convert(&emu.map, address, pages, &back);
		return EFI_OUT_OF_RESOURCES;
	}
	return EFI_SUCCESS;
}

/* Any place: above 4 GiB, or else below, but never in the low MiB. */
static bool find_any(u64 pages, u64 align, u64 *ret)
{
	return region_highest_free(&emu.map, pages, align, FOUR_GIB, ~0ULL,
				   ret) ||
	       region_highest_free(&emu.map, pages, align, LOW_MIB,
				   FOUR_GIB - 1, ret);
}

static bool find_below(u64 pages, u64 align, u64 last, u64 *ret)
{
	u64 low = last < LOW_MIB ? EFI_PAGE_SIZE : LOW_MIB;

	return region_highest_free(&emu.map, pages, align, low, last, ret);
}

efi_status_t memory_allocate(u32 type, u64 pages, u64 align, u64 *ret)
{
	efi_status_t status;
	u64 address;

	if (align < type_align(type))
		align = type_align(type);
	pages = round_pages(pages, type_align(type));
	if (!pages || !find_any(pages, align, &address))
		return EFI_OUT_OF_RESOURCES;
	status = take(address, pages, type,
		      HANDOFF_PROT_READ | HANDOFF_PROT_WRITE);
	if (!EFI_ERROR(status))
		*ret = address;
	return status;
}

efi_status_t memory_free(u64 address, u64 pages)
{
	const struct region *region = region_find(&emu.map, address);
	struct region_change change = {
		.to = EFI_CONVENTIONAL_MEMORY,
		.clear = REGION_ALLOCATED,
		.need = REGION_ALLOCATED,
	};
	efi_status_t status;

	if (address & (EFI_PAGE_SIZE - 1) || !pages)
		return EFI_INVALID_PARAMETER;
	if (!region)
		return EFI_NOT_FOUND;
	change.from = region->type;
	if (is_runtime(region->type))
		change.clear |= EFI_MEMORY_RUNTIME;
	pages = round_pages(pages, type_align(region->type));
	status = region_convert(&emu.map, address, pages, &change);
	if (status == EFI_INVALID_PARAMETER)
		return EFI_NOT_FOUND; /* a number of pages that wraps */
	if (EFI_ERROR(status))
		return status;
	if (EFI_ERROR(protect(address, pages,
			      HANDOFF_PROT_READ | HANDOFF_PROT_WRITE)))
		emulator_panic("no page table left to free %lx, %lu pages",
			       address, pages);
	return EFI_SUCCESS;
}

/*
 * Who allocates code will write and then jump to it, and cannot say when it is
 * done; Linux' way into 5-level paging is in EfiLoaderData.
 */
u32 memory_protection(u32 type, u64 address)
{
	if (type == EFI_LOADER_CODE || type == EFI_BOOT_SERVICES_CODE ||
	    type == EFI_RUNTIME_SERVICES_CODE ||
	    (type == EFI_LOADER_DATA && address < ARCH_LOADER_DATA_EXEC_BELOW))
		return HANDOFF_PROT_READ | HANDOFF_PROT_WRITE |
		       HANDOFF_PROT_EXEC;
	return HANDOFF_PROT_READ | HANDOFF_PROT_WRITE;
}

static efi_status_t allocate_pages(u32 type, u32 memory_type, u64 pages,
				   u64 *memory)
{
	u64 align = type_align(memory_type), address = *memory;
	efi_status_t status;

	if (type == EFI_ALLOCATE_ADDRESS) {
		if (address & (align - 1))
			return EFI_NOT_FOUND;
	} else if (type == EFI_ALLOCATE_MAX_ADDRESS) {
		if (!find_below(pages, align, *memory, &address))
			return EFI_OUT_OF_RESOURCES;
	} else if (!find_any(pages, align, &address)) {
		return EFI_OUT_OF_RESOURCES;
	}
	status = take(address, pages, memory_type,
		      memory_protection(memory_type, address));
	/* A range that wraps is a range that is not there. */
	if (status == EFI_INVALID_PARAMETER)
		return EFI_NOT_FOUND;
	if (EFI_ERROR(status))
		return status;
	*memory = address;
	emu.allocations++;
	emu.allocated_bytes += pages << EFI_PAGE_SHIFT;
	return EFI_SUCCESS;
}

/**
 * bs_allocate_pages() - AllocatePages (UEFI 2.10, 7.2.1)
 * @type: enum efi_allocate_type
 * @memory_type: EFI memory type
 * @pages: number of 4 KiB pages
 * @memory: in: address or limit; out: address, untouched after a failure
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER, EFI_NOT_FOUND (that address is
 *         not free), EFI_OUT_OF_RESOURCES
 */
efi_status_t EFIAPI bs_allocate_pages(u32 type, u32 memory_type, u64 pages,
				      u64 *memory)
{
	EFI_ENTRY(ALLOCATE_PAGES, type, memory_type, pages,
		  memory ? *memory : 0);

	if (type >= EFI_MAX_ALLOCATE_TYPE || !memory ||
	    !memory_type_valid(memory_type))
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	/* More than the address space has; round_pages() would wrap. */
	if (!pages || pages > ~0ULL >> EFI_PAGE_SHIFT)
		return EFI_EXIT(type == EFI_ALLOCATE_ADDRESS ?
					EFI_NOT_FOUND :
					EFI_OUT_OF_RESOURCES);
	pages = round_pages(pages, type_align(memory_type));
	return EFI_EXIT(allocate_pages(type, memory_type, pages, memory));
}

/**
 * bs_free_pages() - FreePages (UEFI 2.10, 7.2.2)
 * @memory: address, may lie inside an allocation
 * @pages: number of pages, may be less than were allocated
 *
 * Memory that nobody allocated, such as the emulator's own, is NOT_FOUND.
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER, EFI_NOT_FOUND,
 *         EFI_OUT_OF_RESOURCES when the map has no room for one more region
 */
efi_status_t EFIAPI bs_free_pages(u64 memory, u64 pages)
{
	EFI_ENTRY(FREE_PAGES, memory, pages);

	if (pages > ~0ULL >> EFI_PAGE_SHIFT)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	return EFI_EXIT(memory_free(memory, pages));
}

static bool looks_alike(const struct region *a, const struct region *b)
{
	return region_end(a) == b->start && a->type == b->type &&
	       !((a->attribute ^ b->attribute) & ~REGION_ALLOCATED);
}

/* Writes the map, or only counts if there is no buffer. */
static u64 write_map(u8 *buffer)
{
	struct efi_memory_descriptor *descriptor = NULL;
	u64 count = 0;
	u32 i;

	for (i = 0; i < emu.map.count; i++) {
		const struct region *region = &emu.map.regions[i];

		if (i && looks_alike(region - 1, region)) {
			if (descriptor)
				descriptor->number_of_pages += region->pages;
			continue;
		}
		if (buffer) {
			descriptor = (void *)(buffer + count * DESCRIPTOR_SIZE);
			memset(descriptor, 0, DESCRIPTOR_SIZE);
			descriptor->type = region->type;
			descriptor->physical_start = region->start;
			descriptor->number_of_pages = region->pages;
			descriptor->attribute = region->attribute &
						~REGION_ALLOCATED;
		}
		count++;
	}
	return count;
}

/**
 * bs_get_memory_map() - GetMemoryMap (UEFI 2.10, 7.2.3)
 * @map_size: in: bytes of @map; out: bytes needed or written
 * @map: where to; may be NULL if @map_size is too small
 * @map_key: for ExitBootServices
 * @descriptor_size: step from one descriptor to the next; may be NULL
 * @descriptor_version: EFI_MEMORY_DESCRIPTOR_VERSION; may be NULL
 *
 * Return: EFI_SUCCESS, EFI_BUFFER_TOO_SMALL, EFI_INVALID_PARAMETER
 */
efi_status_t EFIAPI bs_get_memory_map(u64 *map_size,
				      struct efi_memory_descriptor *map,
				      u64 *map_key, u64 *descriptor_size,
				      u32 *descriptor_version)
{
	u64 needed, size;

	EFI_ENTRY(GET_MEMORY_MAP, map_size ? *map_size : 0, map);

	if (!map_size)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	needed = write_map(NULL) * DESCRIPTOR_SIZE;
	size = *map_size;
	/* A failed probe tells these too: Linux sizes its buffer with them. */
	*map_size = needed;
	if (descriptor_size)
		*descriptor_size = DESCRIPTOR_SIZE;
	if (descriptor_version)
		*descriptor_version = EFI_MEMORY_DESCRIPTOR_VERSION;
	if (size < needed)
		return EFI_EXIT(EFI_BUFFER_TOO_SMALL);
	if (!map)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	write_map((u8 *)map);
	if (map_key)
		*map_key = emu.map.key;
	return EFI_EXIT(EFI_SUCCESS);
}

bool pointer_valid(const void *pointer, u64 size)
{
	return region_backed(&emu.map, (u64)(uintptr_t)pointer, size);
}
