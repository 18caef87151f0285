/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The oracle of the page tables of every architecture: one byte per page of the
 * first WINDOW bytes. Random changes are made to both, and what the tables say,
 * through arch_mmu_query() and through the test's own walker, must agree.
 *
 * Included by NAME_mmu_test.c after arch/NAME/mmu.c; it defines what is declared
 * here without a body.
 */
#ifndef TESTS_UNIT_ARCH_MMU_ORACLE_H
#define TESTS_UNIT_ARCH_MMU_ORACLE_H

#include <kexec_pe/handoff.h>
#include <unit.h>

#define RO HANDOFF_PROT_READ
#define RW (HANDOFF_PROT_READ | HANDOFF_PROT_WRITE)
#define RX (HANDOFF_PROT_READ | HANDOFF_PROT_EXEC)
#define RWX (RW | HANDOFF_PROT_EXEC)

#define MIB2 0x200000ULL
#define GIB 0x40000000ULL

#define WINDOW (3 * GIB + MIB2 + 0x5000)
#define WINDOW_PAGES (WINDOW / KPE_PAGE_SIZE)

/*
 * As the processor does it, with no code of the mmu.c: protection of a page, 0
 * when a walk finds nothing. Fails the test when the page is mapped elsewhere.
 */
static u32 walk_page(u64 address);

static u8 oracle[WINDOW_PAGES];

static u32 protection_at(u64 address)
{
	u32 ret;

	arch_mmu_query(address, &ret);
	return ret;
}

static u64 run_at(u64 address)
{
	u32 ignored;

	return arch_mmu_query(address, &ignored);
}

static efi_status_t map_normal(u64 address, u64 size, u32 protection)
{
	return arch_mmu_map(address, size, protection, ARCH_MEMORY_NORMAL);
}

static u64 random_number(u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void random_range(u64 *state, u64 *start_page, u64 *pages)
{
	static const u64 grains[] = { 1, 1, 16, 512, 512, 512 * 512 };
	u64 grain = grains[random_number(state) % ARRAY_SIZE(grains)];

	*start_page = random_number(state) % WINDOW_PAGES / grain * grain;
	*pages = (1 + random_number(state) % 4) * grain;
	if (random_number(state) % 4 == 0)
		*pages += random_number(state) % 700;
	if (*start_page + *pages > WINDOW_PAGES)
		*pages = WINDOW_PAGES - *start_page;
}

/* Every page, through the query; returns false at the first difference. */
static bool oracle_agrees(void)
{
	u64 at, run, page;
	u32 protection;

	for (at = 0; at < WINDOW; at += run) {
		run = arch_mmu_query(at, &protection);
		if (!EXPECT_TRUE(run && run % KPE_PAGE_SIZE == 0))
			return false;
		for (page = at / KPE_PAGE_SIZE;
		     page < (at + run) / KPE_PAGE_SIZE && page < WINDOW_PAGES;
		     page++) {
			if (oracle[page] == protection)
				continue;
			EXPECT_EQ(protection, oracle[page]);
			UNIT_NOTE("page %#llx of a leaf of %#llx bytes",
				  (unsigned long long)page,
				  (unsigned long long)run);
			return false;
		}
	}
	return true;
}

static bool walker_agrees(u64 *state)
{
	unsigned int i;
	u64 page;

	for (i = 0; i < 2000; i++) {
		page = random_number(state) % WINDOW_PAGES;
		if (!EXPECT_EQ(walk_page(page * KPE_PAGE_SIZE), oracle[page]))
			return false;
	}
	return true;
}

/* For a map that was just started. */
static void compare_with_oracle(u64 seed)
{
	static const u8 protections[] = { 0, RO, RW, RX, RWX, RW };
	u64 state = seed, page, pages;
	unsigned int i;
	u8 protection;

	memset(oracle, 0, sizeof(oracle));
	for (i = 0; i < 120; i++) {
		random_range(&state, &page, &pages);
		protection = protections[random_number(&state) %
					 ARRAY_SIZE(protections)];
		if (!EXPECT_EQ(map_normal(page * KPE_PAGE_SIZE,
					  pages * KPE_PAGE_SIZE, protection),
			       EFI_SUCCESS))
			return;
		memset(oracle + page, protection, pages);
		if (!oracle_agrees() || !walker_agrees(&state)) {
			UNIT_NOTE("seed %llu, step %u",
				  (unsigned long long)seed, i);
			return;
		}
	}
}

/*
 * For a map that was just started with a dozen tables. When they run out,
 * nothing outside of the range has changed.
 */
static void exhaust(u64 seed)
{
	static const u8 fresh[] = { RO, RW };
	u64 state = seed, page, pages, at;
	unsigned int i, failures = 0;
	efi_status_t status;
	u8 protection;

	memset(oracle, 0, sizeof(oracle));
	for (i = 0; i < 300; i++) {
		random_range(&state, &page, &pages);
		protection = fresh[i % ARRAY_SIZE(fresh)];
		status = map_normal(page * KPE_PAGE_SIZE, pages * KPE_PAGE_SIZE,
				    protection);
		memset(oracle + page, protection, pages);
		if (status == EFI_OUT_OF_RESOURCES) {
			failures++;
			/* In part: each page is as before or as asked for. */
			for (at = page; at < page + pages; at++)
				oracle[at] = (u8)protection_at(at << 12);
		}
		if (!oracle_agrees())
			return;
	}
	EXPECT_TRUE(failures > 50);
	EXPECT_TRUE(failures < 300);
}

#endif /* TESTS_UNIT_ARCH_MMU_ORACLE_H */
