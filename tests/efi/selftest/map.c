// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GetMemoryMap (UEFI 2.10, 7.2.3): its contract, and that what it says is true.
 */
#include "arch.h"
#include "map.h"

static struct map the_map;

EFI_STATUS map_read(struct selftest *st, struct map *map)
{
	map->size = sizeof(map->bytes);
	return st->boot->GetMemoryMap(&map->size,
				      (EFI_MEMORY_DESCRIPTOR *)map->bytes,
				      &map->key, &map->descriptor_size,
				      &map->version);
}

struct map *map_read_checked(struct selftest *st)
{
	if (!EXPECT_STATUS(st, map_read(st, &the_map), EFI_SUCCESS))
		return NULL;
	if (!EXPECT(st,
		    the_map.descriptor_size >= sizeof(EFI_MEMORY_DESCRIPTOR)))
		return NULL;
	return &the_map;
}

UINTN map_count(const struct map *map)
{
	return map->size / map->descriptor_size;
}

EFI_MEMORY_DESCRIPTOR *map_entry(struct map *map, UINTN index)
{
	return (EFI_MEMORY_DESCRIPTOR *)(map->bytes +
					 index * map->descriptor_size);
}

UINT64 map_end(const EFI_MEMORY_DESCRIPTOR *entry)
{
	return entry->PhysicalStart + (entry->NumberOfPages << EFI_PAGE_SHIFT);
}

EFI_MEMORY_DESCRIPTOR *map_find(struct map *map, UINT64 address)
{
	for (UINTN i = 0; i < map_count(map); i++) {
		EFI_MEMORY_DESCRIPTOR *entry = map_entry(map, i);

		if (address >= entry->PhysicalStart && address < map_end(entry))
			return entry;
	}
	return NULL;
}

UINT32 map_type(struct map *map, UINT64 address, UINT64 pages)
{
	const EFI_MEMORY_DESCRIPTOR *entry = map_find(map, address);
	UINT64 end = address + (pages << EFI_PAGE_SHIFT);
	UINT32 type;

	if (!entry)
		return MAP_TYPE_NONE;
	type = entry->Type;
	while (map_end(entry) < end) {
		entry = map_find(map, map_end(entry));
		if (!entry)
			return MAP_TYPE_NONE;
		if (entry->Type != type)
			return MAP_TYPE_MIXED;
	}
	return type;
}

UINT32 map_type_at(struct map *map, UINT64 address)
{
	return map_type(map, address & ~(UINT64)EFI_PAGE_MASK, 1);
}

UINT64 map_pages(struct map *map, UINT32 type)
{
	UINT64 pages = 0;

	for (UINTN i = 0; i < map_count(map); i++)
		if (map_entry(map, i)->Type == type)
			pages += map_entry(map, i)->NumberOfPages;
	return pages;
}

/* Allocating moves pages between these types and nowhere else. */
static bool type_is_ram(UINT32 type)
{
	return (type >= EfiLoaderCode && type <= EfiConventionalMemory) ||
	       type == EfiReservedMemoryType || type == EfiACPIReclaimMemory ||
	       type == EfiACPIMemoryNVS || type >= 0x70000000;
}

UINT64 map_ram_pages(struct map *map)
{
	UINT64 pages = 0;

	for (UINTN i = 0; i < map_count(map); i++)
		if (type_is_ram(map_entry(map, i)->Type))
			pages += map_entry(map, i)->NumberOfPages;
	return pages;
}

UINT32 range_type(struct selftest *st, UINT64 address, UINT64 pages)
{
	struct map *map = map_read_checked(st);

	return map ? map_type(map, address, pages) : MAP_TYPE_NONE;
}

UINT32 type_at(struct selftest *st, const void *address)
{
	struct map *map = map_read_checked(st);

	return map ? map_type_at(map, (UINTN)address) : MAP_TYPE_NONE;
}

UINT64 allocate(struct selftest *st, UINT32 type, UINTN pages)
{
	EFI_PHYSICAL_ADDRESS address = 0;

	if (!EXPECT_STATUS(st,
			   st->boot->AllocatePages(AllocateAnyPages, type,
						   pages, &address),
			   EFI_SUCCESS))
		return 0;
	if (!EXPECT(st, address && !(address & EFI_PAGE_MASK)))
		return 0;
	return address;
}

void release(struct selftest *st, UINT64 address, UINTN pages)
{
	if (address)
		EXPECT_STATUS(st, st->boot->FreePages(address, pages),
			      EFI_SUCCESS);
}

/* How every payload asks for the size first. */
static void map_size_probe(struct selftest *st)
{
	UINTN size = 0, key, descriptor_size = 0;
	UINT32 version = 0;

	EXPECT_STATUS(st,
		      st->boot->GetMemoryMap(&size, NULL, &key,
					     &descriptor_size, &version),
		      EFI_BUFFER_TOO_SMALL);
	EXPECT(st, size > 0);
	EXPECT(st, descriptor_size >= sizeof(EFI_MEMORY_DESCRIPTOR));
	EXPECT(st, descriptor_size % 8 == 0);
	EXPECT(st, version == EFI_MEMORY_DESCRIPTOR_VERSION);
	if (descriptor_size)
		EXPECT(st, size % descriptor_size == 0);
}

