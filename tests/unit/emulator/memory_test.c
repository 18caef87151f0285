// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pages, pools and the memory map as a payload sees them.
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
#include "unit.h"

#define RW (HANDOFF_PROT_READ | HANDOFF_PROT_WRITE)
#define RWX (RW | HANDOFF_PROT_EXEC)
#define FOUR_GIB 0x100000000ULL

static void boot(void)
{
	machine_start();
	machine_memory();
	machine_run();
}

static u32 type_at(u64 address)
{
	const struct region *region = region_find(&emu.map, address);

	return region ? region->type : REGION_ABSENT;
}

static u64 allocate(u32 how, u32 type, u64 pages, u64 address)
{
	if (bs_allocate_pages(how, type, pages, &address) != EFI_SUCCESS)
		return 0;
	return address;
}

UNIT_TEST(any_pages_come_from_above_4_gib_top_down)
{
	u64 first, second;

	boot();
	first = allocate(EFI_ALLOCATE_ANY_PAGES, EFI_LOADER_DATA, 3, 0);
	second = allocate(EFI_ALLOCATE_ANY_PAGES, EFI_LOADER_DATA, 1, 0);
	EXPECT_TRUE(first >= MACHINE_HIGH);
	EXPECT_EQ(second, first - EFI_PAGE_SIZE);
	EXPECT_EQ(type_at(first), EFI_LOADER_DATA);
	EXPECT_EQ(type_at(second), EFI_LOADER_DATA);
	EXPECT_EQ(machine_protection(first), RW);
}

UNIT_TEST(any_pages_fall_back_below_4_gib)
{
	u64 address;

	boot();
	address = allocate(EFI_ALLOCATE_ANY_PAGES, EFI_LOADER_DATA,
			   MACHINE_PAGES - 0x80, 0);
	EXPECT_TRUE(address >= MACHINE_HIGH);
	address = allocate(EFI_ALLOCATE_ANY_PAGES, EFI_LOADER_DATA, 0x100, 0);
	EXPECT_TRUE(address < FOUR_GIB);
	EXPECT_EQ(address, MACHINE_LOW + MACHINE_SIZE - 0x100000);
	EXPECT_EQ(allocate(EFI_ALLOCATE_ANY_PAGES, EFI_LOADER_DATA,
			   MACHINE_PAGES, 0),
		  0);
}

UNIT_TEST(max_address_is_a_limit_for_the_last_byte)
{
	u64 last = MACHINE_FREE + 0x4fff, address = last;

	boot();
	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_MAX_ADDRESS, EFI_LOADER_DATA,
				    2, &address),
		  EFI_SUCCESS);
	EXPECT_EQ(address, MACHINE_FREE + 0x3000);
	address = MACHINE_FREE + 0x1ffe;
	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_MAX_ADDRESS, EFI_LOADER_DATA,
				    1, &address),
		  EFI_SUCCESS);
	EXPECT_EQ(address, MACHINE_FREE);
	address = MACHINE_FREE - 1;
	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_MAX_ADDRESS, EFI_LOADER_DATA,
				    1, &address),
		  EFI_OUT_OF_RESOURCES);
	EXPECT_EQ(address, MACHINE_FREE - 1);
	address = ~0ULL;
	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_MAX_ADDRESS, EFI_LOADER_DATA,
				    1, &address),
		  EFI_SUCCESS);
	EXPECT_TRUE(address >= MACHINE_HIGH);
}

UNIT_TEST(low_memory_only_when_forced)
{
	/* Never touched, so it need not exist. */
	const struct region_change low = {
		.from = REGION_ANY,
		.to = EFI_CONVENTIONAL_MEMORY,
		.set = EFI_MEMORY_WB,
	};
	u64 address;

	boot();
	region_convert(&emu.map, 0, 0x200, &low);
	address = 0x1fffff;
	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_MAX_ADDRESS, EFI_LOADER_DATA,
				    0x101, &address),
		  EFI_OUT_OF_RESOURCES);
	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_MAX_ADDRESS, EFI_LOADER_DATA,
				    0x100, &address),
		  EFI_SUCCESS);
	EXPECT_EQ(address, 0x100000);
	address = 0x9ffff;
	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_MAX_ADDRESS, EFI_LOADER_DATA,
				    1, &address),
		  EFI_SUCCESS);
	EXPECT_EQ(address, 0x9f000);
	address = 0xfff;
	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_MAX_ADDRESS, EFI_LOADER_DATA,
				    1, &address),
		  EFI_OUT_OF_RESOURCES);
	address = 0;
	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_ADDRESS, EFI_LOADER_DATA, 1,
				    &address),
		  EFI_NOT_FOUND);
}

