// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AllocatePages and FreePages (UEFI 2.10, 7.2.1 and 7.2.2).
 */
#include "arch.h"
#include "map.h"

#define MIB BIT_ULL(20)
#define NOWHERE BIT_ULL(51) /* beyond every machine's memory */

static EFI_STATUS allocate_at(struct selftest *st, UINT64 address, UINTN pages)
{
	EFI_PHYSICAL_ADDRESS at = address;
	EFI_STATUS status;

	status = st->boot->AllocatePages(AllocateAddress, EfiLoaderData, pages,
					 &at);
	EXPECT(st, at == address);
	return status;
}

static void one_type(struct selftest *st, UINT32 type)
{
	UINT64 address = allocate(st, type, 4);

	if (!address)
		return;
	EXPECT(st, range_type(st, address, 4) == type);
	memset((void *)address, 0x5a, 4 * EFI_PAGE_SIZE);
	EXPECT(st, bytes_are((void *)address, 4 * EFI_PAGE_SIZE, 0x5a));
	release(st, address, 4);
	EXPECT(st, range_type(st, address, 4) == EfiConventionalMemory);
}

static void memory_types(struct selftest *st)
{
	one_type(st, EfiLoaderCode);
	one_type(st, EfiLoaderData);
	one_type(st, EfiBootServicesCode);
	one_type(st, EfiBootServicesData);
}

/*
 * Firmware may keep bins of these types whose free pages the map shows as used,
 * so that hibernation finds the same map again: not tested is what they become.
 */
static void one_lasting_type(struct selftest *st, UINT32 type)
{
	UINT64 address = allocate(st, type, 4);

	if (!address)
		return;
	EXPECT(st, range_type(st, address, 4) == type);
	release(st, address, 4);
}

static void memory_lasting_types(struct selftest *st)
{
	one_lasting_type(st, EfiRuntimeServicesCode);
	one_lasting_type(st, EfiRuntimeServicesData);
	one_lasting_type(st, EfiReservedMemoryType);
	one_lasting_type(st, EfiACPIReclaimMemory);
	one_lasting_type(st, EfiACPIMemoryNVS);
}

static void memory_oem_types(struct selftest *st)
{
	one_lasting_type(st, 0x70000001);
}

/* Those of an operating system's loader. */
static void memory_os_types(struct selftest *st)
{
	one_lasting_type(st, 0x80000001);
}

static EFI_STATUS allocate_type(struct selftest *st, UINT32 type)
{
	EFI_PHYSICAL_ADDRESS address;
	EFI_STATUS status;

	status = st->boot->AllocatePages(AllocateAnyPages, type, 1, &address);
	if (status == EFI_SUCCESS)
		st->boot->FreePages(address, 1);
	return status;
}

static void memory_bad_types(struct selftest *st)
{
	EXPECT_STATUS(st, allocate_type(st, MAP_TYPE_PERSISTENT),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, allocate_type(st, 16), EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, allocate_type(st, 0x6fffffff), EFI_INVALID_PARAMETER);
}

static void memory_type_conventional(struct selftest *st)
{
	EXPECT_STATUS(st, allocate_type(st, EfiConventionalMemory),
		      EFI_INVALID_PARAMETER);
}

static void memory_invalid(struct selftest *st)
{
	EFI_PHYSICAL_ADDRESS address = 0;

	EXPECT_STATUS(st,
		      st->boot->AllocatePages(MaxAllocateType, EfiLoaderData, 1,
					      &address),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      st->boot->AllocatePages(AllocateAnyPages, EfiLoaderData,
					      1, NULL),
		      EFI_INVALID_PARAMETER);
}

static void memory_too_much(struct selftest *st)
{
	EFI_PHYSICAL_ADDRESS address = 0;

	EXPECT_STATUS(st,
		      st->boot->AllocatePages(AllocateAnyPages, EfiLoaderData,
					      1ULL << 38, &address),
		      EFI_OUT_OF_RESOURCES);
	EXPECT_STATUS(st,
		      st->boot->AllocatePages(AllocateAnyPages, EfiLoaderData,
					      ~0ULL, &address),
		      EFI_OUT_OF_RESOURCES);
}

/* The number of bytes does not fit in 64 bits, what remains of it would. */
static void memory_too_much_wraps(struct selftest *st)
{
	EFI_PHYSICAL_ADDRESS address = 0;

	EXPECT_STATUS(st,
		      st->boot->AllocatePages(AllocateAnyPages, EfiLoaderData,
					      (1ULL << 52) + 1, &address),
		      EFI_OUT_OF_RESOURCES);
}

