// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Page tables of arch/x86/mmu.c, made in memory of this process and compared
 * with a plain array of pages, both through arch_mmu_query() and through a
 * walker that shares no code with it.
 */
#include <arch/x86/cpu.h>
#include <kexec_pe/handoff.h>
#include <stdlib.h>
#include <unit.h>

static struct {
	u32 extended_edx;
	u64 cr0, cr3, cr4, efer;
	unsigned int cr3_writes;
} cpu;

static struct cpu_leaf fake_id(u32 leaf)
{
	struct cpu_leaf ret = { 0 };

	if (leaf == CPU_LEAF_EXTENDED)
		ret.edx = cpu.extended_edx;
	return ret;
}

static void fake_write_cr3(u64 value)
{
	cpu.cr3 = value;
	cpu.cr3_writes++;
}

#define cpu_id(leaf) fake_id(leaf)
#define cpu_read_cr0() (cpu.cr0)
#define cpu_write_cr0(value) ((void)(cpu.cr0 = (value)))
#define cpu_read_cr3() (cpu.cr3)
#define cpu_read_cr4() (cpu.cr4)
#define cpu_write_cr3(value) fake_write_cr3(value)
#define cpu_read_msr(msr) ((msr) == CPU_MSR_EFER ? cpu.efer : 0)
#define cpu_write_msr(msr, value) \
	((void)((msr) == CPU_MSR_EFER ? cpu.efer = (value) : 0))

#include <arch/x86/mmu.c>

#include "mmu_oracle.h"

#define BOTH (CPU_EXTENDED_EDX_NX | CPU_EXTENDED_EDX_GIB_PAGES)

#define POOL_PAGES 4096

static u8 pool[POOL_PAGES * KPE_PAGE_SIZE] __aligned(4096);

static void start(u64 pages, u64 flags, u32 features)
{
	memset(&cpu, 0, sizeof(cpu));
	cpu.extended_edx = features;
	/* Not zero: what is not cleared would show. */
	memset(pool, 0xff, sizeof(pool));
	arch_mmu_start(pool, pages, flags);
}

static u64 tables_used(u64 pages)
{
	return pages - map.tables.pool_pages;
}

/* As the processor does it. Returns the leaf, or 0; its size in *ret_span. */
static u64 walk(u64 root, int levels, u64 address, u64 *ret_span)
{
	u64 table = root, entry, span;

	for (;; levels--) {
		span = 1ULL << (12 + 9 * (levels - 1));
		entry = ((u64 *)table)[(address >> (3 + 9 * levels)) & 511];
		*ret_span = span;
		if (!(entry & 1))
			return 0;
		if (levels == 1)
			return entry;
		if (entry & 0x80)
			return levels <= 3 ? entry : 0;
		/* Permissions of a table would narrow those of its leaves. */
		if (!(entry & 2) || entry >> 63)
			return 0;
		table = entry & 0x000ffffffffff000ULL;
		if ((table < (u64)pool || table >= (u64)pool + sizeof(pool)) &&
		    (table < (u64)&early || table >= (u64)(&early + 1)))
			return 0;
	}
}

static u32 walk_page(u64 address)
{
	u64 span,
		leaf = walk((u64)pool, (int)map.tables.levels, address, &span);

	if (!leaf)
		return 0;
	EXPECT_EQ(leaf & 0x000ffffffffff000ULL, address / span * span);
	return (u32)(HANDOFF_PROT_READ | (leaf & 2 ? HANDOFF_PROT_WRITE : 0) |
		     (leaf >> 63 ? 0 : HANDOFF_PROT_EXEC));
}

UNIT_TEST(empty_map_is_unmapped_everywhere)
{
	start(16, 0, BOTH);
	EXPECT_EQ(protection_at(0), 0);
	EXPECT_EQ(run_at(0), 512 * GIB);
	EXPECT_EQ(run_at(5 * GIB), 507 * GIB);
	EXPECT_EQ(tables_used(16), 1);
	start(16, EMULATOR_FLAG_LA57, BOTH);
	EXPECT_EQ(protection_at(0), 0);
	EXPECT_EQ(run_at(0), 512 * 512 * GIB);
}

