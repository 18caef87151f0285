// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The emulator's core as a whole: from handoff to payload, its tables, what it
 * promises about memory, ExitBootServices, and every way to end.
 */
// sources: tests/unit/emulator/runtime_start.S tests/unit/emulator/machine.c
// sources: emulator/device_tree.c
// sources: tests/unit/emulator/stubs.c emulator/config_table.c emulator/console.c
// sources: emulator/crc32.c emulator/exit_boot.c emulator/main.c
// sources: emulator/memory.c emulator/page_table.c emulator/panic.c
// sources: emulator/pool.c emulator/print.c emulator/region.c
// sources: emulator/runtime_services.c emulator/runtime/unsupported.c
// sources: emulator/runtime/variables.c emulator/runtime/virtual_map.c
// sources: emulator/systab.c emulator/text.c emulator/time.c emulator/trace.c
// sources: emulator/variables.c tests/unit/emulator/runtime_end.S

#include "machine.h"
#include "stubs.h"
#include "unit.h"

#define READ HANDOFF_PROT_READ
#define WRITE HANDOFF_PROT_WRITE
#define EXEC HANDOFF_PROT_EXEC

static struct handoff *handoff(void)
{
	return (struct handoff *)machine.blob;
}

static void start(efi_status_t (*payload)(void))
{
	machine_start();
	machine_memory();
	memset(&stubs, 0, sizeof(stubs));
	stubs.payload = payload;
}

/* Always false: emulator_main() ends with a reset. */
static bool run(void)
{
	return MACHINE_SURVIVES(emulator_main((void *)MACHINE_EMULATOR,
					      (const void *)MACHINE_HANDOFF));
}

static bool said(const char *text)
{
	bool found = strstr(machine.console, text);

	if (!found)
		UNIT_NOTE("console: %s", machine.console);
	return found;
}

static bool sealed(const void *table)
{
	const struct efi_table_header *header = table;
	u8 copy[512];

	memcpy(copy, header, header->header_size);
	memset(copy + offsetof(struct efi_table_header, crc32), 0, 4);
	return crc32(copy, header->header_size) == header->crc32;
}

static efi_status_t payload_checks_tables(void)
{
	struct efi_system_table *systab = emu.systab;
	void **slots[] = { (void **)(&systab->boot_services->hdr + 1),
			   (void **)(&systab->runtime_services->hdr + 1) };
	u32 counts[] = { 44, 14 }, table, i, j;

	EXPECT_EQ(systab->hdr.signature, EFI_SYSTEM_TABLE_SIGNATURE);
	EXPECT_EQ(systab->hdr.header_size, 120);
	EXPECT_EQ(systab->boot_services->hdr.signature,
		  EFI_BOOT_SERVICES_SIGNATURE);
	EXPECT_EQ(systab->boot_services->hdr.header_size, 376);
	EXPECT_EQ(systab->runtime_services->hdr.signature,
		  EFI_RUNTIME_SERVICES_SIGNATURE);
	EXPECT_EQ(systab->runtime_services->hdr.header_size, 136);
	EXPECT_TRUE(sealed(systab));
	EXPECT_TRUE(sealed(systab->boot_services));
	EXPECT_TRUE(sealed(systab->runtime_services));
	EXPECT_TRUE(systab->con_in && systab->con_out && systab->std_err);
	for (table = 0; table < 2; table++) {
		for (i = 0; i < counts[table]; i++) {
			EXPECT_TRUE(slots[table][i]);
			for (j = 0; j < i; j++)
				EXPECT_TRUE(slots[table][i] != slots[table][j]);
		}
	}
	/* One of each end and of the middle is where it belongs. */
	EXPECT_TRUE(systab->boot_services->raise_tpl == bs_raise_tpl);
	EXPECT_TRUE(systab->boot_services->locate_protocol ==
		    bs_locate_protocol);
	EXPECT_TRUE(systab->boot_services->create_event_ex ==
		    bs_create_event_ex);
	EXPECT_TRUE(systab->runtime_services->get_variable == rt_get_variable);
	return EFI_SUCCESS;
}