UNIT_TEST(address_is_exact_or_not_found)
{
	u64 address = MACHINE_FREE + 0x10000;

	boot();
	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_ADDRESS, EFI_LOADER_CODE, 4,
				    &address),
		  EFI_SUCCESS);
	EXPECT_EQ(address, MACHINE_FREE + 0x10000);
	EXPECT_EQ(machine_protection(address), RWX);
	address -= 0x1000;
	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_ADDRESS, EFI_LOADER_CODE, 2,
				    &address),
		  EFI_NOT_FOUND);
	address = MACHINE_FREE + 0x800;
	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_ADDRESS, EFI_LOADER_CODE, 1,
				    &address),
		  EFI_NOT_FOUND);
	address = MACHINE_FREE;
	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_ADDRESS, EFI_LOADER_CODE,
				    ~0ULL >> 12, &address),
		  EFI_NOT_FOUND);
	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_ADDRESS, EFI_LOADER_CODE,
				    ~0ULL, &address),
		  EFI_NOT_FOUND);
	EXPECT_EQ(address, MACHINE_FREE);
}

UNIT_TEST(bad_parameters_of_allocate_pages)
{
	static const u32 bad[] = { EFI_CONVENTIONAL_MEMORY,
				   EFI_PERSISTENT_MEMORY,
				   EFI_UNACCEPTED_MEMORY,
				   EFI_MAX_MEMORY_TYPE,
				   0x6fffffff,
				   REGION_ANY,
				   REGION_ABSENT };
	u64 address = 0, key;
	u32 i;

	boot();
	key = emu.map.key;
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_ANY_PAGES, bad[i], 1,
					    &address),
			  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_allocate_pages(EFI_MAX_ALLOCATE_TYPE, EFI_LOADER_DATA, 1,
				    &address),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_ANY_PAGES, EFI_LOADER_DATA, 1,
				    NULL),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_ANY_PAGES, EFI_LOADER_DATA, 0,
				    &address),
		  EFI_OUT_OF_RESOURCES);
	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_ANY_PAGES, EFI_LOADER_DATA,
				    ~0ULL, &address),
		  EFI_OUT_OF_RESOURCES);
	EXPECT_EQ(emu.map.key, key);
	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_ANY_PAGES, 0x80000001U, 1,
				    &address),
		  EFI_SUCCESS);
}

UNIT_TEST(page_table_shortage_undoes_an_allocation)
{
	u64 address = 0, key, count;

	boot();
	count = emu.map.count;
	machine.mmu_fail_at = machine.mmu_calls + 1;
	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_ANY_PAGES, EFI_LOADER_CODE, 1,
				    &address),
		  EFI_OUT_OF_RESOURCES);
	EXPECT_EQ(address, 0);
	EXPECT_EQ(emu.map.count, count);
	key = emu.map.key;
	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_ANY_PAGES, EFI_LOADER_CODE, 1,
				    &address),
		  EFI_SUCCESS);
	EXPECT_EQ(emu.map.key, key + 1);
}

UNIT_TEST(loader_data_is_executable_only_where_stubs_run_it)
{
	u64 low, high;

	boot();
	low = allocate(EFI_ALLOCATE_MAX_ADDRESS, EFI_LOADER_DATA, 1,
		       FOUR_GIB - 1);
	high = allocate(EFI_ALLOCATE_ANY_PAGES, EFI_LOADER_DATA, 1, 0);
	EXPECT_EQ(machine_protection(low),
		  ARCH_LOADER_DATA_EXEC_BELOW ? RWX : RW);
	EXPECT_EQ(machine_protection(high), RW);
	EXPECT_EQ(bs_free_pages(low, 1), EFI_SUCCESS);
	EXPECT_EQ(machine_protection(low), RW);
}

UNIT_TEST(free_pages_partially)
{
	u64 address, key;

	boot();
	address = allocate(EFI_ALLOCATE_ANY_PAGES, EFI_LOADER_CODE, 8, 0);
	key = emu.map.key;
	EXPECT_EQ(bs_free_pages(address, 2), EFI_SUCCESS);
	EXPECT_EQ(bs_free_pages(address + 0x6000, 2), EFI_SUCCESS);
	EXPECT_EQ(bs_free_pages(address + 0x3000, 1), EFI_SUCCESS);
	EXPECT_EQ(emu.map.key, key + 3);
	EXPECT_EQ(type_at(address + 0x1000), EFI_CONVENTIONAL_MEMORY);
	EXPECT_EQ(type_at(address + 0x2000), EFI_LOADER_CODE);
	EXPECT_EQ(type_at(address + 0x3000), EFI_CONVENTIONAL_MEMORY);
	EXPECT_EQ(type_at(address + 0x5000), EFI_LOADER_CODE);
	EXPECT_EQ(machine_protection(address + 0x3000), RW);
	EXPECT_EQ(machine_protection(address + 0x2000), RWX);
	EXPECT_EQ(bs_free_pages(address + 0x2000, 2), EFI_NOT_FOUND);
	EXPECT_EQ(bs_free_pages(address + 0x3000, 1), EFI_NOT_FOUND);
}

