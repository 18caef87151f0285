// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The region map, checked against a map of single pages that is too simple to
 * be wrong.
 */
// sources: emulator/region.c

#include <stdlib.h>

#include <emulator/region.h>

#include "unit.h"

#define BASE 0x100000ULL
#define PAGES 64

static struct region_map map;

/* What each page is; type REGION_ABSENT: nothing. */
struct page {
	u32 type;
	u64 attribute;
};

static struct page oracle[PAGES];

static struct page map_page(u64 index)
{
	const struct region *region =
		region_find(&map, BASE + index * EFI_PAGE_SIZE);

	if (!region)
		return (struct page){ REGION_ABSENT, 0 };
	return (struct page){ region->type, region->attribute };
}

static bool invariants_hold(void)
{
	u32 i;

	for (i = 0; i < map.count; i++) {
		const struct region *a = &map.regions[i], *b = a + 1;

		if (!EXPECT_TRUE(a->pages > 0))
			return false;
		if (i + 1 == map.count)
			break;
		if (!EXPECT_TRUE(region_end(a) <= b->start))
			return false;
		if (!EXPECT_FALSE(region_end(a) == b->start &&
				  a->type == b->type &&
				  a->attribute == b->attribute))
			return false;
	}
	return EXPECT_TRUE(map.count <= REGION_MAX);
}

static bool same_as_oracle(void)
{
	u32 i;

	for (i = 0; i < PAGES; i++) {
		struct page page = map_page(i);

		if (!EXPECT_EQ(page.type, oracle[i].type) ||
		    !EXPECT_EQ(page.attribute, oracle[i].attribute))
			return false;
	}
	return true;
}

static void start(void)
{
	u32 i;

	memset(&map, 0, sizeof(map));
	for (i = 0; i < PAGES; i++)
		oracle[i] = (struct page){ REGION_ABSENT, 0 };
}

/* The same change on the oracle: what it returns, whether anything changes. */
static efi_status_t oracle_convert(u32 first, u32 count,
				   const struct region_change *change,
				   bool *ret_changed)
{
	u32 i;

	*ret_changed = false;
	for (i = first; i < first + count; i++) {
		if (change->from != REGION_ANY &&
		    (oracle[i].type != change->from ||
		     (oracle[i].attribute & change->need) != change->need))
			return EFI_NOT_FOUND;
	}
	for (i = first; i < first + count; i++) {
		struct page page = { change->to, change->set };

		if (change->from != REGION_ANY)
			page.attribute |= oracle[i].attribute & ~change->clear;
		if (change->to == REGION_ABSENT)
			page.attribute = 0;
		if (page.type != oracle[i].type ||
		    page.attribute != oracle[i].attribute)
			*ret_changed = true;
		oracle[i] = page;
	}
	return EFI_SUCCESS;
}

static u32 pick(u32 limit)
{
	return (u32)random() % limit;
}

static struct region_change random_change(void)
{
	static const u32 types[] = { EFI_CONVENTIONAL_MEMORY, EFI_LOADER_DATA,
				     EFI_LOADER_CODE };
	struct region_change change = {
		.from = types[pick(3)],
		.to = types[pick(3)],
		.set = pick(4) ? 0 : REGION_ALLOCATED,
		.clear = pick(2) ? 0 : REGION_ALLOCATED,
		.need = pick(4) ? 0 : REGION_ALLOCATED,
	};

	if (!pick(5)) {
		change.from = REGION_ANY;
		change.set = pick(2) ? EFI_MEMORY_WB : 0;
		if (!pick(4))
			change.to = REGION_ABSENT;
	}
	return change;
}

