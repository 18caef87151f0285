// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Page tables of arch/arm64/mmu.c, made in memory of this process for each of
 * the three regimes (EL1, EL2, EL2 with E2H) and read by a walker that shares
 * no code with it.
 */
#include <arch/arm64/cpu.h>
#include <arch/arm64/mmu.h>
#include <kexec_pe/handoff.h>
#include <stdlib.h>
#include <unit.h>

static struct {
	bool el2, host;
	u64 mmfr0;
	u64 root, control; /* of mmu_switch() */
	unsigned int switches, flushes, replacements;
	bool careless; /* a valid entry was overwritten where it must not be */
} cpu;

static bool changes_more_than_permissions(u64 old, u64 new)
{
	/* AP[2], PXN, UXN or XN */
	const u64 permissions = 1ULL << 7 | 3ULL << 53;

	return old & new & 1 && (old ^ new) & ~permissions;
}

static bool is_live(void);

static void fake_set_entry(u64 *entry, u64 value)
{
	if (is_live() && changes_more_than_permissions(*entry, value))
		cpu.careless = true;
	*entry = value;
}

static void fake_replace_entry(u64 *entry, u64 value)
{
	cpu.replacements++;
	*entry = value;
}

#define cpu_at_el2() (cpu.el2)
#define cpu_el2_host() (cpu.host)
#define cpu_mmfr0() (cpu.mmfr0)
#define cpu_set_entry(entry, value) fake_set_entry(entry, value)
#define cpu_replace_entry(entry, value) fake_replace_entry(entry, value)
#define cpu_flush_tlb() ((void)cpu.flushes++)

#include <arch/arm64/mmu.c>

#include "mmu_oracle.h"

#define POOL_PAGES 4096
#define OWN_POOL_OFFSET 0x345000ULL
#define OWN_POOL_PAGES 0x155ULL

static u8 pool[POOL_PAGES * KPE_PAGE_SIZE] __aligned(4096);

/* Only its address counts: nothing of the segment is there. */
const struct emulator_header emulator_header __aligned(4096) = {
	.text_end = 0x13000,
	.rodata_end = 0x17000,
	.file_size = 0x17100,
	.memory_end = OWN_POOL_OFFSET,
	.pool_offset = OWN_POOL_OFFSET,
	.pool_pages = OWN_POOL_PAGES,
};

#define OWN ((u64)&emulator_header)
#define OWN_END (OWN + OWN_POOL_OFFSET + OWN_POOL_PAGES * KPE_PAGE_SIZE)
#define GUARD (OWN + 0x20000)

u64 arch_guard_page(unsigned int index)
{
	return index ? 0 : GUARD;
}

void mmu_switch(u64 root, u64 control_value)
{
	cpu.root = root;
	cpu.control = control_value;
	cpu.switches++;
}

static bool is_live(void)
{
	return map.live;
}

enum regime { EL1, EL2, EL2_HOST };

static struct mmu_registers start_early(enum regime regime, u64 parange_field)
{
	memset(&cpu, 0, sizeof(cpu));
	cpu.el2 = regime != EL1;
	cpu.host = regime == EL2_HOST;
	cpu.mmfr0 = 0x1120 | parange_field;
	memset(&map, 0, sizeof(map));
	memset(early_pool, 0xff, sizeof(early_pool));
	return mmu_early_start();
}

static void start(enum regime regime, u64 pages)
{
	start_early(regime, 5);
	/* Not zero: what is not cleared would show. */
	memset(pool, 0xff, sizeof(pool));
	arch_mmu_start(pool, pages, 0);
}

static bool in_tables(u64 table)
{
	return (table >= (u64)pool && table < (u64)pool + sizeof(pool)) ||
	       (table >= (u64)early_pool &&
		table < (u64)early_pool + sizeof(early_pool));
}

