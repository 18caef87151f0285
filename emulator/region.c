// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The map of physical memory. One primitive, region_convert(), makes every
 * change: it splits at the borders of the range, changes what lies between and
 * merges what became alike.
 */
#include <emulator/region.h>
#include <kexec_pe/checked.h>
#include <kexec_pe/string.h>

static bool range_end(u64 start, u64 pages, u64 *ret)
{
	u64 size;

	return !(start & (EFI_PAGE_SIZE - 1)) && pages &&
	       checked_mul(pages, EFI_PAGE_SIZE, &size) &&
	       checked_add(start, size, ret);
}

/* Index of the first region that ends above an address; count if none does. */
static u32 first_above(const struct region_map *map, u64 address)
{
	u32 low = 0, high = map->count;

	while (low < high) {
		u32 middle = low + (high - low) / 2;

		if (region_end(&map->regions[middle]) > address)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static bool is_like(const struct region *region,
		    const struct region_change *change)
{
	return region->type == change->from &&
	       (region->attribute & change->need) == change->need;
}

/* Is all of a range what the change asks for, without a hole? */
static bool range_is_like(const struct region_map *map, u64 start, u64 end,
			  const struct region_change *change)
{
	u32 i;

	for (i = first_above(map, start); start < end; i++) {
		const struct region *region = &map->regions[i];

		if (i == map->count || region->start > start ||
		    !is_like(region, change))
			return false;
		start = region_end(region);
	}
	return true;
}

static bool inside(const struct region_map *map, u64 address)
{
	u32 i = first_above(map, address);

	return i < map->count && map->regions[i].start < address;
}

static void insert(struct region_map *map, u32 index,
		   const struct region *region)
{
	struct region *at = &map->regions[index];

	memmove(at + 1, at, (map->count - index) * sizeof(*at));
	*at = *region;
	map->count++;
}

static void remove_regions(struct region_map *map, u32 index, u32 number)
{
	struct region *at = &map->regions[index];

	memmove(at, at + number, (map->count - index - number) * sizeof(*at));
	map->count -= number;
}

/* Makes an address a border between two regions if it lies inside one. */
static void split(struct region_map *map, u64 address)
{
	u32 i = first_above(map, address);
	struct region upper;

	if (!inside(map, address))
		return;
	upper = map->regions[i];
	upper.pages = (region_end(&upper) - address) >> EFI_PAGE_SHIFT;
	upper.start = address;
	map->regions[i].pages -= upper.pages;
	insert(map, i + 1, &upper);
}

/* Merges equal neighbours among regions first to last, as far as they exist. */
static void merge(struct region_map *map, u32 first, u32 last)
{
	u32 i = first;

	while (i < last && i + 1 < map->count) {
		struct region *a = &map->regions[i], *b = a + 1;

		if (region_end(a) != b->start || a->type != b->type ||
		    a->attribute != b->attribute) {
			i++;
			continue;
		}
		a->pages += b->pages;
		remove_regions(map, i + 1, 1);
		last--;
	}
}

/* Regions first to end - 1 are replaced by one, or by none; true if it shows. */
static bool replace(struct region_map *map, u32 first, u32 end,
		    const struct region *region)
{
	const struct region *old = &map->regions[first];

	if (region->type == REGION_ABSENT) {
		remove_regions(map, first, end - first);
		return end > first;
	}
	if (end - first == 1 && old->pages == region->pages &&
	    old->type == region->type && old->attribute == region->attribute)
		return false;
	remove_regions(map, first, end - first);
	insert(map, first, region);
	return true;
}

/* Regions first to end - 1 change in place; true if it shows. */
static bool alter(struct region_map *map, u32 first, u32 end,
		  const struct region_change *change)
{
	bool changed = false;
	u32 i;

	for (i = first; i < end; i++) {
		struct region *region = &map->regions[i];
		u64 attribute = (region->attribute & ~change->clear) |
				change->set;

		if (region->type != change->to ||
		    region->attribute != attribute)
			changed = true;
		region->type = change->to;
		region->attribute = attribute;
	}
	return changed;
}

efi_status_t region_convert(struct region_map *map, u64 start, u64 pages,
			    const struct region_change *change)
{
	bool any = change->from == REGION_ANY, changed;
	const struct region region = {
		.start = start,
		.pages = pages,
		.type = change->to,
		.attribute = change->set,
	};
	u32 first, last;
	u64 end;

	if (!range_end(start, pages, &end))
		return EFI_INVALID_PARAMETER;
	if (!any && !range_is_like(map, start, end, change))
		return EFI_NOT_FOUND;
	if (map->count + inside(map, start) + inside(map, end) + any >
	    REGION_MAX)
		return EFI_OUT_OF_RESOURCES;

	split(map, start);
	split(map, end);
	first = first_above(map, start);
	last = first_above(map, end - 1);
	/* The region that ends at our end counts; one that begins there not. */
	if (last < map->count && map->regions[last].start < end)
		last++;
	changed = any ? replace(map, first, last, &region) :
			alter(map, first, last, change);
	merge(map, first ? first - 1 : 0, last + 1);
	if (changed)
		map->key++;
	return EFI_SUCCESS;
}

const struct region *region_find(const struct region_map *map, u64 address)
{
	u32 i = first_above(map, address);

	if (i == map->count || map->regions[i].start > address)
		return NULL;
	return &map->regions[i];
}

static bool has_contents(const struct region *region)
{
	switch (region->type) {
	case EFI_UNUSABLE_MEMORY:
	case EFI_MEMORY_MAPPED_IO:
	case EFI_MEMORY_MAPPED_IO_PORT_SPACE:
	case EFI_UNACCEPTED_MEMORY:
		return false;
	default:
		return true;
	}
}

bool region_backed(const struct region_map *map, u64 address, u64 size)
{
	u64 end;
	u32 i;

	if (!size || address < EFI_PAGE_SIZE ||
	    !checked_add(address, size, &end))
		return false;
	for (i = first_above(map, address); address < end; i++) {
		const struct region *region = &map->regions[i];

		if (i == map->count || region->start > address ||
		    !has_contents(region))
			return false;
		address = region_end(region);
	}
	return true;
}

bool region_highest_free(const struct region_map *map, u64 pages, u64 align,
			 u64 low, u64 last, u64 *ret)
{
	u64 limit = last == ~0ULL ? last : last + 1;
	u32 i;

	for (i = map->count; i--;) {
		const struct region *region = &map->regions[i];
		u64 floor, ceiling, start;

		/* Special-purpose memory is for who asks for its address. */
		if (region->type != EFI_CONVENTIONAL_MEMORY ||
		    region->attribute & EFI_MEMORY_SP || region->pages < pages)
			continue;
		floor = region->start > low ? region->start : low;
		ceiling = region_end(region);
		if (ceiling > limit)
			ceiling = limit;
		if (ceiling < floor ||
		    ceiling - floor < pages << EFI_PAGE_SHIFT)
			continue;
		start = (ceiling - (pages << EFI_PAGE_SHIFT)) & ~(align - 1);
		if (start < floor)
			continue;
		*ret = start;
		return true;
	}
	return false;
}

efi_status_t region_build(struct region_map *map,
			  const struct handoff_memory *claims, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		const struct handoff_memory *claim = &claims[i];
		const struct region_change change = {
			.from = REGION_ANY,
			.to = claim->type,
			.set = claim->attribute & ~REGION_ALLOCATED,
		};
		efi_status_t status;

		if (!claim->size)
			continue;
		if (claim->size & (EFI_PAGE_SIZE - 1) ||
		    (claim->type >= EFI_MAX_MEMORY_TYPE &&
		     claim->type < EFI_OEM_MEMORY_TYPE) ||
		    claim->type == REGION_ANY)
			return EFI_INVALID_PARAMETER;
		status = region_convert(map, claim->address,
					claim->size >> EFI_PAGE_SHIFT, &change);
		if (EFI_ERROR(status))
			return status;
	}
	return EFI_SUCCESS;
}
