// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The system table and its two service tables (UEFI 2.10, 4.3 to 4.5), and the
 * few services that need nothing but their arguments.
 */
#include <emulator/emu.h>

#define REVISION_LOWEST EFI_REVISION(2, 70)
#define REVISION_HIGHEST EFI_REVISION(2, 100) /* what efi.h describes */

static const efi_char16_t default_vendor[] = { 'k', 'e', 'x', 'e', 'c',
					       '-', 'p', 'e', 0 };

/**
 * bs_reserved() - what is in the slot that UEFI reserves
 *
 * Also in most slots after ExitBootServices, for who kept the table's address:
 * whatever its arguments are, it does no harm.
 *
 * Return: EFI_UNSUPPORTED
 */
efi_status_t EFIAPI bs_reserved(void)
{
	EFI_ENTRY(RESERVED);

	return EFI_EXIT(EFI_UNSUPPORTED);
}

/**
 * bs_calculate_crc32() - CalculateCrc32 (UEFI 2.10, 7.5.5)
 * @data: bytes
 * @size: how many, not 0
 * @ret_crc: where to put the CRC
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER
 */
efi_status_t EFIAPI bs_calculate_crc32(const void *data, u64 size, u32 *ret_crc)
{
	EFI_ENTRY(CALCULATE_CRC32, data, size, ret_crc);

	if (!data || !size || !ret_crc)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	*ret_crc = crc32(data, size);
	return EFI_EXIT(EFI_SUCCESS);
}

/**
 * bs_copy_mem() - CopyMem (UEFI 2.10, 7.5.6)
 * @destination: where to
 * @source: where from; may overlap
 * @size: number of bytes
 */
void EFIAPI bs_copy_mem(void *destination, const void *source, u64 size)
{
	EFI_ENTRY(COPY_MEM, destination, source, size);

	memmove(destination, source, size);
	EFI_EXIT(EFI_SUCCESS);
}

/**
 * bs_set_mem() - SetMem (UEFI 2.10, 7.5.7)
 * @buffer: where
 * @size: number of bytes
 * @value: of each of them
 */
void EFIAPI bs_set_mem(void *buffer, u64 size, u8 value)
{
	EFI_ENTRY(SET_MEM, buffer, size, value);

	memset(buffer, value, size);
	EFI_EXIT(EFI_SUCCESS);
}

static void fill_header(struct efi_table_header *header, u64 signature,
			u32 revision, u32 size)
{
	header->signature = signature;
	header->revision = revision;
	header->header_size = size;
}

static void fill_boot_services(struct efi_boot_services *bs)
{
	bs->raise_tpl = bs_raise_tpl;
	bs->restore_tpl = bs_restore_tpl;
	bs->allocate_pages = bs_allocate_pages;
	bs->free_pages = bs_free_pages;
	bs->get_memory_map = bs_get_memory_map;
	bs->allocate_pool = bs_allocate_pool;
	bs->free_pool = bs_free_pool;
	bs->create_event = bs_create_event;
	bs->set_timer = bs_set_timer;
	bs->wait_for_event = bs_wait_for_event;
	bs->signal_event = bs_signal_event;
	bs->close_event = bs_close_event;
	bs->check_event = bs_check_event;
	bs->install_protocol_interface = bs_install_protocol_interface;
	bs->reinstall_protocol_interface = bs_reinstall_protocol_interface;
	bs->uninstall_protocol_interface = bs_uninstall_protocol_interface;
	bs->handle_protocol = bs_handle_protocol;
	bs->reserved = bs_reserved;
	bs->register_protocol_notify = bs_register_protocol_notify;
	bs->locate_handle = bs_locate_handle;
	bs->locate_device_path = bs_locate_device_path;
	bs->install_configuration_table = bs_install_configuration_table;
	bs->load_image = bs_load_image;
	bs->start_image = bs_start_image;
	bs->exit = bs_exit;
	bs->unload_image = bs_unload_image;
	bs->exit_boot_services = bs_exit_boot_services;
	bs->get_next_monotonic_count = bs_get_next_monotonic_count;
	bs->stall = bs_stall;
	bs->set_watchdog_timer = bs_set_watchdog_timer;
	bs->connect_controller = bs_connect_controller;
	bs->disconnect_controller = bs_disconnect_controller;
	bs->open_protocol = bs_open_protocol;
	bs->close_protocol = bs_close_protocol;
	bs->open_protocol_information = bs_open_protocol_information;
	bs->protocols_per_handle = bs_protocols_per_handle;
	bs->locate_handle_buffer = bs_locate_handle_buffer;
	bs->locate_protocol = bs_locate_protocol;
	bs->install_multiple_protocol_interfaces =
		bs_install_multiple_protocol_interfaces;
	bs->uninstall_multiple_protocol_interfaces =
		bs_uninstall_multiple_protocol_interfaces;
	bs->calculate_crc32 = bs_calculate_crc32;
	bs->copy_mem = bs_copy_mem;
	bs->set_mem = bs_set_mem;
	bs->create_event_ex = bs_create_event_ex;
}

