// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What K2 keeps: the region of code and variables, called where it was copied
 * to, before and after SetVirtualAddressMap, and where K2 would map it.
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

#include <sys/mman.h>

#include "machine.h"
#include "unit.h"

#define BS EFI_VARIABLE_BOOTSERVICE_ACCESS
#define RT EFI_VARIABLE_RUNTIME_ACCESS

/* Where "K2" maps runtime memory, with gaps between the regions. */
#define VIRTUAL 0x300000000000ULL
#define VIRTUAL_STEP 0x10000000ULL

static const struct efi_guid mine =
	EFI_GUID_INIT(0x11223344, 0x5566, 0x7788, 1, 2, 3, 4, 5, 6, 7, 8);

static void boot(void)
{
	machine_start();
	machine_memory();
	machine_variable("BootOnly", &mine, BS, "x", 1);
	machine_variable("First", &mine, BS | RT, "hello", 5);
	machine_variable("AlsoBoot", &mine, BS, "x", 1);
	machine_variable("Second", &mine, BS | RT, "others", 6);
	machine_run();
	EXPECT_EQ(bs_exit_boot_services(NULL, emu.map.key), EFI_SUCCESS);
}

static struct efi_runtime_services *services(void)
{
	return emu.systab->runtime_services;
}

static bool in_code_region(const void *address)
{
	return (u64)(uintptr_t)address - emu.runtime_code <
	       emu.runtime_code_pages * EFI_PAGE_SIZE;
}

static void check_get(struct efi_runtime_services *rt)
{
	char data[8];
	u32 attributes = 0;
	u64 size = 0;

	EXPECT_EQ(rt->get_variable(machine_utf16("First"), &mine, &attributes,
				   &size, NULL),
		  EFI_BUFFER_TOO_SMALL);
	EXPECT_EQ(size, 5);
	EXPECT_EQ(attributes, BS | RT);
	EXPECT_EQ(rt->get_variable(machine_utf16("First"), &mine, NULL, &size,
				   data),
		  EFI_SUCCESS);
	EXPECT_MEM_EQ(data, "hello", 5);
	EXPECT_EQ(rt->get_variable(machine_utf16("First"), &mine, NULL, &size,
				   NULL),
		  EFI_INVALID_PARAMETER);
	size = sizeof(data);
	EXPECT_EQ(rt->get_variable(machine_utf16("Second"), &mine, NULL, &size,
				   data),
		  EFI_SUCCESS);
	EXPECT_EQ(size, 6);
	EXPECT_MEM_EQ(data, "others", 6);
	EXPECT_EQ(rt->get_variable(machine_utf16("BootOnly"), &mine, NULL,
				   &size, data),
		  EFI_NOT_FOUND);
	EXPECT_EQ(rt->get_variable(machine_utf16("Fir"), &mine, NULL, &size,
				   data),
		  EFI_NOT_FOUND);
	EXPECT_EQ(rt->get_variable(machine_utf16("Firstly"), &mine, NULL, &size,
				   data),
		  EFI_NOT_FOUND);
	EXPECT_EQ(rt->get_variable(NULL, &mine, NULL, &size, data),
		  EFI_INVALID_PARAMETER);
}

static void check_next(struct efi_runtime_services *rt)
{
	efi_char16_t name[16] = { 0 };
	struct efi_guid guid = { 0 };
	u64 size = 2;

	EXPECT_EQ(rt->get_next_variable_name(&size, name, &guid),
		  EFI_BUFFER_TOO_SMALL);
	EXPECT_EQ(size, 12);
	EXPECT_EQ(rt->get_next_variable_name(&size, name, &guid), EFI_SUCCESS);
	EXPECT_TRUE(utf16_equal(name, machine_utf16("First")));
	EXPECT_TRUE(guid_equal(&guid, &mine));
	size = sizeof(name);
	EXPECT_EQ(rt->get_next_variable_name(&size, name, &guid), EFI_SUCCESS);
	EXPECT_TRUE(utf16_equal(name, machine_utf16("Second")));
	EXPECT_EQ(size, 14);
	size = sizeof(name);
	EXPECT_EQ(rt->get_next_variable_name(&size, name, &guid),
		  EFI_NOT_FOUND);
	name[0] = 'X';
	EXPECT_EQ(rt->get_next_variable_name(&size, name, &guid),
		  EFI_INVALID_PARAMETER);
	size = 2;
	EXPECT_EQ(rt->get_next_variable_name(&size, name, &guid),
		  EFI_INVALID_PARAMETER);
}

UNIT_TEST(variables_are_read_from_the_copy)
{
	boot();
	EXPECT_TRUE(in_code_region((void *)services()->get_variable));
	EXPECT_TRUE(in_code_region((void *)services()->get_next_variable_name));
	/* Nothing of the original may be needed. */
	memset((void *)MACHINE_HANDOFF, 0xee, MACHINE_HANDOFF_SIZE);
	check_get(services());
	check_next(services());
}