static void below(struct selftest *st, UINT64 limit, UINTN pages)
{
	EFI_PHYSICAL_ADDRESS address = limit;
	EFI_STATUS status;

	status = st->boot->AllocatePages(AllocateMaxAddress, EfiLoaderData,
					 pages, &address);
	if (!EXPECT_STATUS(st, status, EFI_SUCCESS))
		return;
	EXPECT(st, !(address & EFI_PAGE_MASK));
	EXPECT(st, address + pages * EFI_PAGE_SIZE - 1 <= limit);
	EXPECT(st, range_type(st, address, pages) == EfiLoaderData);
	release(st, address, pages);
}

static void memory_max_address(struct selftest *st)
{
	UINT64 block;

	below(st, ~0ULL, 1); /* Linux' boot_params */
	below(st, 0xffffffff, 2); /* its 5-level trampoline */
	/* A limit in the middle of free memory, aligned and not. */
	block = allocate(st, EfiLoaderData, 64);
	release(st, block, 64);
	if (!block)
		return;
	below(st, block + 32 * EFI_PAGE_SIZE - 1, 8);
	below(st, block + 32 * EFI_PAGE_SIZE + 0x123, 8);
}

static void memory_max_address_none(struct selftest *st)
{
	EFI_PHYSICAL_ADDRESS address = EFI_PAGE_SIZE - 1;

	/* UEFI 2.10, 7.2.1 has both codes for it. */
	EXPECT_EITHER(st,
		      st->boot->AllocatePages(AllocateMaxAddress, EfiLoaderData,
					      2, &address),
		      EFI_OUT_OF_RESOURCES, EFI_NOT_FOUND);
}

static void memory_address(struct selftest *st)
{
	UINT64 block = allocate(st, EfiLoaderData, 16);
	UINT64 middle = block + 4 * EFI_PAGE_SIZE;

	if (!block)
		return;
	release(st, block, 16);
	EXPECT_STATUS(st, allocate_at(st, middle, 5), EFI_SUCCESS);
	EXPECT(st, range_type(st, middle, 5) == EfiLoaderData);
	EXPECT(st, range_type(st, block, 4) == EfiConventionalMemory);
	EXPECT(st, range_type(st, middle + 5 * EFI_PAGE_SIZE, 7) ==
			   EfiConventionalMemory);
	/* Not twice, neither whole nor in part. */
	EXPECT_STATUS(st, allocate_at(st, middle, 5), EFI_NOT_FOUND);
	EXPECT_STATUS(st, allocate_at(st, middle + EFI_PAGE_SIZE, 1),
		      EFI_NOT_FOUND);
	EXPECT_STATUS(st, allocate_at(st, middle + 4 * EFI_PAGE_SIZE, 3),
		      EFI_NOT_FOUND);
	release(st, middle, 5);
}

/* Free at its start, not at its end. */
static void memory_address_overlap(struct selftest *st)
{
	UINT64 block = allocate(st, EfiLoaderData, 16);
	UINT64 middle = block + 4 * EFI_PAGE_SIZE;

	if (!block)
		return;
	release(st, block, 16);
	EXPECT_STATUS(st, allocate_at(st, middle, 5), EFI_SUCCESS);
	EXPECT_STATUS(st, allocate_at(st, block, 16), EFI_NOT_FOUND);
	EXPECT(st, range_type(st, block, 4) == EfiConventionalMemory);
	EXPECT(st, range_type(st, middle, 5) == EfiLoaderData);
	release(st, middle, 5);
}

static void memory_address_nowhere(struct selftest *st)
{
	EXPECT_STATUS(st, allocate_at(st, NOWHERE, 1), EFI_NOT_FOUND);
}

static void memory_address_unaligned(struct selftest *st)
{
	UINT64 block = allocate(st, EfiLoaderData, 4);

	if (!block)
		return;
	release(st, block, 4);
	EXPECT_EITHER(st, allocate_at(st, block + 0x10, 1), EFI_NOT_FOUND,
		      EFI_INVALID_PARAMETER);
}