UNIT_TEST(free_pages_refuses_what_nobody_allocated)
{
	u64 key;

	boot();
	key = emu.map.key;
	EXPECT_EQ(bs_free_pages(MACHINE_EMULATOR, 1), EFI_NOT_FOUND);
	EXPECT_EQ(bs_free_pages(MACHINE_HANDOFF, 1), EFI_NOT_FOUND);
	EXPECT_EQ(bs_free_pages(MACHINE_PAYLOAD, 1), EFI_NOT_FOUND);
	EXPECT_EQ(bs_free_pages(MACHINE_FREE, 1), EFI_NOT_FOUND);
	EXPECT_EQ(bs_free_pages(0x123000, 1), EFI_NOT_FOUND);
	EXPECT_EQ(bs_free_pages(MACHINE_FREE + 1, 1), EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_free_pages(MACHINE_FREE, 0), EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_free_pages(MACHINE_FREE, ~0ULL), EFI_INVALID_PARAMETER);
	EXPECT_EQ(emu.map.key, key);
}

UNIT_TEST(runtime_memory_is_marked_and_unmarked)
{
	u64 address;

	boot();
	address = allocate(EFI_ALLOCATE_ANY_PAGES, EFI_RUNTIME_SERVICES_DATA, 1,
			   0);
	EXPECT_EQ(address % ARCH_RUNTIME_ALIGN, 0);
	EXPECT_TRUE(region_find(&emu.map, address)->attribute &
		    EFI_MEMORY_RUNTIME);
	EXPECT_EQ(bs_free_pages(address, 1), EFI_SUCCESS);
	EXPECT_EQ(region_find(&emu.map, address)->attribute, EFI_MEMORY_WB);
}

static u8 map_buffer[0x10000];

UNIT_TEST(get_memory_map_contract)
{
	struct efi_memory_descriptor *map = (void *)map_buffer;
	u64 size = 0, key = 77, step = 0, needed;
	u32 version = 0;

	boot();
	EXPECT_EQ(bs_get_memory_map(NULL, map, &key, &step, &version),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_get_memory_map(&size, NULL, &key, &step, &version),
		  EFI_BUFFER_TOO_SMALL);
	EXPECT_EQ(step, 48);
	EXPECT_EQ(version, 1);
	EXPECT_EQ(key, 77);
	needed = size;
	EXPECT_TRUE(needed >= 48 && needed % 48 == 0);
	size = needed - 1;
	EXPECT_EQ(bs_get_memory_map(&size, map, &key, &step, &version),
		  EFI_BUFFER_TOO_SMALL);
	EXPECT_EQ(size, needed);
	EXPECT_EQ(bs_get_memory_map(&size, NULL, &key, &step, &version),
		  EFI_INVALID_PARAMETER);
	size = sizeof(map_buffer);
	EXPECT_EQ(bs_get_memory_map(&size, map, NULL, NULL, NULL), EFI_SUCCESS);
	size = sizeof(map_buffer);
	EXPECT_EQ(bs_get_memory_map(&size, map, &key, &step, &version),
		  EFI_SUCCESS);
	EXPECT_EQ(size, needed);
	EXPECT_EQ(key, emu.map.key);
}

UNIT_TEST(memory_map_is_what_the_regions_are)
{
	u64 size = sizeof(map_buffer), step, at, end = 0, allocated;
	const struct efi_memory_descriptor *descriptor;
	u32 matches = 0;

	boot();
	/* Next to the payload, of its type: one descriptor for both. */
	allocated = allocate(EFI_ALLOCATE_ADDRESS, EFI_LOADER_CODE, 1,
			     MACHINE_FREE);
	EXPECT_EQ(allocated, MACHINE_FREE);
	EXPECT_EQ(bs_get_memory_map(&size, (void *)map_buffer, NULL, &step,
				    NULL),
		  EFI_SUCCESS);
	for (at = 0; at < size; at += step) {
		descriptor = (void *)(map_buffer + at);
		EXPECT_TRUE(descriptor->physical_start >= end);
		EXPECT_EQ(descriptor->virtual_start, 0);
		EXPECT_EQ(descriptor->attribute & ~EFI_MEMORY_RUNTIME,
			  EFI_MEMORY_WB);
		EXPECT_EQ(descriptor->type,
			  type_at(descriptor->physical_start));
		end = descriptor->physical_start +
		      descriptor->number_of_pages * EFI_PAGE_SIZE;
		if (descriptor->physical_start == MACHINE_PAYLOAD) {
			matches++;
			EXPECT_EQ(descriptor->number_of_pages,
				  MACHINE_PAYLOAD_SIZE / EFI_PAGE_SIZE + 1);
		}
	}
	EXPECT_EQ(matches, 1);
	EXPECT_EQ(end, MACHINE_HIGH + MACHINE_SIZE);
}

