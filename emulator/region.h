/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The map of physical memory: a sorted array of regions with one primitive,
 * which is allocator, EFI memory map and map key in one.
 */
#ifndef EMULATOR_REGION_H
#define EMULATOR_REGION_H

#include <kexec_pe/efi.h>
#include <kexec_pe/handoff.h>

/*
 * A large server's firmware map has some 200 entries; a payload's allocations
 * add a few dozen, as neighbours of one type merge.
 */
#define REGION_MAX 1024

/* Invariants: sorted, disjoint, pages > 0, no two equal neighbours touch. */
struct region {
	u64 start; /* multiple of 4 KiB */
	u64 pages;
	u64 attribute; /* EFI_MEMORY_* and REGION_ALLOCATED */
	u32 type;
};

struct region_map {
	u32 count;
	u64 key; /* EFI map key: another one after every change */
	struct region regions[REGION_MAX];
};

/*
 * Pages that AllocatePages or AllocatePool gave out; only these may be freed.
 * A bit that UEFI leaves undefined (2.10, 7.2.3) and no memory map shows.
 */
#define REGION_ALLOCATED BIT_ULL(32)

/* What convert() may find in a range, what it makes of it. */
#define REGION_ANY 0xfffffffeU /* from: anything, holes included */
#define REGION_ABSENT HANDOFF_MEMORY_ABSENT /* to: no memory */

struct region_change {
	u32 from; /* EFI memory type or REGION_ANY */
	u32 to; /* EFI memory type or REGION_ABSENT */
	u64 clear; /* attributes to take away; ~0 with from == REGION_ANY */
	u64 set; /* attributes to add */
	u64 need; /* attributes that the range must have */
};

static inline u64 region_end(const struct region *region)
{
	return region->start + (region->pages << EFI_PAGE_SHIFT);
}

/**
 * region_convert() - the primitive: change what a range of memory is
 * @map: the map
 * @start: first byte, multiple of 4 KiB
 * @pages: number of pages, not 0
 * @change: what must be there and what shall be there
 *
 * Splits, changes and merges regions, and moves the map key if anything did
 * change. With another @change->from than REGION_ANY the range must lie wholly
 * in regions of that type which have all attributes of @change->need.
 *
 * Return: EFI_SUCCESS; EFI_INVALID_PARAMETER for a range that is no range;
 *         EFI_NOT_FOUND if the range is not what it must be;
 *         EFI_OUT_OF_RESOURCES if the array is full. The map is unchanged
 *         after a failure.
 */
efi_status_t region_convert(struct region_map *map, u64 start, u64 pages,
			    const struct region_change *change);

/**
 * region_find() - the region that an address lies in
 * @map: the map
 * @address: any address
 *
 * Return: the region, valid until the map changes; NULL if there is none
 */
const struct region *region_find(const struct region_map *map, u64 address);

/**
 * region_backed() - is a range of bytes all of it memory that has contents?
 * @map: the map
 * @address: first byte
 * @size: number of bytes
 *
 * Return: true when every page of the range is in the map as memory (not as
 *         I/O, unusable or unaccepted), page 0 excluded; false for size 0
 */
bool region_backed(const struct region_map *map, u64 address, u64 size);

/**
 * region_highest_free() - the highest place for an allocation
 * @map: the map
 * @pages: number of pages, not 0
 * @align: alignment in bytes, a power of two, at least 4 KiB
 * @low: lowest address that the allocation may have
 * @last: highest address of its last byte
 * @ret: where to put the address; untouched after a failure
 *
 * Return: true when Conventional memory has such a place
 */
bool region_highest_free(const struct region_map *map, u64 pages, u64 align,
			 u64 low, u64 last, u64 *ret);

/**
 * region_build() - make the map from what the stager claims
 * @map: zeroed
 * @claims: in order, a later one wins
 * @count: number of claims
 *
 * Return: EFI_SUCCESS; EFI_INVALID_PARAMETER for a claim that is no range of
 *         pages or has no EFI memory type; EFI_OUT_OF_RESOURCES
 */
efi_status_t region_build(struct region_map *map,
			  const struct handoff_memory *claims, u32 count);

#endif /* EMULATOR_REGION_H */