/* What Linux' efi_random_alloc() does: any free, aligned address it likes. */
static void memory_address_anywhere(struct selftest *st)
{
	const UINTN pages = 16 * MIB / EFI_PAGE_SIZE;
	struct map *map = map_read_checked(st);
	UINT64 at[8];
	UINTN count = 0;

	if (!map)
		return;
	for (UINTN i = 0; i < map_count(map) && count < 8; i++) {
		const EFI_MEMORY_DESCRIPTOR *entry = map_entry(map, i);
		UINT64 start = (entry->PhysicalStart + 2 * MIB - 1) &
			       ~(2 * MIB - 1);

		if (entry->Type == EfiConventionalMemory &&
		    start + 16 * MIB <= map_end(entry))
			at[count++] = start;
	}
	if (!count) {
		selftest_skip(st, "no 16 MiB of free memory in one piece");
		return;
	}
	for (UINTN i = 0; i < count; i++) {
		EFI_PHYSICAL_ADDRESS address = at[i];

		EXPECT_STATUS(st,
			      st->boot->AllocatePages(AllocateAddress,
						      EfiLoaderCode, pages,
						      &address),
			      EFI_SUCCESS);
		*(volatile UINT8 *)at[i] = 1;
		*(volatile UINT8 *)(at[i] + 16 * MIB - 1) = 2;
		release(st, at[i], pages);
	}
}

/*
 * Partial frees: arm64's stub and systemd-stub >= 262 trim what they got.
 * Of 8 pages, [first, first + count) is freed.
 */
static void free_part(struct selftest *st, UINTN first, UINTN count)
{
	UINT64 block = allocate(st, EfiLoaderData, 8);
	UINT64 part = block + first * EFI_PAGE_SIZE;
	UINTN after = 8 - first - count;
	UINT64 rest = part + count * EFI_PAGE_SIZE;

	if (!block)
		return;
	memset((void *)block, 0xc3, 8 * EFI_PAGE_SIZE);
	release(st, part, count);
	EXPECT(st, range_type(st, part, count) == EfiConventionalMemory);
	if (first)
		EXPECT(st, range_type(st, block, first) == EfiLoaderData);
	if (after)
		EXPECT(st, range_type(st, rest, after) == EfiLoaderData);
	EXPECT(st, bytes_are((void *)block, first * EFI_PAGE_SIZE, 0xc3));
	EXPECT(st, bytes_are((void *)rest, after * EFI_PAGE_SIZE, 0xc3));
	EXPECT_STATUS(st, st->boot->FreePages(part, count), EFI_NOT_FOUND);
	/* Whole again, so that it can be freed as one. */
	EXPECT_STATUS(st, allocate_at(st, part, count), EFI_SUCCESS);
	EXPECT(st, range_type(st, block, 8) == EfiLoaderData);
	release(st, block, 8);
	EXPECT(st, range_type(st, block, 8) == EfiConventionalMemory);
}

static void memory_free_head(struct selftest *st)
{
	free_part(st, 0, 3);
}

static void memory_free_middle(struct selftest *st)
{
	free_part(st, 3, 2);
}

static void memory_free_tail(struct selftest *st)
{
	free_part(st, 5, 3);
}

static void memory_free_twice(struct selftest *st)
{
	UINT64 block = allocate(st, EfiLoaderData, 2);

	if (!block)
		return;
	release(st, block, 2);
	EXPECT_STATUS(st, st->boot->FreePages(block, 2), EFI_NOT_FOUND);
}

static void memory_free_invalid(struct selftest *st)
{
	UINT64 block = allocate(st, EfiLoaderData, 2);

	if (!block)
		return;
	EXPECT_STATUS(st, st->boot->FreePages(block + 8, 1),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, st->boot->FreePages(block, 0), EFI_INVALID_PARAMETER);
	EXPECT(st, range_type(st, block, 2) == EfiLoaderData);
	release(st, block, 2);
}

static void memory_free_nowhere(struct selftest *st)
{
	EXPECT_STATUS(st, st->boot->FreePages(NOWHERE, 1), EFI_NOT_FOUND);
}

/* More than was allocated: the pages behind are free. */
static void memory_free_too_much(struct selftest *st)
{
	UINT64 block = allocate(st, EfiLoaderData, 8);

	if (!block)
		return;
	release(st, block + 4 * EFI_PAGE_SIZE, 4);
	EXPECT_STATUS(st, st->boot->FreePages(block, 8), EFI_NOT_FOUND);
	/* UEFI does not say what became of the first four. */
	st->boot->FreePages(block, 4);
}

/* Stubs write code into pages of this type and jump to it. */
static void run_code(struct selftest *st, UINT64 page)
{
	int (*code)(void) = (int (*)(void))page;

	if (!page)
		return;
	memcpy((void *)page, arch_code, arch_code_size);
	arch_sync_code((void *)page, arch_code_size);
	EXPECT(st, code() == ARCH_CODE_RESULT);
	release(st, page, 1);
}

