// SPDX-License-Identifier: GPL-2.0-only
/*
 * What K1 knows of the firmware that once started it: memory, configuration
 * tables, identity.
 */
#define pr_fmt(fmt) "kexec_pe: " fmt

#include <linux/io.h>
#include <linux/kexec.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include <kernel/arch.h>
#include <kernel/kexec_pe.h>

#define CLAIMS_STEP 128
#define CONFIG_TABLES_MAX 4096 /* firmware has some twenty */

static const efi_guid_t kept_guid = EFI_GUID(0x9a3e2a14, 0x6d0b, 0x4f7e, 0x8c,
					     0x55, 0x2b, 0x1f, 0x6a, 0x0e, 0x97,
					     0xd3);

/*
 * The configuration tables that mean something to the next kernel and lie in
 * memory that this one keeps. What is not here is stale (INITRD_MEDIA,
 * BOOT_MEMMAP), code of boot time (DXE services), or made anew by the emulator
 * (RT_PROPERTIES). Addresses are those that K1 read at boot: SMBIOS' own entry
 * may have been converted to a virtual address since.
 */
static const struct known_table {
	efi_guid_t guid;
	const unsigned long *address;
} known_tables[] = {
	{ ACPI_20_TABLE_GUID, &efi.acpi20 },
	{ ACPI_TABLE_GUID, &efi.acpi },
	{ SMBIOS_TABLE_GUID, &efi.smbios },
	{ SMBIOS3_TABLE_GUID, &efi.smbios3 },
	{ EFI_SYSTEM_RESOURCE_TABLE_GUID, &efi.esrt },
	{ EFI_MEMORY_ATTRIBUTES_TABLE_GUID, &efi_mem_attr_table },
	{ LINUX_EFI_RANDOM_SEED_TABLE_GUID, &efi_rng_seed },
	{ LINUX_EFI_TPM_EVENT_LOG_GUID, &efi.tpm_log },
	{ EFI_TCG2_FINAL_EVENTS_TABLE_GUID, &efi.tpm_final_log },
#ifdef CONFIG_LOAD_UEFI_KEYS
	{ LINUX_EFI_MOK_VARIABLE_TABLE_GUID, &efi.mokvar_table },
#endif
};

static_assert(ARRAY_SIZE(known_tables) < KEXEC_PE_TABLES_MAX);

int kexec_pe_claim(struct kexec_pe_claims *claims, u64 address, u64 size,
		   u32 type, u64 attribute)
{
	struct handoff_memory *claim;

	if (!size)
		return 0;
	if (claims->count == claims->room) {
		u32 room = claims->room + CLAIMS_STEP;

		claim = krealloc_array(claims->items, room, sizeof(*claim),
				       GFP_KERNEL);
		if (!claim)
			return -ENOMEM;
		claims->items = claim;
		claims->room = room;
	}
	claim = &claims->items[claims->count++];
	memset(claim, 0, sizeof(*claim));
	claim->address = address;
	claim->size = size;
	claim->type = type;
	claim->attribute = attribute;
	return 0;
}

/* What an address is once all claims are applied; absent if nobody claims it. */
static u32 type_at(const struct kexec_pe_claims *claims, u64 address)
{
	u32 i = claims->count;

	while (i--) {
		const struct handoff_memory *claim = &claims->items[i];

		if (range_inside(address, 1, claim->address, claim->size))
			return claim->type;
	}
	return HANDOFF_MEMORY_ABSENT;
}

void kexec_pe_add_table(struct kexec_pe_load *load, const efi_guid_t *guid,
			u64 address)
{
	struct handoff_table *table = &load->tables[load->plan.table_count];

	memcpy(table->guid, guid, sizeof(table->guid));
	table->address = address;
	load->plan.table_count++;
	kexec_dprintk("table %pUl at %#llx\n", guid, address);
}

/*
 * In what K1 may have overwritten and the payload will; or, for a crash kernel,
 * in K1's memory, of which that has none.
 */
static bool is_lost(const struct kexec_pe_load *load, u64 address)
{
	switch (type_at(&load->claims, address)) {
	case EFI_CONVENTIONAL_MEMORY:
		return true;
	case HANDOFF_MEMORY_ABSENT:
		return kexec_pe_is_crash(load) &&
		       page_is_ram(PHYS_PFN(address));
	default:
		return false;
	}
}

static void add_known_tables(struct kexec_pe_load *load)
{
	const struct known_table *table;

	for (table = known_tables;
	     table < known_tables + ARRAY_SIZE(known_tables); table++) {
		unsigned long address = *table->address;

		if (address && address != EFI_INVALID_TABLE_ADDR &&
		    !is_lost(load, address))
			kexec_pe_add_table(load, &table->guid, address);
	}
}

static void *map(u64 address, size_t size)
{
	return memremap(address, size, MEMREMAP_WB);
}

/* Is a range K1's only because an emulator before us left it there? */
static bool is_kept_range(const struct handoff_range *range)
{
	efi_memory_desc_t md;

	if ((range->address | range->size) & (EFI_PAGE_SIZE - 1) ||
	    !efi_enabled(EFI_MEMMAP) ||
	    efi_mem_desc_lookup(range->address, &md))
		return false;
	return (md.type == EFI_RUNTIME_SERVICES_CODE ||
		md.type == EFI_RUNTIME_SERVICES_DATA) &&
	       range_inside(range->address, range->size, md.phys_addr,
			    md.num_pages << EFI_PAGE_SHIFT);
}