UNIT_TEST(random_changes_agree_with_single_pages)
{
	u32 step, done = 0;

	start();
	srandom(1);
	for (step = 0; step < 100000; step++) {
		struct region_change change = random_change();
		u32 first = pick(PAGES), count = 1 + pick(PAGES - first);
		u64 key = map.key;
		bool changed;
		efi_status_t want =
			oracle_convert(first, count, &change, &changed);

		if (!EXPECT_EQ(region_convert(&map,
					      BASE + first * EFI_PAGE_SIZE,
					      count, &change),
			       want))
			return;
		if (!EXPECT_EQ(map.key, key + changed))
			return;
		if (!invariants_hold() || !same_as_oracle())
			return;
		done += changed;
	}
	/* Most steps would prove nothing if nearly all were refused. */
	EXPECT_TRUE(done > 10000);
}

UNIT_TEST(ranges_that_are_none_are_refused)
{
	const struct region_change change = {
		.from = REGION_ANY,
		.to = EFI_CONVENTIONAL_MEMORY,
	};

	start();
	EXPECT_EQ(region_convert(&map, BASE + 1, 1, &change),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(region_convert(&map, BASE, 0, &change),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(region_convert(&map, BASE, ~0ULL >> 12, &change),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(region_convert(&map, BASE, 1ULL << 52, &change),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(region_convert(&map, ~0ULL - 0xfff, 1, &change),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(map.count, 0);
	EXPECT_EQ(map.key, 0);
}

static efi_status_t claim(u64 page, u64 pages, u32 type)
{
	const struct region_change change = { .from = REGION_ANY, .to = type };

	return region_convert(&map, page * EFI_PAGE_SIZE, pages, &change);
}

UNIT_TEST(full_map_refuses_and_stays_whole)
{
	const struct region_change take = {
		.from = EFI_CONVENTIONAL_MEMORY,
		.to = EFI_LOADER_DATA,
	};
	u64 i, key;

	start();
	/* Islands of three pages, so that their middles can be split out. */
	for (i = 0; i < REGION_MAX; i++)
		EXPECT_EQ(claim(4 * i, 3, EFI_CONVENTIONAL_MEMORY),
			  EFI_SUCCESS);
	EXPECT_EQ(map.count, REGION_MAX);
	key = map.key;
	EXPECT_EQ(region_convert(&map, 5 * EFI_PAGE_SIZE, 1, &take),
		  EFI_OUT_OF_RESOURCES);
	EXPECT_EQ(region_convert(&map, 4 * EFI_PAGE_SIZE, 1, &take),
		  EFI_OUT_OF_RESOURCES);
	EXPECT_EQ(claim(4 * REGION_MAX, 1, EFI_LOADER_DATA),
		  EFI_OUT_OF_RESOURCES);
	EXPECT_EQ(map.count, REGION_MAX);
	EXPECT_EQ(map.key, key);
	invariants_hold();
	/* What needs no further region still works. */
	EXPECT_EQ(region_convert(&map, 4 * EFI_PAGE_SIZE, 3, &take),
		  EFI_SUCCESS);
	EXPECT_EQ(map.key, key + 1);
	invariants_hold();
}

UNIT_TEST(later_claim_wins)
{
	const struct handoff_memory claims[] = {
		{ 0, 0x100000, EFI_CONVENTIONAL_MEMORY, 0, EFI_MEMORY_WB },
		{ 0x10000, 0x2000, EFI_RESERVED_TYPE, 0, 0 },
		{ 0x11000, 0x3000, EFI_LOADER_CODE, 0, EFI_MEMORY_WB },
		{ 0x20000, 0x1000, HANDOFF_MEMORY_ABSENT, 0, 0 },
	};

	start();
	EXPECT_EQ(region_build(&map, claims, ARRAY_SIZE(claims)), EFI_SUCCESS);
	EXPECT_EQ(map.count, 5);
	EXPECT_EQ(region_find(&map, 0x10fff)->type, EFI_RESERVED_TYPE);
	EXPECT_EQ(region_find(&map, 0x11000)->type, EFI_LOADER_CODE);
	EXPECT_EQ(region_find(&map, 0x13fff)->type, EFI_LOADER_CODE);
	EXPECT_EQ(region_find(&map, 0x14000)->type, EFI_CONVENTIONAL_MEMORY);
	EXPECT_TRUE(!region_find(&map, 0x20000));
	EXPECT_TRUE(!region_find(&map, 0x100000));
}

UNIT_TEST(claims_are_validated)
{
	const struct handoff_memory bad[] = {
		{ 0x800, 0x1000, EFI_CONVENTIONAL_MEMORY, 0, 0 },
		{ 0x1000, 0x800, EFI_CONVENTIONAL_MEMORY, 0, 0 },
		{ ~0ULL - 0xfff, 0x2000, EFI_CONVENTIONAL_MEMORY, 0, 0 },
		{ 0x1000, 0x1000, EFI_MAX_MEMORY_TYPE, 0, 0 },
		{ 0x1000, 0x1000, REGION_ANY, 0, 0 },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		start();
		EXPECT_EQ(region_build(&map, &bad[i], 1),
			  EFI_INVALID_PARAMETER);
	}
}

UNIT_TEST(claim_of_no_size_claims_nothing)
{
	const struct handoff_memory none = { 0x1000, 0, EFI_LOADER_DATA, 0, 0 };

	start();
	claim(0, 4, EFI_CONVENTIONAL_MEMORY);
	EXPECT_EQ(region_build(&map, &none, 1), EFI_SUCCESS);
	EXPECT_EQ(map.count, 1);
	EXPECT_EQ(map.regions[0].pages, 4);
}

UNIT_TEST(backed_needs_every_page)
{
	start();
	claim(0, 4, EFI_CONVENTIONAL_MEMORY);
	claim(4, 1, EFI_LOADER_DATA);
	claim(5, 1, EFI_MEMORY_MAPPED_IO);
	EXPECT_TRUE(region_backed(&map, 0x1000, 0x4000));
	EXPECT_TRUE(region_backed(&map, 0x4fff, 1));
	EXPECT_FALSE(region_backed(&map, 0x4fff, 2));
	EXPECT_FALSE(region_backed(&map, 0xfff, 2));
	EXPECT_FALSE(region_backed(&map, 0x1000, 0));
	EXPECT_FALSE(region_backed(&map, 0x6000, 1));
	EXPECT_FALSE(region_backed(&map, ~0ULL, 2));
}

UNIT_TEST(highest_free_respects_bounds_and_alignment)
{
	const struct region_change special = {
		.from = REGION_ANY,
		.to = EFI_CONVENTIONAL_MEMORY,
		.set = EFI_MEMORY_SP,
	};
	u64 at = 1;

	start();
	claim(0x10, 0x10, EFI_CONVENTIONAL_MEMORY);
	region_convert(&map, 0x100000, 0x10, &special);
	EXPECT_TRUE(region_highest_free(&map, 1, 0x1000, 0, ~0ULL, &at));
	EXPECT_EQ(at, 0x1f000);
	EXPECT_TRUE(region_highest_free(&map, 1, 0x8000, 0, ~0ULL, &at));
	EXPECT_EQ(at, 0x18000);
	EXPECT_TRUE(region_highest_free(&map, 2, 0x1000, 0, 0x14fff, &at));
	EXPECT_EQ(at, 0x13000);
	EXPECT_TRUE(region_highest_free(&map, 2, 0x1000, 0, 0x14ffe, &at));
	EXPECT_EQ(at, 0x12000);
	EXPECT_FALSE(region_highest_free(&map, 0x11, 0x1000, 0, ~0ULL, &at));
	EXPECT_FALSE(region_highest_free(&map, 1, 0x1000, 0x20000, ~0ULL, &at));
	EXPECT_FALSE(region_highest_free(&map, 4, 0x1000, 0x1d000, ~0ULL, &at));
	EXPECT_EQ(at, 0x12000);
}