UNIT_TEST(payload_finds_complete_tables)
{
	start(payload_checks_tables);
	EXPECT_FALSE(run());
	EXPECT_EQ(machine.resets, 1);
	EXPECT_TRUE(said("payload returned SUCCESS"));
}

static efi_status_t payload_fails(void)
{
	struct efi_guid guid = EFI_GLOBAL_VARIABLE_GUID;
	u64 size = 0;

	rt_get_variable(machine_utf16("None"), &guid, NULL, &size, NULL);
	bs_free_pool(NULL);
	return EFI_LOAD_ERROR;
}

UNIT_TEST(failed_payload_is_reported_with_its_last_calls)
{
	start(payload_fails);
	EXPECT_FALSE(run());
	EXPECT_TRUE(said("payload returned LOAD_ERROR after 2 EFI calls"));
	EXPECT_TRUE(said("efi 1: GetVariable("));
	EXPECT_TRUE(said("= NOT_FOUND\r\n"));
	EXPECT_TRUE(said("efi 2: FreePool(0x0) from "));
	EXPECT_TRUE(said("= INVALID_PARAMETER\r\n"));
	EXPECT_TRUE(said("resetting the machine"));
}

static efi_status_t payload_odd(void)
{
	return 0x1234;
}

UNIT_TEST(odd_status_is_reported_as_a_number)
{
	start(payload_odd);
	EXPECT_FALSE(run());
	EXPECT_TRUE(said("payload returned 0x1234"));
}

UNIT_TEST(revision_is_k1s_within_bounds)
{
	static const u32 pairs[][2] = {
		{ 0, EFI_REVISION(2, 70) },
		{ EFI_REVISION(2, 31), EFI_REVISION(2, 70) },
		{ EFI_REVISION(2, 80), EFI_REVISION(2, 80) },
		{ EFI_REVISION(3, 0), EFI_REVISION(2, 100) },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		start(NULL);
		handoff()->efi_revision = pairs[i][0];
		handoff()->firmware_revision = 0x10002;
		machine_run();
		EXPECT_EQ(emu.systab->hdr.revision, pairs[i][1]);
		EXPECT_EQ(emu.systab->firmware_revision, 0x10002);
	}
}

UNIT_TEST(vendor_is_k1s_or_our_own)
{
	efi_char16_t *vendor = (efi_char16_t *)MACHINE_FREE;
	u32 i;

	start(NULL);
	memcpy(vendor, machine_utf16("EDK II"), 14);
	handoff()->firmware_vendor = MACHINE_FREE;
	machine_run();
	EXPECT_TRUE(utf16_equal(emu.systab->firmware_vendor,
				machine_utf16("EDK II")));
	EXPECT_TRUE(emu.systab->firmware_vendor != vendor);

	start(NULL);
	machine_run();
	EXPECT_TRUE(utf16_equal(emu.systab->firmware_vendor,
				machine_utf16("kexec-pe")));

	start(NULL);
	handoff()->firmware_vendor = 0xdead0000;
	machine_run();
	EXPECT_TRUE(utf16_equal(emu.systab->firmware_vendor,
				machine_utf16("kexec-pe")));

	/* No address of UTF-16. */
	start(NULL);
	handoff()->firmware_vendor = MACHINE_FREE + 1;
	machine_run();
	EXPECT_TRUE(utf16_equal(emu.systab->firmware_vendor,
				machine_utf16("kexec-pe")));

	/* Endless, and up to the end of memory. */
	start(NULL);
	for (i = 0; i < VENDOR_MAX; i++)
		vendor[i] = 'v';
	handoff()->firmware_vendor = MACHINE_FREE;
	machine_run();
	EXPECT_EQ(utf16_length(emu.systab->firmware_vendor, 1000),
		  VENDOR_MAX - 1);
}