static int reclaim_range(struct kexec_pe_load *load,
			 const struct handoff_range *range)
{
	if (!is_kept_range(range))
		return 0;
	return kexec_pe_claim(&load->claims, range->address, range->size,
			      EFI_CONVENTIONAL_MEMORY, KEXEC_PE_RAM_ATTRIBUTE);
}

/*
 * Everything that the emulator of the last hop had to leave behind is free
 * again, for this emulator brings its own; not after a panic, for K1 used it
 * to the end. Its table goes along: it counts the
 * hops, and nobody overwrites it before the emulator has read it.
 */
static int reclaim_kept(struct kexec_pe_load *load, u64 address)
{
	struct handoff_kept *kept = map(address, sizeof(*kept));
	int ret = 0;
	u32 i;

	if (!kept)
		return -EIO;
	if (kept->magic != HANDOFF_MAGIC || kept->version != HANDOFF_VERSION ||
	    kept->count > HANDOFF_KEPT_MAX)
		goto out;
	for (i = 0; i < kept->count && !kexec_pe_is_crash(load) && !ret; i++)
		ret = reclaim_range(load, &kept->ranges[i]);
	kexec_dprintk("hop %u, %u of %u kept ranges reclaimed\n",
		      kept->hops + 1, i, kept->count);
	if (!ret)
		kexec_pe_add_table(load, &kept_guid, address);
out:
	memunmap(kept);
	return ret;
}

/* The tables that say what memory is free, or not: K1 keeps no address. */
static int read_tables(struct kexec_pe_load *load, u64 tables, u64 count)
{
	const efi_config_table_64_t *table;
	u64 kept = 0, memreserve = 0, i;
	int ret = 0;

	if (!tables || !count || count > CONFIG_TABLES_MAX)
		return 0;
	table = map(tables, count * sizeof(*table));
	if (!table)
		return -EIO;
	for (i = 0; i < count; i++) {
		if (!efi_guidcmp(table[i].guid, kept_guid))
			kept = table[i].table;
		if (!efi_guidcmp(table[i].guid,
				 LINUX_EFI_MEMRESERVE_TABLE_GUID))
			memreserve = table[i].table;
	}
	memunmap((void *)table);
	if (kept)
		ret = reclaim_kept(load, kept);
	/* Of K1's memory a crash kernel has none, and need keep none. */
	if (!ret && memreserve && !kexec_pe_is_crash(load))
		ret = kexec_pe_keep_memreserve(load, memreserve);
	return ret;
}

static int read_systab(struct kexec_pe_load *load,
		       const struct kexec_pe_firmware *firmware,
		       u64 *ret_tables)
{
	struct handoff *base = &load->plan.base;
	const efi_system_table_64_t *systab;

	systab = map(firmware->systab, sizeof(*systab));
	if (!systab)
		return kexec_pe_refuse(REFUSAL_FIRMWARE_TABLE);
	base->firmware_revision = systab->fw_revision;
	base->efi_revision = systab->hdr.revision;
	*ret_tables = systab->nr_tables;
	memunmap((void *)systab);
	return 0;
}

/*
 * The emulator reads the string, so it must be memory that it maps: not where
 * K1 ran without runtime services and knows the place as reserved only.
 */
static void take_vendor(struct kexec_pe_load *load, u64 vendor)
{
	switch (type_at(&load->claims, vendor)) {
	case EFI_RUNTIME_SERVICES_DATA:
	case EFI_CONVENTIONAL_MEMORY: /* reclaimed, but not yet used */
		load->plan.base.firmware_vendor = vendor;
	}
}

/*
 * Not what an emulator before us left: that is reclaimed. SetVirtualAddressMap()
 * would convert the pointers of firmware's own system table, never those of the
 * emulator's: a stub that reads that it is not supported does without.
 */
static void take_runtime(struct kexec_pe_load *load)
{
	u64 table = kexec_pe_arch_runtime();

	/* Firmware may have been what K1 died in: the snapshot has to do. */
	if (!table || kexec_pe_is_crash(load) ||
	    type_at(&load->claims, table) != EFI_RUNTIME_SERVICES_DATA)
		return;
	load->plan.base.runtime_services = table;
	load->plan.base.runtime_supported =
		efi.runtime_supported_mask &
		~EFI_RT_SUPPORTED_SET_VIRTUAL_ADDRESS_MAP;
	kexec_dprintk("firmware's runtime services at %#llx pass through\n",
		      table);
}

static int read_memory(struct kexec_pe_load *load)
{
	if (kexec_pe_is_crash(load))
		return kexec_pe_arch_crash_claims(load);
	return kexec_pe_arch_claims(&load->claims);
}

int kexec_pe_read_firmware(struct kexec_pe_load *load)
{
	struct kexec_pe_firmware firmware;
	u64 table_count;
	int ret;

	kexec_pe_arch_firmware(&firmware);
	if (!efi_enabled(EFI_BOOT) || !efi_enabled(EFI_64BIT) ||
	    !firmware.systab)
		return kexec_pe_refuse(REFUSAL_NO_FIRMWARE);
	ret = read_systab(load, &firmware, &table_count);
	if (!ret)
		ret = read_memory(load);
	/* Before the known tables: none may point into what is reclaimed. */
	if (!ret)
		ret = read_tables(load, firmware.tables, table_count);
	if (ret)
		return ret;
	take_vendor(load, firmware.vendor);
	take_runtime(load);
	add_known_tables(load);
	load->plan.memory = load->claims.items;
	load->plan.memory_count = load->claims.count;
	load->plan.tables = load->tables;
	return 0;
}