static void memory_loader_code_runs(struct selftest *st)
{
	run_code(st, allocate(st, EfiLoaderCode, 1));
}

/* Linux' 5-level trampoline is code in LoaderData below 4 GiB. */
static void memory_low_loader_data_runs(struct selftest *st)
{
	EFI_PHYSICAL_ADDRESS address = 0xffffffff;

	if (!arch_loader_data_runs)
		return selftest_skip(st, "nothing of this machine needs it");
	if (EXPECT_STATUS(st,
			  st->boot->AllocatePages(AllocateMaxAddress,
						  EfiLoaderData, 1, &address),
			  EFI_SUCCESS))
		run_code(st, address);
}

#define BLOCKS 64

struct block {
	UINT64 address;
	UINTN pages;
};

static void change_block(struct selftest *st, struct block *block, UINT8 mark,
			 UINT32 random)
{
	if (block->address) {
		EXPECT(st, bytes_are((void *)block->address,
				     block->pages * EFI_PAGE_SIZE, mark));
		release(st, block->address, block->pages);
		block->address = 0;
		return;
	}
	block->pages = 1 + random % 9;
	block->address = allocate(
		st, random & 16 ? EfiLoaderCode : EfiLoaderData, block->pages);
	if (block->address)
		memset((void *)block->address, mark,
		       block->pages * EFI_PAGE_SIZE);
}

/* Many blocks of two types, freed in another order than allocated. */
static void memory_churn(struct selftest *st)
{
	static struct block blocks[BLOCKS];
	struct map *map = map_read_checked(st);
	UINT32 random = 12345;
	UINT64 before, sum;

	if (!map)
		return;
	before = map_pages(map, EfiConventionalMemory);
	sum = map_ram_pages(map);
	for (int i = 0; i < 600; i++) {
		UINT32 which;

		random = random * 1664525 + 1013904223;
		which = (random >> 20) % BLOCKS;
		change_block(st, &blocks[which], which + 1, random >> 8);
	}
	for (UINT32 i = 0; i < BLOCKS; i++)
		if (blocks[i].address)
			change_block(st, &blocks[i], i + 1, 0);
	map = map_read_checked(st);
	if (!map)
		return;
	EXPECT(st, map_pages(map, EfiConventionalMemory) == before);
	EXPECT(st, map_ram_pages(map) == sum);
}

const struct check memory_checks[] = {
	{ "memory.types", memory_types, PHASE_BOOT },
	{ "memory.lasting_types", memory_lasting_types, PHASE_BOOT },
	{ "memory.oem_types", memory_oem_types, PHASE_BOOT },
	{ "memory.os_types", memory_os_types, PHASE_BOOT },
	{ "memory.bad_types", memory_bad_types, PHASE_BOOT },
	{ "memory.type_conventional", memory_type_conventional, PHASE_BOOT },
	{ "memory.invalid", memory_invalid, PHASE_BOOT },
	{ "memory.too_much", memory_too_much, PHASE_BOOT },
	{ "memory.too_much_wraps", memory_too_much_wraps, PHASE_BOOT },
	{ "memory.max_address", memory_max_address, PHASE_BOOT },
	{ "memory.max_address_none", memory_max_address_none, PHASE_BOOT },
	{ "memory.address", memory_address, PHASE_BOOT },
	{ "memory.address_overlap", memory_address_overlap, PHASE_BOOT },
	{ "memory.address_nowhere", memory_address_nowhere, PHASE_BOOT },
	{ "memory.address_unaligned", memory_address_unaligned, PHASE_BOOT },
	{ "memory.address_anywhere", memory_address_anywhere, PHASE_BOOT },
	{ "memory.free_head", memory_free_head, PHASE_BOOT },
	{ "memory.free_middle", memory_free_middle, PHASE_BOOT },
	{ "memory.free_tail", memory_free_tail, PHASE_BOOT },
	{ "memory.free_twice", memory_free_twice, PHASE_BOOT },
	{ "memory.free_invalid", memory_free_invalid, PHASE_BOOT },
	{ "memory.free_nowhere", memory_free_nowhere, PHASE_BOOT },
	{ "memory.free_too_much", memory_free_too_much, PHASE_BOOT },
	{ "memory.loader_code_runs", memory_loader_code_runs, PHASE_BOOT },
	{ "memory.low_loader_data_runs", memory_low_loader_data_runs,
	  PHASE_BOOT },
	{ "memory.churn", memory_churn, PHASE_BOOT },
	{},
};