static void map_too_small(struct selftest *st)
{
	struct map *map = map_read_checked(st);
	UINTN needed, size, key, descriptor_size;
	UINT32 version;

	if (!map)
		return;
	needed = map->size;
	size = needed - map->descriptor_size;
	memset(map->bytes, 0xa5, sizeof(map->bytes));
	EXPECT_STATUS(st,
		      st->boot->GetMemoryMap(
			      &size, (EFI_MEMORY_DESCRIPTOR *)map->bytes, &key,
			      &descriptor_size, &version),
		      EFI_BUFFER_TOO_SMALL);
	EXPECT(st, size >= needed);
	EXPECT(st, bytes_are(map->bytes + needed, sizeof(map->bytes) - needed,
			     0xa5));
}

static void map_invalid(struct selftest *st)
{
	UINTN size = MAP_BYTES, key, descriptor_size;
	UINT32 version;

	EXPECT_STATUS(st,
		      st->boot->GetMemoryMap(NULL, NULL, &key, &descriptor_size,
					     &version),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      st->boot->GetMemoryMap(&size, NULL, &key,
					     &descriptor_size, &version),
		      EFI_INVALID_PARAMETER);
}

static void map_aligned(struct selftest *st)
{
	struct map *map = map_read_checked(st);

	if (!map)
		return;
	EXPECT(st, map->size % map->descriptor_size == 0);
	EXPECT(st, map_count(map) > 0);
	for (UINTN i = 0; i < map_count(map); i++) {
		const EFI_MEMORY_DESCRIPTOR *entry = map_entry(map, i);

		EXPECT(st, !(entry->PhysicalStart & EFI_PAGE_MASK));
		EXPECT(st, entry->NumberOfPages > 0);
		EXPECT(st, entry->NumberOfPages < 1ULL << 52);
		EXPECT(st, map_end(entry) - 1 >= entry->PhysicalStart);
		EXPECT(st, entry->Type < EfiMaxMemoryType + 2 ||
				   entry->Type >= 0x70000000);
	}
}

/* UEFI asks for no order; stubs do best with it and all known maps have it. */
static void map_sorted(struct selftest *st)
{
	struct map *map = map_read_checked(st);
	bool up = true, down = true;

	if (!map)
		return;
	for (UINTN i = 1; i < map_count(map); i++) {
		if (map_entry(map, i)->PhysicalStart <
		    map_entry(map, i - 1)->PhysicalStart)
			up = false;
		else
			down = false;
	}
	if (!up && !down)
		selftest_skip(st, "in no order; UEFI asks for none");
	else
		selftest_note(st, up ? "ascending" : "descending");
}

static bool overlap(const EFI_MEMORY_DESCRIPTOR *a,
		    const EFI_MEMORY_DESCRIPTOR *b)
{
	return a->PhysicalStart < map_end(b) && b->PhysicalStart < map_end(a);
}

static void map_no_overlap(struct selftest *st)
{
	struct map *map = map_read_checked(st);

	if (!map)
		return;
	for (UINTN i = 0; i < map_count(map); i++)
		for (UINTN j = 0; j < i; j++)
			if (!EXPECT(st, !overlap(map_entry(map, i),
						 map_entry(map, j))))
				return;
}

static void map_sum_constant(struct selftest *st)
{
	struct map *map = map_read_checked(st);
	UINT64 sum, conventional, address;

	if (!map)
		return;
	sum = map_ram_pages(map);
	conventional = map_pages(map, EfiConventionalMemory);
	address = allocate(st, EfiLoaderData, 37);
	map = map_read_checked(st);
	if (!map)
		return;
	EXPECT(st, map_ram_pages(map) == sum);
	EXPECT(st, map_pages(map, EfiConventionalMemory) == conventional - 37);
	release(st, address, 37);
	map = map_read_checked(st);
	if (!map)
		return;
	EXPECT(st, map_ram_pages(map) == sum);
	EXPECT(st, map_pages(map, EfiConventionalMemory) == conventional);
}

/* The services between a payload's GetMemoryMap and its ExitBootServices. */
static void call_what_must_not_allocate(struct selftest *st)
{
	static EFI_GUID loaded_image = LOADED_IMAGE_PROTOCOL;
	static EFI_GUID nowhere = {
		0x7fc4f2a1, 0x3a6a, 0x4f0e, { 1, 2, 3, 4, 5, 6, 7, 8 }
	};
	UINT8 bytes[64];
	UINTN size = sizeof(bytes);
	VOID *interface;

	st->boot->HandleProtocol(st->image, &loaded_image, &interface);
	st->boot->LocateProtocol(&nowhere, NULL, &interface);
	st->boot->SetMem(bytes, sizeof(bytes), 7);
	st->boot->CopyMem(bytes, bytes + 1, sizeof(bytes) - 1);
	st->boot->Stall(1);
	st->runtime->GetVariable(L"SelfTestNothing", &nowhere, NULL, &size,
				 bytes);
}