UNIT_TEST(one_gib_leaves_where_the_processor_has_them)
{
	start(16, 0, BOTH);
	EXPECT_EQ(map_normal(0, 4 * GIB, RW), EFI_SUCCESS);
	EXPECT_EQ(tables_used(16), 2);
	EXPECT_EQ(run_at(GIB), GIB);
	EXPECT_EQ(protection_at(4 * GIB - 1), RW);
	EXPECT_EQ(protection_at(4 * GIB), 0);
}

UNIT_TEST(two_mib_leaves_elsewhere)
{
	start(16, 0, CPU_EXTENDED_EDX_NX);
	EXPECT_EQ(map_normal(0, 4 * GIB, RW), EFI_SUCCESS);
	EXPECT_EQ(tables_used(16), 2 + 4);
	EXPECT_EQ(run_at(GIB), MIB2);
	EXPECT_EQ(run_at(GIB + 0x1234), MIB2 - 0x1234);
	EXPECT_EQ(protection_at(4 * GIB - 1), RW);
}

UNIT_TEST(five_levels_take_one_table_more)
{
	start(16, EMULATOR_FLAG_LA57, BOTH);
	EXPECT_EQ(map_normal(0, 4 * GIB, RW), EFI_SUCCESS);
	EXPECT_EQ(tables_used(16), 3);
	EXPECT_EQ(protection_at(GIB), RW);
	EXPECT_EQ(run_at(GIB), GIB);
	/* Beyond what four levels reach. */
	EXPECT_EQ(map_normal(1ULL << 50, MIB2, RX), EFI_SUCCESS);
	EXPECT_EQ(protection_at(1ULL << 50), RX);
	EXPECT_EQ(protection_at((1ULL << 50) + MIB2), 0);
}

UNIT_TEST(a_page_splits_its_leaf_and_nothing_else)
{
	const u64 page = GIB + 5 * MIB2 + 0x7000;

	start(16, 0, BOTH);
	EXPECT_EQ(map_normal(0, 4 * GIB, RW), EFI_SUCCESS);
	EXPECT_EQ(map_normal(page, 4096, RX), EFI_SUCCESS);
	EXPECT_EQ(tables_used(16), 2 + 2);
	EXPECT_EQ(protection_at(page), RX);
	EXPECT_EQ(protection_at(page - 1), RW);
	EXPECT_EQ(protection_at(page + 4096), RW);
	EXPECT_EQ(run_at(page), 4096);
	EXPECT_EQ(run_at(GIB), MIB2);
	EXPECT_EQ(run_at(0), GIB);
	EXPECT_EQ(run_at(2 * GIB), GIB);
}

UNIT_TEST(no_split_without_a_change)
{
	start(16, 0, BOTH);
	EXPECT_EQ(map_normal(0, 4 * GIB, RW), EFI_SUCCESS);
	EXPECT_EQ(map_normal(0x5000, 0x3000, RW), EFI_SUCCESS);
	EXPECT_EQ(map_normal(8 * GIB, 0x3000, 0), EFI_SUCCESS);
	EXPECT_EQ(map_normal(600 * GIB, 0x3000, 0), EFI_SUCCESS);
	EXPECT_EQ(tables_used(16), 2);
}

UNIT_TEST(unmapping_leaves_a_hole)
{
	start(16, 0, BOTH);
	EXPECT_EQ(map_normal(0, GIB, RW), EFI_SUCCESS);
	EXPECT_EQ(map_normal(0, 4096, 0), EFI_SUCCESS);
	EXPECT_EQ(protection_at(0), 0);
	EXPECT_EQ(protection_at(4095), 0);
	EXPECT_EQ(protection_at(4096), RW);
	EXPECT_EQ(map_normal(0, GIB, 0), EFI_SUCCESS);
	EXPECT_EQ(protection_at(4096), 0);
	EXPECT_EQ(protection_at(GIB - 1), 0);
}