UNIT_TEST(no_variables_is_no_error)
{
	efi_char16_t name[4] = { 0 };
	struct efi_guid guid = { 0 };
	u64 size = sizeof(name);

	machine_start();
	machine_memory();
	machine_run();
	EXPECT_EQ(bs_exit_boot_services(NULL, emu.map.key), EFI_SUCCESS);
	EXPECT_EQ(services()->get_next_variable_name(&size, name, &guid),
		  EFI_NOT_FOUND);
	EXPECT_EQ(services()->get_variable(machine_utf16("First"), &mine, NULL,
					   &size, name),
		  EFI_NOT_FOUND);
}

UNIT_TEST(region_is_read_only_runtime_code)
{
	const struct region *region;
	u64 page;

	boot();
	region = region_find(&emu.map, emu.runtime_code);
	EXPECT_EQ(region->type, EFI_RUNTIME_SERVICES_CODE);
	EXPECT_TRUE(region->attribute & EFI_MEMORY_RUNTIME);
	for (page = 0; page < emu.runtime_code_pages; page++)
		EXPECT_EQ(machine_protection(emu.runtime_code +
					     page * EFI_PAGE_SIZE),
			  HANDOFF_PROT_READ | HANDOFF_PROT_EXEC);
	EXPECT_TRUE(machine.synced >= (u64)(__runtime_end - __runtime_start));
	region = region_find(&emu.map, (u64)(uintptr_t)emu.systab);
	EXPECT_EQ(region->type, EFI_RUNTIME_SERVICES_DATA);
	EXPECT_TRUE(region->attribute & EFI_MEMORY_RUNTIME);
}

UNIT_TEST(everything_else_is_unsupported)
{
	struct efi_runtime_services *rt;
	u32 high;

	boot();
	rt = services();
	EXPECT_EQ(rt->get_time(NULL, NULL), EFI_UNSUPPORTED);
	EXPECT_EQ(rt->set_time(NULL), EFI_UNSUPPORTED);
	EXPECT_EQ(rt->get_wakeup_time(NULL, NULL, NULL), EFI_UNSUPPORTED);
	EXPECT_EQ(rt->set_wakeup_time(0, NULL), EFI_UNSUPPORTED);
	EXPECT_EQ(rt->convert_pointer(0, NULL), EFI_UNSUPPORTED);
	EXPECT_EQ(rt->set_variable(machine_utf16("First"), &mine, BS | RT, 1,
				   "x"),
		  EFI_UNSUPPORTED);
	EXPECT_EQ(rt->get_next_high_monotonic_count(&high), EFI_DEVICE_ERROR);
	EXPECT_EQ(rt->update_capsule(NULL, 0, 0), EFI_UNSUPPORTED);
	EXPECT_EQ(rt->query_capsule_capabilities(NULL, 0, NULL, NULL),
		  EFI_UNSUPPORTED);
	EXPECT_EQ(rt->query_variable_info(0, NULL, NULL, NULL),
		  EFI_UNSUPPORTED);
	rt->reset_system(EFI_RESET_COLD, 0, 0, NULL);
	EXPECT_EQ(machine.resets, 0);
}

struct mapping {
	struct efi_memory_descriptor descriptor;
	u64 more; /* as firmwares do: the step is not the size */
};

static struct mapping mappings[16];