UNIT_TEST(memory_is_protected_at_the_payloads_entry)
{
	const struct handoff_protection protections[] = {
		{ 0, 0x1000, READ, 0 },
		{ 0x1000, 0x4000, READ | EXEC, 0 },
		{ 0x5000, 0x2000, READ | WRITE, 0 },
	};

	start(NULL);
	machine_add(&handoff()->protections, ARRAY_SIZE(protections),
		    protections, sizeof(protections));
	handoff()->flags = HANDOFF_FLAG_DUMP_TABLES;
	EXPECT_FALSE(run());
	EXPECT_TRUE(said("payload returned SUCCESS"));
	EXPECT_EQ(machine_protection(MACHINE_EMULATOR), READ | EXEC);
	EXPECT_EQ(machine_protection(MACHINE_EMULATOR + 0x7fff), READ | EXEC);
	EXPECT_EQ(machine_protection(MACHINE_EMULATOR + 0x8000), READ);
	EXPECT_EQ(machine_protection(MACHINE_EMULATOR + 0xa000), READ | WRITE);
	EXPECT_EQ(machine_protection(MACHINE_EMULATOR + 0x10000), 0);
	EXPECT_EQ(machine_protection(MACHINE_HANDOFF), READ);
	EXPECT_EQ(machine_protection(MACHINE_PAYLOAD), READ);
	EXPECT_EQ(machine_protection(MACHINE_PAYLOAD + 0x4fff), READ | EXEC);
	EXPECT_EQ(machine_protection(MACHINE_PAYLOAD + 0x5000), READ | WRITE);
	EXPECT_EQ(machine_protection(MACHINE_FREE), READ | WRITE);
	EXPECT_TRUE(said("page table: 0000000020000000-0000000020008000 r-x"));
	EXPECT_TRUE(said("page table: 0000000020031000-0000000020035000 r-x"));
}

UNIT_TEST(writable_code_in_the_payload_panics)
{
	const struct handoff_protection bad = { 0x1000, 0x1000,
						READ | WRITE | EXEC, 0 };

	start(NULL);
	machine_add(&handoff()->protections, 1, &bad, sizeof(bad));
	EXPECT_FALSE(run());
	EXPECT_TRUE(said("20031000 to 20032000 is writable and executable"));
}

UNIT_TEST(protection_outside_the_payload_panics)
{
	const struct handoff_protection bad = { 0xf000, 0x2000, READ, 0 };

	start(NULL);
	machine_add(&handoff()->protections, 1, &bad, sizeof(bad));
	EXPECT_FALSE(run());
	EXPECT_TRUE(said("panic: protection 0 is not of the payload"));
}

UNIT_TEST(page_0_is_never_free)
{
	start(NULL);
	machine_memory();
	EXPECT_FALSE(run());
	EXPECT_EQ(region_find(&emu.map, 0)->type, EFI_LOADER_DATA);
}

static void spoil_magic(void)
{
	handoff()->magic++;
}

static void spoil_address(void)
{
	handoff()->address += EFI_PAGE_SIZE;
}

static void spoil_array(void)
{
	handoff()->digests.offset = 0xfff8;
	handoff()->digests.count = 1;
}

static void spoil_count(void)
{
	handoff()->tables.count = ~0U;
}

static void spoil_alignment(void)
{
	handoff()->variables.offset = 4;
}

static void spoil_payload(void)
{
	handoff()->payload.entry = handoff()->payload.size;
}

static void spoil_initrd(void)
{
	handoff()->initrd.address = MACHINE_LOW + MACHINE_SIZE - 0x1000;
	handoff()->initrd.size = 0x2000;
}

static void spoil_memory(void)
{
	handoff()->memory.count = 0;
}

UNIT_TEST(bad_handoffs_panic_with_a_reason)
{
	static const struct {
		void (*spoil)(void);
		const char *text;
	} cases[] = {
		{ spoil_magic, "no handoff at 20020000" },
		{ spoil_address, "no handoff at 20020000" },
		{ spoil_array, "of the handoff lies outside of it" },
		{ spoil_count, "of the handoff lies outside of it" },
		{ spoil_alignment, "of the handoff lies outside of it" },
		{ spoil_payload, "payload at 20030000, 65536 bytes" },
		{ spoil_initrd, "initrd at 20fff000" },
		{ spoil_memory, "emulator at 20000000" },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		start(NULL);
		cases[i].spoil();
		EXPECT_FALSE(run());
		EXPECT_EQ(machine.resets, 1);
		EXPECT_TRUE(said("panic: "));
		EXPECT_TRUE(said(cases[i].text));
	}
}

static u64 calls_before;

