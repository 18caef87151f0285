// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runtime services as the payload sees them before ExitBootServices (UEFI 2.10,
 * 8; variables are in variables.c), and the change to those that K2 sees.
 *
 * Time and wake-up are the firmware's, which cannot be called from here.
 */
#include <emulator/emu.h>

/**
 * rt_get_time() - GetTime (UEFI 2.10, 8.3.1)
 * @time: where to put it
 * @capabilities: where to put those; may be NULL
 *
 * Return: EFI_UNSUPPORTED, EFI_INVALID_PARAMETER
 */
efi_status_t EFIAPI rt_get_time(struct efi_time *time,
				struct efi_time_capabilities *capabilities)
{
	EFI_ENTRY(GET_TIME, time, capabilities);

	return EFI_EXIT(time ? EFI_UNSUPPORTED : EFI_INVALID_PARAMETER);
}

/**
 * rt_set_time() - SetTime (UEFI 2.10, 8.3.2)
 * @time: the time
 *
 * Return: EFI_UNSUPPORTED
 */
efi_status_t EFIAPI rt_set_time(struct efi_time *time)
{
	EFI_ENTRY(SET_TIME, time);

	return EFI_EXIT(EFI_UNSUPPORTED);
}

/**
 * rt_get_wakeup_time() - GetWakeupTime (UEFI 2.10, 8.3.3)
 * @enabled: where to put whether it is enabled
 * @pending: where to put whether it is pending
 * @time: where to put it
 *
 * Return: EFI_UNSUPPORTED
 */
efi_status_t EFIAPI rt_get_wakeup_time(efi_bool_t *enabled, efi_bool_t *pending,
				       struct efi_time *time)
{
	EFI_ENTRY(GET_WAKEUP_TIME, enabled, pending, time);

	return EFI_EXIT(EFI_UNSUPPORTED);
}

/**
 * rt_set_wakeup_time() - SetWakeupTime (UEFI 2.10, 8.3.4)
 * @enable: enable or disable
 * @time: the time
 *
 * Return: EFI_UNSUPPORTED
 */
efi_status_t EFIAPI rt_set_wakeup_time(efi_bool_t enable, struct efi_time *time)
{
	EFI_ENTRY(SET_WAKEUP_TIME, enable, time);

	return EFI_EXIT(EFI_UNSUPPORTED);
}

/**
 * rt_set_virtual_address_map() - SetVirtualAddressMap (UEFI 2.10, 8.4.1)
 * @map_size: bytes of @map
 * @descriptor_size: step from one descriptor to the next
 * @descriptor_version: of the descriptors
 * @map: the descriptors
 *
 * Return: EFI_UNSUPPORTED: "not at runtime" before ExitBootServices
 */
efi_status_t EFIAPI rt_set_virtual_address_map(
	u64 map_size, u64 descriptor_size, u32 descriptor_version,
	struct efi_memory_descriptor *map)
{
	EFI_ENTRY(SET_VIRTUAL_ADDRESS_MAP, map_size, descriptor_size,
		  descriptor_version, map);

	return EFI_EXIT(EFI_UNSUPPORTED);
}

/**
 * rt_convert_pointer() - ConvertPointer (UEFI 2.10, 8.4.2)
 * @debug_disposition: kind of the pointer
 * @address: the pointer
 *
 * Return: EFI_UNSUPPORTED: for drivers that stay, and there are none
 */
efi_status_t EFIAPI rt_convert_pointer(u64 debug_disposition, void **address)
{
	EFI_ENTRY(CONVERT_POINTER, debug_disposition, address);

	return EFI_EXIT(EFI_UNSUPPORTED);
}

/**
 * rt_get_next_high_monotonic_count() - GetNextHighMonotonicCount (UEFI 2.10,
 * 8.5.2)
 * @high_count: where to put it
 *
 * Return: EFI_DEVICE_ERROR, as EBBR 2.4 wants it said; EFI_INVALID_PARAMETER
 */
efi_status_t EFIAPI rt_get_next_high_monotonic_count(u32 *high_count)
{
	EFI_ENTRY(GET_NEXT_HIGH_MONOTONIC, high_count);

	return EFI_EXIT(high_count ? EFI_DEVICE_ERROR : EFI_INVALID_PARAMETER);
}

/**
 * rt_reset_system() - ResetSystem (UEFI 2.10, 8.5.1)
 * @type: enum efi_reset_type
 * @status: why
 * @data_size: bytes of @data
 * @data: description
 *
 * Every type is a reset: power cannot be switched off from here.
 */
void EFIAPI rt_reset_system(u32 type, efi_status_t status, u64 data_size,
			    void *data)
{
	EFI_ENTRY(RESET_SYSTEM, type, status, data_size, data);

	print("kexec-pe: EFI call %u of the payload: ResetSystem(%u, 0x%lx)\n",
	      trace_id, type, status);
	emulator_reset();
}

/**
 * rt_update_capsule() - UpdateCapsule (UEFI 2.10, 8.5.3.1)
 * @headers: the capsules
 * @count: how many
 * @scatter_gather_list: physical address of their blocks
 *
 * Return: EFI_UNSUPPORTED
 */
efi_status_t EFIAPI rt_update_capsule(struct efi_capsule_header **headers,
				      u64 count, u64 scatter_gather_list)
{
	EFI_ENTRY(UPDATE_CAPSULE, headers, count, scatter_gather_list);

	return EFI_EXIT(EFI_UNSUPPORTED);
}

