// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SetVirtualAddressMap (UEFI 2.10, 8.4.1): code needs nothing, as it refers to
 * itself only; what has to be converted are the pointers of the system table
 * and of the runtime table, which lie in memory of their own.
 *
 * Two passes: all that can fail is done before anything is changed.
 */
#include <emulator/runtime/inline.h>

/* Slots of the runtime table, in its order. */
#define SLOTS                                   \
	((sizeof(struct efi_runtime_services) - \
	  sizeof(struct efi_table_header)) /    \
	 sizeof(u64))

struct virtual_map {
	const u8 *descriptors;
	u64 size; /* bytes */
	u64 step;
};

/* Converts an address; false when no runtime descriptor has it. */
static __runtime bool convert(const struct virtual_map *map, u64 *address)
{
	u64 at;

	for (at = 0; at < map->size; at += map->step) {
		const struct efi_memory_descriptor *descriptor =
			(const void *)(map->descriptors + at);
		u64 offset = *address - descriptor->physical_start;

		if (descriptor->attribute & EFI_MEMORY_RUNTIME &&
		    *address >= descriptor->physical_start &&
		    offset >> EFI_PAGE_SHIFT < descriptor->number_of_pages) {
			*address = descriptor->virtual_start + offset;
			return true;
		}
	}
	return false;
}

/* A pointer in a table, whatever its type. */
static __runtime_inline bool convert_at(const struct virtual_map *map,
					void *pointer, bool commit)
{
	u64 address;

	runtime_copy(&address, pointer, sizeof(address));
	if (!address)
		return true; /* EFI_OPTIONAL_PTR: NULL stays NULL */
	if (!convert(map, &address))
		return false;
	if (commit)
		runtime_copy(pointer, &address, sizeof(address));
	return true;
}

static __runtime bool convert_tables(const struct virtual_map *map,
				     struct efi_system_table *systab,
				     struct efi_runtime_services *services,
				     bool commit)
{
	u64 *slots = (u64 *)(services + 1) - SLOTS;
	u64 i;

	for (i = 0; i < SLOTS; i++) {
		if (!convert_at(map, &slots[i], commit))
			return false;
		runtime_hide(slots);
	}
	return convert_at(map, &systab->firmware_vendor, commit) &&
	       convert_at(map, &systab->runtime_services, commit) &&
	       convert_at(map, &systab->configuration_table, commit);
}

/**
 * runtime_set_virtual_address_map() - SetVirtualAddressMap (UEFI 2.10, 8.4.1)
 * @map_size: bytes of @map
 * @descriptor_size: step from one descriptor to the next
 * @descriptor_version: EFI_MEMORY_DESCRIPTOR_VERSION
 * @map: runtime regions with their virtual addresses
 *
 * Return: EFI_SUCCESS; EFI_UNSUPPORTED the second time;
 *         EFI_INVALID_PARAMETER; EFI_NO_MAPPING when @map lacks a region that
 *         is needed, with nothing changed
 */
__runtime efi_status_t EFIAPI runtime_set_virtual_address_map(
	u64 map_size, u64 descriptor_size, u32 descriptor_version,
	struct efi_memory_descriptor *map)
{
	const struct runtime_snapshot *snapshot = runtime_snapshot();
	struct efi_system_table *systab = (void *)snapshot->systab;
	struct efi_runtime_services *services = (void *)snapshot->services;
	const struct virtual_map range = {
		.descriptors = (const u8 *)map,
		.size = map_size,
		.step = descriptor_size,
	};

	if (services->set_virtual_address_map !=
	    runtime_set_virtual_address_map)
		return EFI_UNSUPPORTED;
	if (!map || descriptor_version != EFI_MEMORY_DESCRIPTOR_VERSION ||
	    descriptor_size < sizeof(*map) || map_size % descriptor_size)
		return EFI_INVALID_PARAMETER;
	if (!convert_tables(&range, systab, services, false))
		return EFI_NO_MAPPING;

	services->set_virtual_address_map = (void *)runtime_unsupported;
	services->convert_pointer = (void *)runtime_unsupported;
	convert_tables(&range, systab, services, true);
	runtime_seal(&services->hdr);
	runtime_seal(&systab->hdr);
	return EFI_SUCCESS;
}
