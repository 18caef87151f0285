// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Configuration tables (UEFI 2.10, 4.6): those that K1 passes on, the payload's,
 * and two of our own. Their array lies in memory that K2 keeps.
 */
#include <emulator/device_tree.h>
#include <emulator/emu.h>

/*
 * Linux' list of memory that devices write to, so that no kernel may use it.
 * Packed: it is where others put it, aligned or not.
 */
struct memreserve {
	s32 size;
	s32 count;
	u64 next; /* physical address of the next such table, 0: none */
} __packed;

#define MEMRESERVE_CHAIN_MAX 4096

static struct efi_configuration_table *find(const struct efi_guid *guid)
{
	u32 i;

	for (i = 0; i < emu.table_count; i++) {
		if (guid_equal(&emu.data->tables[i].guid, guid))
			return &emu.data->tables[i];
	}
	return NULL;
}

static void set_count(u32 count)
{
	emu.table_count = count;
	emu.systab->number_of_table_entries = count;
	table_seal(&emu.systab->hdr);
}

/* Appends the old list to the new one, unless it is there already. */
static void chain_memreserve(u64 table, u64 old)
{
	struct memreserve *list = (struct memreserve *)table;
	u32 i;

	for (i = 0; i < MEMRESERVE_CHAIN_MAX; i++) {
		if ((u64)(uintptr_t)list == old ||
		    !pointer_valid(list, sizeof(*list)))
			return;
		if (!list->next) {
			list->next = old;
			return;
		}
		list = (struct memreserve *)list->next;
	}
}

efi_status_t config_table_install(const struct efi_guid *guid, void *table)
{
	const struct efi_guid memreserve = LINUX_EFI_MEMRESERVE_TABLE_GUID;
	struct efi_configuration_table *entry = find(guid), *end;

	end = &emu.data->tables[emu.table_count];
	if (!table) {
		if (!entry)
			return EFI_NOT_FOUND;
		memmove(entry, entry + 1, (u64)((u8 *)end - (u8 *)(entry + 1)));
		memset(end - 1, 0, sizeof(*end));
		set_count(emu.table_count - 1);
		return EFI_SUCCESS;
	}
	if (entry) {
		if (guid_equal(guid, &memreserve))
			chain_memreserve((u64)(uintptr_t)table,
					 (u64)(uintptr_t)entry->table);
		entry->table = table;
		return EFI_SUCCESS;
	}
	if (emu.table_count == CONFIG_TABLES_MAX)
		return EFI_OUT_OF_RESOURCES;
	memcpy(&end->guid, guid, sizeof(*guid));
	end->table = table;
	set_count(emu.table_count + 1);
	return EFI_SUCCESS;
}

void *config_table_find(const struct efi_guid *guid)
{
	const struct efi_configuration_table *entry = find(guid);

	return entry ? entry->table : NULL;
}

/* The table that our predecessor left for K1, if K1 itself was kexec'ed. */
static void read_kept(u64 address)
{
	const struct handoff_kept *kept = (const struct handoff_kept *)address;

	if (pointer_valid(kept, sizeof(*kept)) &&
	    kept->magic == HANDOFF_MAGIC && kept->version == HANDOFF_VERSION)
		emu.hops = kept->hops;
}

static void install_own(const struct efi_guid *guid, void *table)
{
	if (EFI_ERROR(config_table_install(guid, table)))
		emulator_panic("too many configuration tables");
}

void config_table_start(void)
{
	const struct handoff_array *array = &emu.handoff->tables;
	const struct handoff_table *tables = handoff_array(array);
	const struct efi_guid kept_guid = { HANDOFF_KEPT_GUID };
	const struct efi_guid properties_guid = EFI_RT_PROPERTIES_TABLE_GUID;
	struct efi_rt_properties_table *properties = &emu.data->properties;
	u32 i;

	for (i = 0; i < array->count; i++) {
		const struct efi_guid *guid =
			(const struct efi_guid *)tables[i].guid;

		if (guid_equal(guid, &kept_guid))
			read_kept(tables[i].address);
		else if (tables[i].address)
			install_own(guid, (void *)tables[i].address);
	}

	properties->version = EFI_RT_PROPERTIES_TABLE_VERSION;
	properties->length = sizeof(*properties);
	properties->runtime_services_supported =
		emu.handoff->runtime_services ?
			emu.handoff->runtime_supported :
			EFI_RT_SUPPORTED_GET_VARIABLE |
				EFI_RT_SUPPORTED_GET_NEXT_VARIABLE_NAME |
				EFI_RT_SUPPORTED_SET_VIRTUAL_ADDRESS_MAP;
	install_own(&properties_guid, properties);
	install_own(&kept_guid, &emu.data->kept);
}