/* A virtual address for each runtime region; mapped there a second time. */
static u64 make_mappings(void)
{
	u64 i, count = 0;

	for (i = 0; i < emu.map.count; i++) {
		const struct region *region = &emu.map.regions[i];
		u64 size = region->pages * EFI_PAGE_SIZE;
		struct efi_memory_descriptor *descriptor =
			&mappings[count].descriptor;

		if (!(region->attribute & EFI_MEMORY_RUNTIME))
			continue;
		descriptor->type = region->type;
		descriptor->physical_start = region->start;
		descriptor->virtual_start = VIRTUAL + count * VIRTUAL_STEP;
		descriptor->number_of_pages = region->pages;
		descriptor->attribute = region->attribute;
		mmap((void *)descriptor->virtual_start, size,
		     PROT_READ | PROT_WRITE | PROT_EXEC,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		count++;
	}
	return count;
}

/* Moves runtime memory to its virtual addresses: the old ones are gone. */
static void move_to_virtual(u64 count)
{
	u64 i;

	for (i = 0; i < count; i++) {
		struct efi_memory_descriptor *descriptor =
			&mappings[i].descriptor;
		u64 size = descriptor->number_of_pages * EFI_PAGE_SIZE;

		memcpy((void *)descriptor->virtual_start,
		       (void *)descriptor->physical_start, size);
		mprotect((void *)descriptor->physical_start, size, PROT_NONE);
	}
}

static u64 virtual_of(u64 physical, u64 count)
{
	u64 i;

	for (i = 0; i < count; i++) {
		struct efi_memory_descriptor *descriptor =
			&mappings[i].descriptor;
		u64 offset = physical - descriptor->physical_start;

		if (offset < descriptor->number_of_pages * EFI_PAGE_SIZE)
			return descriptor->virtual_start + offset;
	}
	return 0;
}

static bool sealed(const struct efi_table_header *header)
{
	struct efi_table_header copy = *header;
	u8 table[512];

	copy.crc32 = 0;
	memcpy(table, header, header->header_size);
	memcpy(table, &copy, sizeof(copy));
	return crc32(table, header->header_size) == header->crc32;
}

UNIT_TEST(virtual_map_converts_everything_k2_follows)
{
	struct efi_system_table *systab;
	struct efi_runtime_services *rt;
	u64 count, slot, *slots;

	boot();
	count = make_mappings();
	EXPECT_TRUE(count >= 2);
	EXPECT_EQ(services()->set_virtual_address_map(count * sizeof(*mappings),
						      sizeof(*mappings), 1,
						      &mappings[0].descriptor),
		  EFI_SUCCESS);
	systab = (void *)virtual_of((u64)(uintptr_t)emu.systab, count);
	move_to_virtual(count);

	EXPECT_EQ((uintptr_t)systab->firmware_vendor,
		  virtual_of((u64)(uintptr_t)emu.data->vendor, count));
	EXPECT_EQ((uintptr_t)systab->configuration_table,
		  virtual_of((u64)(uintptr_t)emu.data->tables, count));
	rt = systab->runtime_services;
	EXPECT_EQ((uintptr_t)rt,
		  virtual_of((u64)(uintptr_t)&emu.data->services, count));
	slots = (u64 *)(&rt->hdr + 1);
	for (slot = 0; slot < 14; slot++)
		EXPECT_TRUE(slots[slot] - virtual_of(emu.runtime_code, count) <
			    emu.runtime_code_pages * EFI_PAGE_SIZE);
	EXPECT_TRUE(sealed(&systab->hdr));
	EXPECT_TRUE(sealed(&rt->hdr));
	check_get(rt);
	check_next(rt);
	EXPECT_EQ(rt->set_virtual_address_map(count * sizeof(*mappings),
					      sizeof(*mappings), 1,
					      &mappings[0].descriptor),
		  EFI_UNSUPPORTED);
	EXPECT_EQ(rt->convert_pointer(0, NULL), EFI_UNSUPPORTED);
}

UNIT_TEST(virtual_map_is_refused_as_a_whole)
{
	static struct runtime_data before;
	struct efi_memory_descriptor *map = &mappings[0].descriptor;
	const u64 step = sizeof(*mappings);
	efi_status_t(EFIAPI * svam)(u64, u64, u32,
				    struct efi_memory_descriptor *);
	u64 count, i;

	boot();
	count = make_mappings();
	before = *emu.data;
	svam = services()->set_virtual_address_map;
	EXPECT_EQ(svam(count * step, step, 2, map), EFI_INVALID_PARAMETER);
	EXPECT_EQ(svam(count * step, 0, 1, map), EFI_INVALID_PARAMETER);
	EXPECT_EQ(svam(count * step, 39, 1, map), EFI_INVALID_PARAMETER);
	EXPECT_EQ(svam(count * step - 1, step, 1, map), EFI_INVALID_PARAMETER);
	EXPECT_EQ(svam(count * step, step, 1, NULL), EFI_INVALID_PARAMETER);
	EXPECT_EQ(svam(0, step, 1, map), EFI_NO_MAPPING);
	/* Without any one of them nothing may happen. */
	for (i = 0; i < count; i++) {
		u64 attribute = mappings[i].descriptor.attribute;

		mappings[i].descriptor.attribute = 0;
		EXPECT_EQ(svam(count * step, step, 1, map), EFI_NO_MAPPING);
		mappings[i].descriptor.attribute = attribute;
	}
	EXPECT_MEM_EQ(emu.data, &before, sizeof(before));
	EXPECT_EQ(svam(count * step, step, 1, map), EFI_SUCCESS);
	/* By the address of before: once is once. */
	EXPECT_EQ(svam(count * step, step, 1, map), EFI_UNSUPPORTED);
}

UNIT_TEST(firmware_is_passed_through)
{
	struct handoff *handoff;

	machine_start();
	machine_memory();
	handoff = (void *)machine.blob;
	handoff->runtime_services = 0xfeed0000;
	handoff->runtime_supported = 0x3f70;
	machine_run();
	EXPECT_EQ(emu.data->properties.runtime_services_supported, 0x3f70);
	EXPECT_EQ(emu.runtime_code, 0);
	EXPECT_EQ(bs_exit_boot_services(NULL, emu.map.key), EFI_SUCCESS);
	EXPECT_EQ((uintptr_t)services(), 0xfeed0000);
}