static void map_key_constant(struct selftest *st)
{
	struct map *map = map_read_checked(st);
	UINTN key, size;

	if (!map)
		return;
	key = map->key;
	size = map->size;
	map = map_read_checked(st);
	if (!map)
		return;
	EXPECT(st, map->key == key);
	EXPECT(st, map->size == size);
	call_what_must_not_allocate(st);
	map = map_read_checked(st);
	if (map)
		EXPECT(st, map->key == key);
}

static void map_key_changes(struct selftest *st)
{
	struct map *map = map_read_checked(st);
	UINTN key;
	UINT64 address;

	if (!map)
		return;
	key = map->key;
	address = allocate(st, EfiLoaderData, 3);
	map = map_read_checked(st);
	if (!map)
		return;
	EXPECT(st, map->key != key);
	key = map->key;
	release(st, address, 3);
	map = map_read_checked(st);
	if (map)
		EXPECT(st, map->key != key);
}

/* Neither image nor tables nor stack may be offered as free memory. */
static void map_own_memory(struct selftest *st)
{
	struct map *map = map_read_checked(st);
	UINT64 base = (UINTN)st->loaded->ImageBase & ~(UINT64)EFI_PAGE_MASK;
	UINT64 size = st->loaded->ImageSize;

	if (!map)
		return;
	EXPECT(st, map_type(map, base, EFI_SIZE_TO_PAGES(size)) ==
			   (UINT32)st->loaded->ImageCodeType);
	EXPECT(st, map_type_at(map, (UINTN)&base) != EfiConventionalMemory);
	EXPECT(st, map_type_at(map, (UINTN)st->systab->ConfigurationTable) !=
			   EfiConventionalMemory);
	EXPECT(st, map_type_at(map, (UINTN)st->boot) != EfiConventionalMemory);
}

/* What the kernel dereferences after ExitBootServices. */
static void map_runtime_tables(struct selftest *st)
{
	struct map *map = map_read_checked(st);

	if (!map)
		return;
	EXPECT(st,
	       map_type_at(map, (UINTN)st->systab) == EfiRuntimeServicesData);
	EXPECT(st,
	       map_type_at(map, (UINTN)st->runtime) == EfiRuntimeServicesData);
	EXPECT(st, map_type_at(map, (UINTN)st->systab->FirmwareVendor) ==
			   EfiRuntimeServicesData);
}

static bool type_is_runtime(UINT32 type)
{
	return type == EfiRuntimeServicesCode || type == EfiRuntimeServicesData;
}

static void map_attributes(struct selftest *st)
{
	struct map *map = map_read_checked(st);

	if (!map)
		return;
	for (UINTN i = 0; i < map_count(map); i++) {
		const EFI_MEMORY_DESCRIPTOR *entry = map_entry(map, i);
		bool runtime = entry->Attribute & EFI_MEMORY_RUNTIME;

		if (entry->Type == EfiConventionalMemory)
			EXPECT(st, entry->Attribute & EFI_MEMORY_WB);
		if (type_is_runtime(entry->Type))
			EXPECT(st, runtime);
		else if (type_is_ram(entry->Type) &&
			 entry->Type != EfiReservedMemoryType)
			EXPECT(st, !runtime);
	}
}

/* Linux' LA57 trampoline and systemd-stub want memory below 4 GiB. */
static void map_low_memory(struct selftest *st)
{
	struct map *map = map_read_checked(st);
	UINT64 pages = 0;

	if (!map)
		return;
	for (UINTN i = 0; i < map_count(map); i++)
		if (map_entry(map, i)->Type == EfiConventionalMemory &&
		    map_end(map_entry(map, i)) <= 1ULL << 32)
			pages += map_entry(map, i)->NumberOfPages;
	EXPECT(st, pages >= 2);
}

const struct check map_checks[] = {
	{ "map.size_probe", map_size_probe, PHASE_BOOT },
	{ "map.too_small", map_too_small, PHASE_BOOT },
	{ "map.invalid", map_invalid, PHASE_BOOT },
	{ "map.aligned", map_aligned, PHASE_BOOT },
	{ "map.sorted", map_sorted, PHASE_BOOT },
	{ "map.no_overlap", map_no_overlap, PHASE_BOOT },
	{ "map.sum_constant", map_sum_constant, PHASE_BOOT },
	{ "map.key_constant", map_key_constant, PHASE_BOOT },
	{ "map.key_changes", map_key_changes, PHASE_BOOT },
	{ "map.own_memory", map_own_memory, PHASE_BOOT },
	{ "map.runtime_tables", map_runtime_tables, PHASE_BOOT },
	{ "map.attributes", map_attributes, PHASE_BOOT },
	{ "map.low_memory", map_low_memory, PHASE_BOOT },
	{},
};