UNIT_TEST(a_full_pool_says_so)
{
	/* Root, and the table of 1 GiB leaves; none left to split with. */
	start(2, 0, BOTH);
	EXPECT_EQ(map_normal(0, 4 * GIB, RW), EFI_SUCCESS);
	EXPECT_EQ(map_normal(0, 4096, 0), EFI_OUT_OF_RESOURCES);
	EXPECT_EQ(protection_at(0), RW);
	EXPECT_EQ(map_normal(GIB, GIB, RX), EFI_SUCCESS);
	EXPECT_EQ(protection_at(GIB), RX);
	start(3, 0, BOTH);
	EXPECT_EQ(map_normal(0, 4 * GIB, RW), EFI_SUCCESS);
	EXPECT_EQ(map_normal(0, 4096, 0), EFI_OUT_OF_RESOURCES);
	EXPECT_EQ(protection_at(0), RW);
	EXPECT_EQ(map_normal(0, MIB2, RO), EFI_SUCCESS);
	start(0, 0, BOTH);
	EXPECT_EQ(map_normal(0, 4096, RW), EFI_OUT_OF_RESOURCES);
	EXPECT_EQ(protection_at(0), 0);
	/* Nothing behind the pool was touched. */
	EXPECT_EQ(pool[0], 0xff);
}