/* As the processor does it. Returns the leaf, or 0; its size in *ret_span. */
static u64 walk(u64 root, u64 address, u64 *ret_span)
{
	u64 table = root, entry;
	int level;

	for (level = 0; level < 4; level++) {
		*ret_span = 1ULL << (39 - 9 * level);
		entry = ((u64 *)table)[address >> (39 - 9 * level) & 511];
		if (!(entry & 1))
			return 0;
		if (level == 3)
			return entry & 2 ? entry : 0; /* 01: reserved */
		if (!(entry & 2))
			return level ? entry : 0; /* no blocks of 512 GiB */
		/* Hierarchical permissions would narrow those of leaves. */
		if (entry >> 59)
			return 0;
		table = entry & 0x0000fffffffff000ULL;
		if (!in_tables(table))
			return 0;
	}
	return 0;
}

static u32 leaf_protection(u64 leaf)
{
	u64 no_execute = cpu.el2 && !cpu.host ? 1ULL << 54 : 3ULL << 53;

	if (!leaf)
		return 0;
	return (u32)(HANDOFF_PROT_READ |
		     (leaf >> 7 & 1 ? 0 : HANDOFF_PROT_WRITE) |
		     (leaf & no_execute ? 0 : HANDOFF_PROT_EXEC));
}

static u32 walk_page(u64 address)
{
	u64 span, leaf = walk((u64)pool, address, &span);

	if (leaf)
		EXPECT_EQ(leaf & 0x0000fffffffff000ULL, address / span * span);
	return leaf_protection(leaf);
}

/* Of an address, in the early map. */
static u64 early_leaf(u64 address)
{
	u64 span;

	return walk((u64)early_pool, address, &span);
}

UNIT_TEST(largest_leaves_that_fit)
{
	start(EL1, 16);
	EXPECT_EQ(protection_at(0), 0);
	EXPECT_EQ(map_normal(0, 4 * GIB, RW), EFI_SUCCESS);
	EXPECT_EQ(16 - map.tables.pool_pages, 2);
	EXPECT_EQ(run_at(GIB), GIB);
	EXPECT_EQ(protection_at(4 * GIB - 1), RW);
	EXPECT_EQ(protection_at(4 * GIB), 0);
	EXPECT_EQ(map_normal(GIB + 5 * MIB2 + 0x7000, 4096, RX), EFI_SUCCESS);
	EXPECT_EQ(16 - map.tables.pool_pages, 4);
	EXPECT_EQ(run_at(GIB + 5 * MIB2 + 0x7000), 4096);
	EXPECT_EQ(run_at(GIB), MIB2);
	EXPECT_EQ(run_at(0), GIB);
	/* There are no leaves of 512 GiB. */
	EXPECT_EQ(map_normal(1024 * GIB, 512 * GIB, RW), EFI_SUCCESS);
	EXPECT_EQ(run_at(1024 * GIB), GIB);
}

UNIT_TEST(entries_of_each_regime)
{
	/* valid 0, table or page 1, index 2, SH 8, AF 10: as D8.3 has them */
	static const struct {
		enum regime regime;
		u64 all, no_execute;
	} regimes[] = {
		{ EL1, 0x400, 3ULL << 53 },
		{ EL2, 0x440, 1ULL << 54 },
		{ EL2_HOST, 0x400, 3ULL << 53 },
	};
	u64 root = (u64)pool, span;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(regimes); i++) {
		u64 all = regimes[i].all, xn = regimes[i].no_execute;

		start(regimes[i].regime, 64);
		map_normal(0, GIB, RW);
		map_normal(GIB, MIB2, RX);
		map_normal(GIB + MIB2, 4096, RO);
		arch_mmu_map(0x90000000, 4096, RW, ARCH_MEMORY_DEVICE);
		EXPECT_EQ(walk(root, 0x1234567, &span), all | xn | 0x305);
		EXPECT_EQ(span, GIB);
		EXPECT_EQ(walk(root, GIB, &span), all | GIB | 0x385);
		EXPECT_EQ(span, MIB2);
		EXPECT_EQ(walk(root, GIB + MIB2, &span),
			  all | xn | (GIB + MIB2) | 0x387);
		EXPECT_EQ(walk(root, 0x90000000, &span),
			  all | xn | 0x90000000 | 0x003);
		EXPECT_EQ(span, 4096);
	}
}