UNIT_TEST(nothing_but_memory_services_moves_the_key)
{
	struct efi_guid guid = EFI_GUID(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
	u64 size = 0, data = 1;
	u32 crc;
	u64 key;

	boot();
	key = emu.map.key;
	bs_get_memory_map(&size, NULL, NULL, NULL, NULL);
	bs_install_configuration_table(&guid, &data);
	rt_set_variable(machine_utf16("Test"), &guid,
			EFI_VARIABLE_BOOTSERVICE_ACCESS, sizeof(data), &data);
	bs_stall(1);
	bs_calculate_crc32(&data, sizeof(data), &crc);
	bs_free_pool(NULL);
	EXPECT_EQ(emu.map.key, key);
}

UNIT_TEST(pool_buffers_are_usable_aligned_and_freed)
{
	static const u32 types[] = { EFI_LOADER_DATA, EFI_BOOT_SERVICES_DATA,
				     EFI_ACPI_RECLAIM_MEMORY };
	u64 count, i;
	void *buffer;

	boot();
	count = emu.map.count;
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		EXPECT_EQ(bs_allocate_pool(types[i], 5000, &buffer),
			  EFI_SUCCESS);
		EXPECT_EQ((u64)buffer % 16, 0);
		EXPECT_EQ(type_at((u64)buffer), types[i]);
		EXPECT_EQ(type_at((u64)buffer + 4999), types[i]);
		EXPECT_EQ(machine_protection((u64)buffer), RW);
		memset(buffer, 0, 5000);
		EXPECT_EQ(bs_free_pool(buffer), EFI_SUCCESS);
		EXPECT_EQ(emu.map.count, count);
	}
	EXPECT_EQ(bs_allocate_pool(EFI_LOADER_DATA, 0, &buffer), EFI_SUCCESS);
	EXPECT_EQ(bs_free_pool(buffer), EFI_SUCCESS);
}

UNIT_TEST(pool_misuse_is_refused)
{
	static u64 foreign[64];
	u64 pages, key;
	u8 *buffer;

	boot();
	EXPECT_EQ(bs_allocate_pool(EFI_LOADER_DATA, 100, (void **)&buffer),
		  EFI_SUCCESS);
	pages = allocate(EFI_ALLOCATE_ANY_PAGES, EFI_LOADER_DATA, 1, 0);
	/* A copy of a good header is a bad header. */
	memcpy((void *)pages, buffer - 32, 64);
	key = emu.map.key;
	EXPECT_EQ(bs_free_pool(NULL), EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_free_pool((void *)32), EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_free_pool(foreign), EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_free_pool(buffer + 16), EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_free_pool((void *)(pages + 32)), EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_free_pool((void *)(MACHINE_PAYLOAD + 32)),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_free_pool((void *)~0ULL), EFI_INVALID_PARAMETER);
	EXPECT_EQ(emu.map.key, key);
	EXPECT_EQ(bs_free_pool(buffer), EFI_SUCCESS);
	EXPECT_EQ(bs_free_pool(buffer), EFI_INVALID_PARAMETER);
	EXPECT_EQ(emu.map.key, key + 1);
	/* Nor when the pages, as they were, have a new owner. */
	EXPECT_EQ(allocate(EFI_ALLOCATE_ADDRESS, EFI_LOADER_DATA, 1,
			   (u64)buffer - 32),
		  (u64)buffer - 32);
	EXPECT_EQ(bs_free_pool(buffer), EFI_INVALID_PARAMETER);
}

UNIT_TEST(bad_parameters_of_allocate_pool)
{
	void *buffer = &buffer;

	boot();
	EXPECT_EQ(bs_allocate_pool(EFI_LOADER_DATA, 1, NULL),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_allocate_pool(EFI_CONVENTIONAL_MEMORY, 1, &buffer),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_allocate_pool(EFI_LOADER_DATA, ~0ULL, &buffer),
		  EFI_OUT_OF_RESOURCES);
	EXPECT_EQ(bs_allocate_pool(EFI_LOADER_DATA, ~0ULL - 4096, &buffer),
		  EFI_OUT_OF_RESOURCES);
	EXPECT_EQ(bs_allocate_pool(EFI_LOADER_DATA, 4 * MACHINE_SIZE, &buffer),
		  EFI_OUT_OF_RESOURCES);
	EXPECT_TRUE(buffer == &buffer);
}