static efi_status_t payload_exits(void)
{
	struct efi_boot_services *bs = emu.systab->boot_services;
	u64 address = 0, key = emu.map.key, crash;

	EXPECT_EQ(bs->allocate_pages(EFI_ALLOCATE_ANY_PAGES, EFI_LOADER_DATA, 1,
				     &address),
		  EFI_SUCCESS);
	EXPECT_EQ(bs->exit_boot_services(NULL, key), EFI_INVALID_PARAMETER);
	EXPECT_EQ(stubs.before_exit_boot, 1);
	EXPECT_EQ(stubs.exit_boot, 0);
	EXPECT_TRUE(emu.systab->boot_services == bs);
	EXPECT_EQ(bs->free_pages(address, 1), EFI_SUCCESS);
	calls_before = emu.trace.calls;
	EXPECT_EQ(bs->exit_boot_services(NULL, emu.map.key), EFI_SUCCESS);
	EXPECT_EQ(stubs.exit_boot, 1);

	EXPECT_TRUE(!emu.systab->boot_services);
	EXPECT_TRUE(!emu.systab->con_out && !emu.systab->con_in &&
		    !emu.systab->std_err);
	EXPECT_TRUE(!emu.systab->console_out_handle &&
		    !emu.systab->console_in_handle &&
		    !emu.systab->standard_error_handle);
	EXPECT_TRUE(sealed(emu.systab));
	EXPECT_TRUE(sealed(emu.systab->runtime_services));

	/* By the old table: harmless. */
	key = emu.map.key;
	EXPECT_EQ(bs->exit_boot_services(NULL, 0), EFI_SUCCESS);
	EXPECT_EQ(stubs.exit_boot, 1);
	crash = address;
	EXPECT_EQ(bs->allocate_pages(EFI_ALLOCATE_ANY_PAGES, EFI_LOADER_DATA, 1,
				     &crash),
		  EFI_UNSUPPORTED);
	EXPECT_EQ(crash, address);
	EXPECT_EQ(bs->stall(1000000000), EFI_UNSUPPORTED);
	bs->set_mem(&crash, sizeof(crash), 1);
	EXPECT_EQ(crash, 0x0101010101010101);
	EXPECT_EQ(emu.map.key, key);
	return EFI_SUCCESS;
}

UNIT_TEST(exit_boot_services_ends_and_hands_over)
{
	const struct handoff_kept *kept;
	struct efi_guid guid = { HANDOFF_KEPT_GUID };

	start(payload_exits);
	EXPECT_FALSE(run());
	EXPECT_TRUE(said(
		"ExitBootServices: 4 EFI calls of 3 services, 1 allocations, 4096 bytes"));
	kept = config_table_find(&guid);
	if (!EXPECT_TRUE(kept))
		return;
	EXPECT_EQ(kept->magic, HANDOFF_MAGIC);
	EXPECT_EQ(kept->version, HANDOFF_VERSION);
	EXPECT_EQ(kept->hops, 1);
	EXPECT_EQ(kept->efi_calls, calls_before + 1);
	EXPECT_EQ(kept->emulator_size, 0xb123);
	EXPECT_EQ(kept->count, 2);
	EXPECT_EQ(kept->ranges[0].address, (uintptr_t)emu.data);
	EXPECT_EQ(kept->ranges[1].address, emu.runtime_code);
}