UNIT_TEST(control_of_each_regime)
{
	/* T0SZ 16, write-back tables, inner shareable */
	const u64 half = 0x3510;

	EXPECT_EQ(start_early(EL2, 5).control, half | 0x80800000 | 5ULL << 16);
	EXPECT_EQ(start_early(EL2, 2).control, half | 0x80800000 | 2ULL << 16);
	/* 4 KiB and no walks for the upper half */
	EXPECT_EQ(start_early(EL1, 5).control, half | 0x80900000 | 5ULL << 32);
	EXPECT_EQ(start_early(EL2_HOST, 0).control, half | 0x80900000);
	/* 52 bits would take other descriptors. */
	EXPECT_EQ(start_early(EL1, 6).control, half | 0x80900000 | 5ULL << 32);
}

UNIT_TEST(ranges_that_cannot_be_mapped)
{
	start(EL1, 16);
	EXPECT_EQ(map_normal(1, 4096, RW), EFI_INVALID_PARAMETER);
	EXPECT_EQ(map_normal(0, 4095, RW), EFI_INVALID_PARAMETER);
	EXPECT_EQ(map_normal(1ULL << 48, 4096, RW), EFI_INVALID_PARAMETER);
	EXPECT_EQ(map_normal(-4096ULL, 8192, RW), EFI_INVALID_PARAMETER);
	EXPECT_EQ(map_normal((1ULL << 48) - 4096, 4096, RW), EFI_SUCCESS);
	EXPECT_EQ(protection_at(1ULL << 48), 0);
	EXPECT_EQ(run_at(-4096ULL), 4096);
	start_early(EL1, 1);
	arch_mmu_start(pool, 16, 0);
	EXPECT_EQ(map_normal(1ULL << 36, 4096, RW), EFI_INVALID_PARAMETER);
	EXPECT_EQ(map_normal((1ULL << 36) - 4096, 4096, RW), EFI_SUCCESS);
	arch_mmu_start(pool, 0, 0);
	EXPECT_EQ(map_normal(0, 4096, RW), EFI_OUT_OF_RESOURCES);
	EXPECT_EQ(protection_at(0), 0);
}

UNIT_TEST(the_own_segment_is_mapped_by_pages)
{
	u64 first = OWN / GIB * GIB, at;

	start(EL1, 64);
	EXPECT_EQ(map_normal(first, 2 * GIB, RW), EFI_SUCCESS);
	for (at = OWN; at < OWN_END; at += KPE_PAGE_SIZE) {
		if (!EXPECT_EQ(run_at(at), KPE_PAGE_SIZE))
			return;
	}
	EXPECT_EQ(run_at((OWN_END + MIB2) / MIB2 * MIB2) % MIB2, 0);
	EXPECT_EQ(protection_at(OWN), RW);
}

UNIT_TEST(live_changes_break_before_they_make)
{
	start(EL2, 64);
	map_normal(0, GIB, RW);
	arch_mmu_enable();
	EXPECT_EQ(cpu.switches, 1);
	EXPECT_EQ(cpu.root, (u64)pool);
	EXPECT_EQ(cpu.flushes, 0);
	/* Permissions: no break. */
	map_normal(0, GIB, RO);
	EXPECT_EQ(cpu.replacements, 0);
	EXPECT_EQ(cpu.flushes, 1);
	/* A split of 1 GiB, then of 2 MiB. */
	map_normal(MIB2, 4096, RX);
	EXPECT_EQ(cpu.replacements, 2);
	EXPECT_EQ(cpu.flushes, 2);
	/* Another kind of memory. */
	arch_mmu_map(MIB2, 4096, RW, ARCH_MEMORY_DEVICE);
	EXPECT_EQ(cpu.replacements, 3);
	/* What was not there, and what goes, breaks nothing. */
	map_normal(2 * GIB, 4096, RW);
	map_normal(MIB2, 4096, 0);
	EXPECT_EQ(cpu.replacements, 3);
	EXPECT_FALSE(cpu.careless);
}