static void keep(struct handoff_kept *kept, u64 address, u64 pages)
{
	if (!pages)
		return;
	kept->ranges[kept->count].address = address;
	kept->ranges[kept->count].size = pages << EFI_PAGE_SHIFT;
	kept->count++;
}

void config_table_fill_kept(void)
{
	struct handoff_kept *kept = &emu.data->kept;

	memset(kept, 0, sizeof(*kept));
	kept->magic = HANDOFF_MAGIC;
	kept->version = HANDOFF_VERSION;
	kept->hops = emu.hops + 1;
	kept->efi_calls = emu.trace.calls;
	kept->emulator_size = emu.header->file_size;
	keep(kept, (u64)(uintptr_t)emu.data, emu.runtime_data_pages);
	keep(kept, emu.runtime_code, emu.runtime_code_pages);
}

static void *find_handed_over(const struct efi_guid *guid)
{
	const struct handoff_array *array = &emu.handoff->tables;
	const struct handoff_table *tables = handoff_array(array);
	u32 i;

	for (i = 0; i < array->count; i++) {
		if (guid_equal((const struct efi_guid *)tables[i].guid, guid))
			return (void *)tables[i].address;
	}
	return NULL;
}

static void *merge_trees(const void *tree, const void *crash)
{
	u32 size = device_tree_size(tree);
	u64 address, pages;
	void *merged;

	if (!size || !pointer_valid(tree, size))
		return NULL;
	pages = (size + DEVICE_TREE_MERGE_ROOM + EFI_PAGE_SIZE - 1) >>
		EFI_PAGE_SHIFT;
	if (EFI_ERROR(memory_allocate(EFI_LOADER_DATA, pages, EFI_PAGE_SIZE,
				      &address)))
		return NULL;
	merged = (void *)address;
	if (device_tree_merge(tree, crash, merged))
		return merged;
	memory_free(address, pages);
	return NULL;
}

/*
 * A crash kernel finds the dump by /chosen of K1's device tree: a payload that
 * installs one of its own, from a UKI's .dtb, gets both. If that can't be, K1's
 * stays: a kernel with K1's tree is what a native kdump has.
 */
static void *keep_chosen(const struct efi_guid *guid, void *table)
{
	const struct efi_guid device_tree = DEVICE_TREE_GUID;
	void *crash, *merged;

	if (!(emu.handoff->flags & HANDOFF_FLAG_CRASH) || !table ||
	    !guid_equal(guid, &device_tree))
		return table;
	crash = find_handed_over(guid);
	if (!crash || table == crash)
		return table;
	if (pointer_valid(table, DEVICE_TREE_HEADER)) {
		merged = merge_trees(table, crash);
		if (merged)
			return merged;
	}
	print("kexec-pe: a device tree that /chosen can't be added to is ignored\n");
	return crash;
}

/**
 * bs_install_configuration_table() - InstallConfigurationTable (UEFI 2.10,
 * 7.5.8)
 * @guid: name of the table
 * @table: its address; NULL removes
 *
 * The name is that of an event group, too, which is signalled.
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER, EFI_NOT_FOUND,
 *         EFI_OUT_OF_RESOURCES
 */
efi_status_t EFIAPI bs_install_configuration_table(const struct efi_guid *guid,
						   void *table)
{
	efi_status_t status;

	EFI_ENTRY(INSTALL_CONFIG_TABLE, guid, table);

	if (!guid)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	status = config_table_install(guid, keep_chosen(guid, table));
	if (!EFI_ERROR(status))
		event_group_signal(guid);
	return EFI_EXIT(status);
}