static const struct efi_guid guids[] = {
	EFI_GUID_INIT(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
	EFI_GUID_INIT(2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
	EFI_GUID_INIT(3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
};

UNIT_TEST(config_tables_are_added_replaced_removed)
{
	u64 first;
	u32 i;

	start(NULL);
	machine_run();
	first = emu.systab->number_of_table_entries;
	for (i = 0; i < 3; i++)
		EXPECT_EQ(bs_install_configuration_table(
				  &guids[i], (void *)(0x1000ULL + i)),
			  EFI_SUCCESS);
	EXPECT_EQ(emu.systab->number_of_table_entries, first + 3);
	EXPECT_TRUE(sealed(emu.systab));
	EXPECT_EQ(bs_install_configuration_table(&guids[1], (void *)0x2000),
		  EFI_SUCCESS);
	EXPECT_EQ(emu.systab->number_of_table_entries, first + 3);
	EXPECT_EQ((uintptr_t)config_table_find(&guids[1]), 0x2000);
	EXPECT_EQ(bs_install_configuration_table(&guids[0], NULL), EFI_SUCCESS);
	EXPECT_EQ(bs_install_configuration_table(&guids[0], NULL),
		  EFI_NOT_FOUND);
	EXPECT_EQ(bs_install_configuration_table(NULL, NULL),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(emu.systab->number_of_table_entries, first + 2);
	EXPECT_TRUE(sealed(emu.systab));
	EXPECT_TRUE(guid_equal(&emu.systab->configuration_table[first].guid,
			       &guids[1]));
	EXPECT_EQ((uintptr_t)config_table_find(&guids[2]), 0x1002);
	EXPECT_TRUE(!config_table_find(&guids[0]));
}

UNIT_TEST(config_table_array_is_bounded)
{
	struct efi_guid guid = guids[0];
	u64 i;

	start(NULL);
	machine_run();
	for (i = emu.table_count; i < CONFIG_TABLES_MAX; i++) {
		guid.bytes[15] = (u8)i;
		EXPECT_EQ(bs_install_configuration_table(&guid, &guid),
			  EFI_SUCCESS);
	}
	guid.bytes[15] = (u8)i;
	EXPECT_EQ(bs_install_configuration_table(&guid, &guid),
		  EFI_OUT_OF_RESOURCES);
	EXPECT_EQ(emu.systab->number_of_table_entries, CONFIG_TABLES_MAX);
}

UNIT_TEST(k1s_tables_are_passed_on)
{
	struct efi_guid properties = EFI_RT_PROPERTIES_TABLE_GUID;
	struct efi_guid acpi = ACPI_20_TABLE_GUID;
	struct efi_guid kept_guid = { HANDOFF_KEPT_GUID };
	struct handoff_kept *old = (void *)MACHINE_FREE;
	struct handoff_table tables[3] = { 0 };

	start(NULL);
	memcpy(tables[0].guid, &acpi, 16);
	tables[0].address = 0xe0000;
	memcpy(tables[1].guid, &kept_guid, 16);
	tables[1].address = MACHINE_FREE;
	memcpy(tables[2].guid, &properties, 16);
	tables[2].address = 0xbad000;
	machine_add(&handoff()->tables, 3, tables, sizeof(tables));
	memset(old, 0, sizeof(*old));
	old->magic = HANDOFF_MAGIC;
	old->version = HANDOFF_VERSION;
	old->hops = 7;
	machine_run();
	EXPECT_EQ((uintptr_t)config_table_find(&acpi), 0xe0000);
	/* These two are ours, whatever K1 had. */
	EXPECT_TRUE(config_table_find(&kept_guid) == &emu.data->kept);
	EXPECT_TRUE(config_table_find(&properties) == &emu.data->properties);
	EXPECT_EQ(emu.data->properties.runtime_services_supported, 0xb0);
	EXPECT_EQ(emu.hops, 7);
	EXPECT_EQ(emu.systab->number_of_table_entries, 3);
}

struct memreserve {
	s32 size;
	s32 count;
	u64 next;
};

UNIT_TEST(memreserve_is_chained)
{
	struct efi_guid guid = LINUX_EFI_MEMRESERVE_TABLE_GUID;
	struct memreserve *list = (void *)MACHINE_FREE;

	start(NULL);
	machine_run();
	memset(list, 0, 4 * sizeof(*list));
	list[2].next = (uintptr_t)&list[3];
	bs_install_configuration_table(&guid, &list[0]);
	EXPECT_EQ(list[0].next, 0);
	bs_install_configuration_table(&guid, &list[1]);
	EXPECT_EQ(list[1].next, (uintptr_t)&list[0]);
	EXPECT_EQ(list[0].next, 0);
	bs_install_configuration_table(&guid, &list[2]);
	EXPECT_EQ(list[2].next, (uintptr_t)&list[3]);
	EXPECT_EQ(list[3].next, (uintptr_t)&list[1]);
	/* The same again makes no loop. */
	bs_install_configuration_table(&guid, &list[2]);
	EXPECT_EQ(list[1].next, (uintptr_t)&list[0]);
	EXPECT_EQ(list[0].next, 0);
}

UNIT_TEST(memreserve_may_be_unaligned)
{
	struct efi_guid guid = LINUX_EFI_MEMRESERVE_TABLE_GUID;
	u8 *list = (u8 *)MACHINE_FREE + 2;
	u64 next;

	start(NULL);
	machine_run();
	memset(list, 0, 64);
	bs_install_configuration_table(&guid, list);
	bs_install_configuration_table(&guid, list + 32);
	memcpy(&next, list + 32 + offsetof(struct memreserve, next),
	       sizeof(next));
	EXPECT_EQ(next, (uintptr_t)list);
}

static void stall_twice(u64 microseconds)
{
	bs_stall(microseconds);
	bs_stall(microseconds);
}

UNIT_TEST(stall_waits)
{
	u64 before;

	start(NULL);
	machine_run();
	before = machine.ticks;
	EXPECT_EQ(bs_stall(3000000), EFI_SUCCESS);
	EXPECT_TRUE(machine.ticks - before >= 3000000);
	EXPECT_TRUE(machine.ticks - before <= 3000000 + MACHINE_PAUSE);
	handoff()->timer_frequency = 0; /* unknown: rather too long */
	before = machine.ticks;
	bs_stall(1);
	EXPECT_TRUE(machine.ticks - before >= 10000);
}

UNIT_TEST(frozen_payload_is_reset)
{
	start(NULL);
	machine_run();
	EXPECT_TRUE(MACHINE_SURVIVES(bs_stall(60000000)));
	bs_free_pool(NULL);
	EXPECT_TRUE(MACHINE_SURVIVES(bs_stall(60000000)));
	bs_stall(1);
	EXPECT_TRUE(MACHINE_SURVIVES(stall_twice(10000000)));
	EXPECT_FALSE(MACHINE_SURVIVES(stall_twice(30000000)));
	EXPECT_TRUE(said("the payload waits for ever"));
	EXPECT_TRUE(said("Stall(0x1c9c380)"));
	EXPECT_TRUE(said("has not returned"));
}

static void stall_often(u32 times)
{
	while (times--) {
		bs_stall(9000000);
		bs_free_pool(NULL);
	}
}

UNIT_TEST(endless_waiting_in_steps_is_reset)
{
	start(NULL);
	machine_run();
	EXPECT_TRUE(MACHINE_SURVIVES(stall_often(20)));
	EXPECT_FALSE(MACHINE_SURVIVES(stall_often(1)));
	EXPECT_TRUE(said("the payload waited 180 s in all"));
	start(NULL);
	machine_run();
	EXPECT_FALSE(MACHINE_SURVIVES(bs_stall(~0ULL)));
}

UNIT_TEST(small_services)
{
	u64 count;
	u32 crc;

	start(NULL);
	machine_run();
	EXPECT_EQ(bs_get_next_monotonic_count(&count), EFI_DEVICE_ERROR);
	EXPECT_EQ(bs_set_watchdog_timer(300, 0, 0, NULL), EFI_SUCCESS);
	EXPECT_EQ(bs_set_watchdog_timer(0, 0x10000, 0, NULL), EFI_SUCCESS);
	EXPECT_EQ(bs_set_watchdog_timer(1, 1, 0, NULL), EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_calculate_crc32("123456789", 9, &crc), EFI_SUCCESS);
	EXPECT_EQ(crc, 0xcbf43926);
	EXPECT_EQ(bs_calculate_crc32("1", 0, &crc), EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_calculate_crc32(NULL, 1, &crc), EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_calculate_crc32("1", 1, NULL), EFI_INVALID_PARAMETER);
	EXPECT_EQ(rt_get_time(NULL, NULL), EFI_INVALID_PARAMETER);
	EXPECT_EQ(rt_set_virtual_address_map(0, 48, 1, NULL), EFI_UNSUPPORTED);
	EXPECT_EQ(rt_convert_pointer(0, NULL), EFI_UNSUPPORTED);
	EXPECT_FALSE(MACHINE_SURVIVES(
		rt_reset_system(EFI_RESET_COLD, EFI_ABORTED, 0, NULL)));
	EXPECT_TRUE(said("ResetSystem(0, 0x8000000000000015)"));
}

UNIT_TEST(exception_is_reported)
{
	start(NULL);
	machine_run();
	EXPECT_FALSE(MACHINE_SURVIVES(emulator_exception(
		"page fault", 2, MACHINE_PAYLOAD + 0x1234, 0x10, 0x20100000)));
	EXPECT_TRUE(
		said("exception: page fault, code 2, at payload+0x1234\r\n"));
	EXPECT_TRUE(said("address 10, stack pointer 20100000"));
	EXPECT_TRUE(said("no EFI call was made"));
	/* A fault while reporting ends at once. */
	machine.console_used = 0;
	EXPECT_FALSE(
		MACHINE_SURVIVES(emulator_exception("page fault", 2, 0, 0, 0)));
	EXPECT_EQ(machine.console_used, 0);
	EXPECT_EQ(machine.resets, 2);
}

UNIT_TEST(calls_are_logged_at_level_2)
{
	struct efi_guid *guid = (void *)MACHINE_FREE;

	start(NULL);
	machine_run();
	*guid = EFI_GUID(0x8be4df61, 0x93ca, 0x11d2, 0xaa, 0x0d, 0x00, 0xe0,
			 0x98, 0x03, 0x2b, 0x8c);
	bs_install_configuration_table(guid, NULL);
	EXPECT_FALSE(strstr(machine.console, "efi 1:"));
	handoff()->log_level = 2;
	bs_install_configuration_table(guid, NULL);
	EXPECT_TRUE(said(
		"efi 2: InstallConfigurationTable(8be4df61-93ca-11d2-aa0d-00e098032b8c, 0x0) from "));
	EXPECT_EQ(emu.trace.counts[SERVICE_INSTALL_CONFIG_TABLE], 2);
	/* Printing must not follow a pointer that leads nowhere. */
	bs_install_configuration_table(NULL, NULL);
	EXPECT_TRUE(said("InstallConfigurationTable(0x0, 0x0)"));
}

UNIT_TEST(names_of_services_are_in_order)
{
	const char *arguments;

	EXPECT_STR_EQ(trace_name(SERVICE_RAISE_TPL, &arguments), "RaiseTPL");
	EXPECT_STR_EQ(arguments, "x");
	EXPECT_STR_EQ(trace_name(SERVICE_RESERVED, &arguments), "Reserved");
	EXPECT_STR_EQ(arguments, "");
	EXPECT_STR_EQ(trace_name(SERVICE_CREATE_EVENT_EX, NULL),
		      "CreateEventEx");
	EXPECT_EQ(SERVICE_CREATE_EVENT_EX, 43);
	EXPECT_STR_EQ(trace_name(SERVICE_QUERY_VARIABLE_INFO, NULL),
		      "QueryVariableInfo");
	EXPECT_EQ(SERVICE_QUERY_VARIABLE_INFO, 57);
	EXPECT_TRUE(!trace_name(SERVICE_MAX, NULL));
	EXPECT_STR_EQ(trace_status(EFI_SUCCESS), "SUCCESS");
	EXPECT_STR_EQ(trace_status(EFI_NOT_FOUND), "NOT_FOUND");
	EXPECT_STR_EQ(trace_status(EFI_SECURITY_VIOLATION),
		      "SECURITY_VIOLATION");
	EXPECT_STR_EQ(trace_status(EFI_CRC_ERROR), "CRC_ERROR");
	EXPECT_TRUE(!trace_status(1));
	EXPECT_TRUE(!trace_status(EFI_ERROR_BIT | 99));
}

UNIT_TEST(utf16_goes_out_as_utf8)
{
	static const u16 text[] = { 'a',    0xe4, 0x20ac, 0xd83d, 0xde00,
				    0xd800, 'z',  0xdc00, 0xdc00, 0 };

	start(NULL);
	console_utf16(text, 100);
	EXPECT_STR_EQ(machine.console,
		      "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbdz"
		      "\xef\xbf\xbd\xef\xbf\xbd");
	machine.console_used = 0;
	console_utf16(text, 2);
	EXPECT_STR_EQ(machine.console, "a\xc3\xa4");
}