/**
 * rt_query_capsule_capabilities() - QueryCapsuleCapabilities (UEFI 2.10,
 * 8.5.3.4)
 * @headers: the capsules
 * @count: how many
 * @maximum_size: where to put it
 * @reset_type: where to put it
 *
 * Return: EFI_UNSUPPORTED
 */
efi_status_t EFIAPI
rt_query_capsule_capabilities(struct efi_capsule_header **headers, u64 count,
			      u64 *maximum_size, u32 *reset_type)
{
	EFI_ENTRY(QUERY_CAPSULE, headers, count, maximum_size, reset_type);

	return EFI_EXIT(EFI_UNSUPPORTED);
}

static const struct handoff_variable *variable_at(u32 offset)
{
	const struct handoff_array *array = &emu.handoff->variables;
	const u8 *list = handoff_array(array);

	return offset < array->count ? (const void *)(list + offset) : NULL;
}

/* Copies what K2 may see, or only counts; returns bytes. */
static u64 copy_variables(u8 *to)
{
	const struct handoff_variable *item;
	u64 size = 0;
	u32 offset = 0;

	for (; (item = variable_at(offset)); offset += item->item_size) {
		if (!(item->attributes & EFI_VARIABLE_RUNTIME_ACCESS))
			continue;
		if (to)
			memcpy(to + size, item, item->item_size);
		size += item->item_size;
	}
	return size;
}

static u64 code_size(void)
{
	return (u64)(uintptr_t)__runtime_end - (u64)(uintptr_t)__runtime_start;
}

/* Code keeps its place in its page: AArch64 addresses by page and offset. */
static u64 code_offset(void)
{
	return (u64)(uintptr_t)__runtime_start & (EFI_PAGE_SIZE - 1);
}

void runtime_start(void)
{
	u64 size = code_offset() + code_size() +
		   sizeof(struct runtime_snapshot) + copy_variables(NULL);
	u64 pages = (size + ARCH_RUNTIME_ALIGN - 1) / ARCH_RUNTIME_ALIGN *
		    (ARCH_RUNTIME_ALIGN / EFI_PAGE_SIZE);
	struct runtime_snapshot *snapshot;
	u64 address;
	u8 *code;

	/* Passed through, the firmware's own answer K2. */
	if (emu.handoff->runtime_services)
		return;
	if (EFI_ERROR(memory_allocate(EFI_RUNTIME_SERVICES_CODE, pages, 0,
				      &address)))
		emulator_panic("no memory for the runtime services");
	emu.runtime_code = address;
	emu.runtime_code_pages = pages;
	memset((void *)address, 0, pages << EFI_PAGE_SHIFT);
	code = (u8 *)address + code_offset();
	memcpy(code, __runtime_start, code_size());

	snapshot = (struct runtime_snapshot *)(code + code_size());
	snapshot->systab = (u64)(uintptr_t)emu.systab;
	snapshot->services = (u64)(uintptr_t)&emu.data->services;
	snapshot->variables_size = copy_variables((u8 *)(snapshot + 1));
	arch_cache_sync(code, code_size());
	if (EFI_ERROR(arch_mmu_map(address, pages << EFI_PAGE_SHIFT,
				   HANDOFF_PROT_READ | HANDOFF_PROT_EXEC,
				   ARCH_MEMORY_NORMAL)))
		emulator_panic("no page table for the runtime services");
}

/* Where a function of .runtime is in the region that K2 keeps. */
static void *moved(const void *function)
{
	u64 offset = (u64)(uintptr_t)function - (u64)(uintptr_t)__runtime_start;

	return (void *)(emu.runtime_code + code_offset() + offset);
}

/* K2's stub may call these once from our page tables, and a reset may. */
static void allow_firmware(void)
{
	u32 i;

	for (i = 0; i < emu.map.count; i++) {
		const struct region *region = &emu.map.regions[i];

		if (region->type == EFI_RUNTIME_SERVICES_CODE)
			arch_mmu_map(region->start,
				     region->pages << EFI_PAGE_SHIFT,
				     HANDOFF_PROT_READ | HANDOFF_PROT_WRITE |
					     HANDOFF_PROT_EXEC,
				     ARCH_MEMORY_NORMAL);
	}
}

void emulator_firmware_reset(void)
{
	const struct efi_runtime_services *rt;

	if (!emu.handoff || !emu.handoff->runtime_services ||
	    emu.firmware_resets)
		return;
	emu.firmware_resets = true;
	allow_firmware();
	rt = (const void *)(uintptr_t)emu.handoff->runtime_services;
	rt->reset_system(EFI_RESET_COLD, EFI_SUCCESS, 0, NULL);
}

void runtime_take_over(void)
{
	struct efi_runtime_services *rt = &emu.data->services;
	void **slot;

	if (emu.handoff->runtime_services) {
		emu.systab->runtime_services =
			(struct efi_runtime_services *)
				emu.handoff->runtime_services;
		allow_firmware();
		return;
	}
	for (slot = (void **)(&rt->hdr + 1); (void *)slot < (void *)(rt + 1);
	     slot++)
		*slot = moved(runtime_unsupported);
	rt->get_variable = moved(runtime_get_variable);
	rt->get_next_variable_name = moved(runtime_get_next_variable_name);
	rt->set_virtual_address_map = moved(runtime_set_virtual_address_map);
	rt->get_next_high_monotonic_count = moved(runtime_device_error);
}