static void fill_runtime_services(struct efi_runtime_services *rt)
{
	rt->get_time = rt_get_time;
	rt->set_time = rt_set_time;
	rt->get_wakeup_time = rt_get_wakeup_time;
	rt->set_wakeup_time = rt_set_wakeup_time;
	rt->set_virtual_address_map = rt_set_virtual_address_map;
	rt->convert_pointer = rt_convert_pointer;
	rt->get_variable = rt_get_variable;
	rt->get_next_variable_name = rt_get_next_variable_name;
	rt->set_variable = rt_set_variable;
	rt->get_next_high_monotonic_count = rt_get_next_high_monotonic_count;
	rt->reset_system = rt_reset_system;
	rt->update_capsule = rt_update_capsule;
	rt->query_capsule_capabilities = rt_query_capsule_capabilities;
	rt->query_variable_info = rt_query_variable_info;
}

/* K2 looks for quirks of firmwares by this string, so it is K1's. */
static void copy_vendor(efi_char16_t *vendor)
{
	const efi_char16_t *from =
		(const efi_char16_t *)emu.handoff->firmware_vendor;
	u32 i;

	if ((uintptr_t)from % sizeof(*from) ||
	    !pointer_valid(from, sizeof(*from)))
		from = default_vendor;
	for (i = 0; i < VENDOR_MAX - 1; i++) {
		if (from != default_vendor &&
		    !pointer_valid(&from[i], sizeof(*from)))
			break;
		vendor[i] = from[i];
		if (!from[i])
			break;
	}
	vendor[i] = 0;
}

static u32 choose_revision(void)
{
	u32 revision = emu.handoff->efi_revision;

	if (revision < REVISION_LOWEST)
		return REVISION_LOWEST;
	return revision < REVISION_HIGHEST ? revision : REVISION_HIGHEST;
}

void systab_start(void)
{
	u64 pages = (sizeof(*emu.data) + EFI_PAGE_SIZE - 1) >> EFI_PAGE_SHIFT;
	u32 revision = choose_revision();
	struct efi_system_table *systab;
	u64 address;

	pages = (pages * EFI_PAGE_SIZE + ARCH_RUNTIME_ALIGN - 1) /
		ARCH_RUNTIME_ALIGN * (ARCH_RUNTIME_ALIGN / EFI_PAGE_SIZE);
	if (EFI_ERROR(memory_allocate(EFI_RUNTIME_SERVICES_DATA, pages, 0,
				      &address)))
		emulator_panic("no memory for the system table");
	memset((void *)address, 0, pages << EFI_PAGE_SHIFT);
	emu.data = (struct runtime_data *)address;
	emu.runtime_data_pages = pages;
	copy_vendor(emu.data->vendor);

	systab = &emu.data->systab;
	fill_header(&systab->hdr, EFI_SYSTEM_TABLE_SIGNATURE, revision,
		    sizeof(*systab));
	systab->firmware_vendor = emu.data->vendor;
	systab->firmware_revision = emu.handoff->firmware_revision;
	systab->runtime_services = &emu.data->services;
	systab->boot_services = &emu.boot_services;
	systab->configuration_table = emu.data->tables;
	emu.systab = systab;

	fill_header(&emu.boot_services.hdr, EFI_BOOT_SERVICES_SIGNATURE,
		    revision, sizeof(emu.boot_services));
	fill_boot_services(&emu.boot_services);
	fill_header(&emu.data->services.hdr, EFI_RUNTIME_SERVICES_SIGNATURE,
		    revision, sizeof(emu.data->services));
	fill_runtime_services(&emu.data->services);
}

void systab_seal(void)
{
	table_seal(&emu.boot_services.hdr);
	table_seal(&emu.data->services.hdr);
	table_seal(&emu.systab->hdr);
}

void systab_retire(void)
{
	struct efi_system_table *systab = emu.systab;
	struct efi_boot_services *bs = &emu.boot_services;
	void **slot = (void **)(&bs->hdr + 1);

	for (; (void *)slot < (void *)(bs + 1); slot++)
		*slot = (void *)bs_reserved;
	/* Without state, and a compiler's own calls may still come here. */
	bs->copy_mem = bs_copy_mem;
	bs->set_mem = bs_set_mem;
	bs->exit_boot_services = bs_exit_boot_services;

	systab->console_in_handle = NULL;
	systab->con_in = NULL;
	systab->console_out_handle = NULL;
	systab->con_out = NULL;
	systab->standard_error_handle = NULL;
	systab->std_err = NULL;
	systab->boot_services = NULL;
}