UNIT_TEST(ranges_that_cannot_be_mapped)
{
	start(16, 0, BOTH);
	EXPECT_EQ(map_normal(1, 4096, RW), EFI_INVALID_PARAMETER);
	EXPECT_EQ(map_normal(0, 4095, RW), EFI_INVALID_PARAMETER);
	EXPECT_EQ(map_normal(1ULL << 47, 4096, RW), EFI_INVALID_PARAMETER);
	EXPECT_EQ(map_normal((1ULL << 47) - 4096, 8192, RW),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(map_normal(-4096ULL, 8192, RW), EFI_INVALID_PARAMETER);
	EXPECT_EQ(tables_used(16), 1);
	EXPECT_EQ(map_normal((1ULL << 47) - 4096, 4096, RW), EFI_SUCCESS);
	EXPECT_EQ(protection_at((1ULL << 47) - 1), RW);
	EXPECT_EQ(protection_at(1ULL << 47), 0);
	EXPECT_EQ(run_at(-4096ULL), 4096);
	start(16, EMULATOR_FLAG_LA57, BOTH);
	EXPECT_EQ(map_normal(1ULL << 47, 4096, RW), EFI_SUCCESS);
	EXPECT_EQ(map_normal(1ULL << 56, 4096, RW), EFI_INVALID_PARAMETER);
}

UNIT_TEST(entries_are_what_the_processor_wants)
{
	u64 root, span, leaf;

	start(64, 0, BOTH);
	map_normal(0, GIB, RW);
	map_normal(GIB, MIB2, RX);
	map_normal(GIB + MIB2, 4096, RO);
	arch_mmu_map(0xfe000000, 4096, RW, ARCH_MEMORY_DEVICE);
	arch_mmu_enable();
	root = cpu.cr3;
	/* present 0, write 1, PWT 3, PCD 4, A 5, D 6, large 7, NX 63 */
	leaf = walk(root, 4, 0x12345678, &span);
	EXPECT_EQ(leaf, BIT_ULL(63) | 0xe3);
	EXPECT_EQ(span, GIB);
	leaf = walk(root, 4, GIB, &span);
	EXPECT_EQ(leaf, GIB | 0xe1);
	EXPECT_EQ(span, MIB2);
	leaf = walk(root, 4, GIB + MIB2, &span);
	EXPECT_EQ(leaf, BIT_ULL(63) | (GIB + MIB2) | 0x61);
	EXPECT_EQ(span, 4096);
	leaf = walk(root, 4, 0xfe000000, &span);
	EXPECT_EQ(leaf, BIT_ULL(63) | 0xfe000000 | 0x7b);
	EXPECT_EQ(walk(root, 4, 0xfe001000, &span), 0);
}

UNIT_TEST(no_nx_bit_without_nx)
{
	u64 span;

	start(16, 0, CPU_EXTENDED_EDX_GIB_PAGES);
	map_normal(0, GIB, RW);
	EXPECT_EQ(protection_at(0), RWX);
	arch_mmu_enable();
	EXPECT_EQ(walk(cpu.cr3, 4, 0, &span), 0xe3);
	EXPECT_EQ(cpu.efer, 0);
}

UNIT_TEST(enable_switches_and_later_changes_flush)
{
	start(16, 0, BOTH);
	map_normal(0, GIB, RW);
	EXPECT_EQ(cpu.cr3_writes, 0);
	cpu.cr0 = 0x80000011;
	arch_mmu_enable();
	EXPECT_EQ(cpu.cr3, (u64)pool);
	EXPECT_EQ(cpu.cr0, 0x80010011);
	EXPECT_EQ(cpu.efer, CPU_EFER_NXE);
	EXPECT_EQ(cpu.cr3_writes, 1);
	/* A payload may have put its own root above ours. */
	cpu.cr3 = 0x5000;
	map_normal(0, 4096, 0);
	EXPECT_EQ(cpu.cr3_writes, 2);
	EXPECT_EQ(cpu.cr3, 0x5000);
}

#define DEVICE 0xfe0030f8ULL

/* K1's map as kexec leaves it: RAM in large leaves, no devices. */
static void start_as_k1(u64 flags)
{
	start(32, flags, BOTH);
	memset(&early, 0, sizeof(early));
	map_normal(0, 3 * GIB + 100 * MIB2, RWX);
	map_normal(4 * GIB, GIB, RWX);
	cpu.cr3 = (u64)map.tables.root;
	cpu.cr4 = 0x20 | (flags & EMULATOR_FLAG_LA57 ? BIT_ULL(12) : 0);
}

static void reach_device_early(u64 flags, int levels)
{
	static u8 before[sizeof(pool)];
	u64 span, at;

	start_as_k1(flags);
	memcpy(before, pool, sizeof(pool));
	EXPECT_TRUE(mmu_reach(2 * GIB));
	EXPECT_EQ(cpu.cr3_writes, 0);
	EXPECT_TRUE(mmu_reach(DEVICE));
	EXPECT_EQ(cpu.cr3_writes, 1);
	EXPECT_EQ(walk(cpu.cr3, levels, DEVICE, &span), 0xfe003000 | 0x7b);
	EXPECT_EQ(span, 4096);
	EXPECT_EQ(walk(cpu.cr3, levels, DEVICE + 4096, &span), 0);
	EXPECT_EQ(walk(cpu.cr3, levels, DEVICE + MIB2, &span), 0);
	for (at = 0; at < 8 * GIB; at += MIB2 / 2) {
		u64 want = walk((u64)pool, levels, at, &span);

		if (at / MIB2 == DEVICE / MIB2)
			continue;
		if (!EXPECT_EQ(walk(cpu.cr3, levels, at, &span), want))
			break;
	}
	/* K1's tables are read only. */
	EXPECT_MEM_EQ(pool, before, sizeof(pool));
	/* Again: nothing to do. Another: there is one set of tables. */
	EXPECT_TRUE(mmu_reach(DEVICE + 5));
	EXPECT_FALSE(mmu_reach(DEVICE + 8 * MIB2));
	EXPECT_EQ(cpu.cr3_writes, 1);
}

UNIT_TEST(a_device_before_our_own_map)
{
	reach_device_early(0, 4);
	reach_device_early(EMULATOR_FLAG_LA57, 5);
	/* Where K1 has no table at all on the way. */
	start_as_k1(0);
	EXPECT_TRUE(mmu_reach(1ULL << 45));
	EXPECT_TRUE(is_mapped((u64 *)cpu.cr3, 4, 1ULL << 45));
	EXPECT_TRUE(is_mapped((u64 *)cpu.cr3, 4, GIB));
	/* Ours is the emulator's business. */
	start_as_k1(0);
	arch_mmu_enable();
	EXPECT_TRUE(mmu_reach(DEVICE));
	EXPECT_EQ(cpu.cr3, (u64)map.tables.root);
}

static void compare_started(u64 seed, u64 flags, u32 features)
{
	start(POOL_PAGES, flags, features);
	compare_with_oracle(seed);
}

UNIT_TEST(random_changes_four_levels)
{
	compare_started(1, 0, BOTH);
	compare_started(2, 0, BOTH);
}

UNIT_TEST(random_changes_four_levels_no_gib_pages)
{
	compare_started(3, 0, CPU_EXTENDED_EDX_NX);
}

UNIT_TEST(random_changes_five_levels)
{
	compare_started(4, EMULATOR_FLAG_LA57, BOTH);
	compare_started(5, EMULATOR_FLAG_LA57, CPU_EXTENDED_EDX_NX);
}

UNIT_TEST(exhaustion_harms_nothing_else)
{
	start(12, 0, BOTH);
	exhaust(6);
}