UNIT_TEST(early_map_of_the_own_segment)
{
	static const enum regime regimes[] = { EL1, EL2, EL2_HOST };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(regimes); i++) {
		struct mmu_registers ret = start_early(regimes[i], 5);

		EXPECT_EQ(ret.root, (u64)early_pool);
		EXPECT_EQ(leaf_protection(early_leaf(OWN)), RX);
		EXPECT_EQ(leaf_protection(early_leaf(OWN + 0x12fff)), RX);
		EXPECT_EQ(leaf_protection(early_leaf(OWN + 0x13000)), RW);
		EXPECT_EQ(leaf_protection(early_leaf(OWN_END - 1)), RW);
		EXPECT_EQ(early_leaf(OWN_END), 0);
		EXPECT_EQ(early_leaf(OWN - 1), 0);
		EXPECT_EQ(early_leaf(GUARD), 0);
		EXPECT_EQ(leaf_protection(early_leaf(GUARD + 4096)), RW);
		EXPECT_EQ(cpu.switches, 0);
	}
}

UNIT_TEST(early_map_grows_as_purgatory_reads)
{
	const u64 handoff = 3 * GIB + 0x5008;

	start_early(EL1, 5);
	EXPECT_TRUE(arch_reach(handoff, 100));
	EXPECT_EQ(leaf_protection(early_leaf(handoff)), RO);
	EXPECT_EQ(early_leaf(handoff + 4096), 0);
	/* More of it, over the end of a large page. */
	EXPECT_TRUE(arch_reach(handoff, 3 * MIB2));
	EXPECT_EQ(leaf_protection(early_leaf(handoff + 3 * MIB2 - 1)), RO);
	EXPECT_EQ(early_leaf(handoff + 3 * MIB2 + 4096), 0);
	/* Our own stays as it is. */
	EXPECT_TRUE(arch_reach(OWN + 0x80, 0x17080));
	EXPECT_EQ(leaf_protection(early_leaf(OWN)), RX);
	EXPECT_EQ(leaf_protection(early_leaf(OWN + 0x13000)), RW);
	EXPECT_TRUE(arch_reach(7, 0));
	EXPECT_FALSE(arch_reach(-8ULL, 16));
	EXPECT_FALSE(arch_reach((1ULL << 48) - 8, 16));
	EXPECT_FALSE(cpu.careless);
}

UNIT_TEST(early_map_reaches_the_console)
{
	const u64 uart = 0x09000018;

	start_early(EL2, 5);
	EXPECT_TRUE(mmu_reach(uart));
	EXPECT_EQ(early_leaf(uart), 0x09000000 | 1ULL << 54 | 0x443);
	EXPECT_EQ(early_leaf(uart + 4096), 0);
	/* The emulator's map is made; until it is live, early is. */
	arch_mmu_start(pool, 16, 0);
	EXPECT_TRUE(mmu_reach(uart + 0x10000));
	EXPECT_TRUE(early_leaf(uart + 0x10000) != 0);
	arch_mmu_enable();
	EXPECT_TRUE(mmu_reach(uart + 0x20000));
	EXPECT_EQ(early_leaf(uart + 0x20000), 0);
}

UNIT_TEST(early_tables_run_out)
{
	unsigned int i;

	start_early(EL1, 5);
	/* As many segments as kexec knows, each at two ends of its own. */
	for (i = 0; i < 16; i++)
		EXPECT_TRUE(
			arch_reach(8 * GIB + i * 16 * MIB2 + 0x3000, 5 * MIB2));
	for (i = 0; i < EARLY_TABLES && arch_reach(i * GIB + 0x3000, 1); i++)
		continue;
	EXPECT_TRUE(i < EARLY_TABLES);
	EXPECT_EQ(leaf_protection(early_leaf(OWN)), RX);
}

UNIT_TEST(random_changes)
{
	start(EL1, POOL_PAGES);
	compare_with_oracle(1);
	start(EL2, POOL_PAGES);
	compare_with_oracle(2);
	start(EL2_HOST, POOL_PAGES);
	arch_mmu_enable();
	compare_with_oracle(3);
	EXPECT_FALSE(cpu.careless);
	EXPECT_TRUE(cpu.replacements > 10);
}

UNIT_TEST(exhaustion_harms_nothing_else)
{
	start(EL1, 12);
	exhaust(6);
}
