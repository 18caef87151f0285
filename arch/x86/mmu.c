// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The identity map of the emulator: 4- or 5-level page tables from a pool that
 * the stager sized, with the largest leaves that fit, split where a protection
 * changes (Intel SDM volume 3, 4.5). Page tables are never given back.
 */
#include <arch/x86/cpu.h>
#include <arch/x86/mmu.h>
#include <emulator/arch.h>
#include <kexec_pe/checked.h>

#define ENTRY_PRESENT BIT_ULL(0)
#define ENTRY_WRITE BIT_ULL(1)
#define ENTRY_WRITE_THROUGH BIT_ULL(3)
#define ENTRY_CACHE_DISABLE BIT_ULL(4)
#define ENTRY_ACCESSED BIT_ULL(5)
#define ENTRY_DIRTY BIT_ULL(6)
#define ENTRY_LARGE BIT_ULL(7)
#define ENTRY_NX BIT_ULL(63)
#define ENTRY_ADDRESS 0x000ffffffffff000ULL

/* Permissions are in the leaves alone. */
#define ENTRY_TABLE (ENTRY_PRESENT | ENTRY_WRITE | ENTRY_ACCESSED)

#define TABLE_ENTRIES 512U

/*
 * Levels count from 1, the tables of 4 KiB pages. Entries of level 2 may be
 * leaves of 2 MiB, those of level 3, on most processors, leaves of 1 GiB.
 */
static u32 level_shift(unsigned int level)
{
	return KPE_PAGE_SHIFT + 9 * (level - 1);
}

static unsigned int table_index(u64 address, unsigned int level)
{
	return address >> level_shift(level) & (TABLE_ENTRIES - 1);
}

/*
 * State of the processor's one map, not of an emulator: there can be no
 * second, and exceptions and exit find it where the processor does.
 */
static struct {
	u64 *root;
	u8 *pool;
	u64 pool_pages; /* left */
	unsigned int levels;
	unsigned int leaf_level; /* highest that may hold leaves */
	u64 no_execute; /* ENTRY_NX, or 0 where the processor lacks it */
	bool live;
} map;

static u64 *new_table(void)
{
	u64 *table = (u64 *)map.pool;
	unsigned int i;

	if (!map.pool_pages)
		return NULL;
	map.pool_pages--;
	map.pool += KPE_PAGE_SIZE;
	for (i = 0; i < TABLE_ENTRIES; i++)
		table[i] = 0;
	return table;
}

static bool is_table(u64 entry, unsigned int level)
{
	return level > 1 && entry & ENTRY_PRESENT && !(entry & ENTRY_LARGE);
}

static u64 *table_of(u64 entry)
{
	return (u64 *)(entry & ENTRY_ADDRESS);
}

/* The processor may read the entry at any time: one store, in order. */
static void set_entry(u64 *entry, u64 value)
{
	__atomic_store_n(entry, value, __ATOMIC_RELEASE);
}

/* @flags: ENTRY_* of a leaf, 0 for none */
static u64 make_leaf(u64 address, unsigned int level, u64 flags)
{
	if (!flags)
		return 0;
	return address | flags | (level > 1 ? ENTRY_LARGE : 0);
}

static u64 leaf_flags(u64 entry)
{
	return entry & ~(ENTRY_ADDRESS | ENTRY_LARGE);
}

/* Replaces a leaf, or nothing, by a table that maps the same. */
static bool split(u64 *entry, unsigned int level)
{
	u64 flags = leaf_flags(*entry), address = *entry & ENTRY_ADDRESS;
	u64 *table = new_table();
	unsigned int i;

	if (!table)
		return false;
	for (i = 0; flags && i < TABLE_ENTRIES; i++)
		table[i] =
			make_leaf(address + ((u64)i << level_shift(level - 1)),
				  level - 1, flags);
	set_entry(entry, (u64)table | ENTRY_TABLE);
	return true;
}

static bool map_range(u64 *table, unsigned int level, u64 start, u64 end,
		      u64 flags)
{
	u64 span = 1ULL << level_shift(level), next;

	for (; start < end; start = next) {
		u64 *entry = &table[table_index(start, level)];
		bool leaf_fits = level <= map.leaf_level || !flags;

		next = (start & ~(span - 1)) + span;
		if (next > end)
			next = end;
		if (!is_table(*entry, level)) {
			if (leaf_flags(*entry) == flags)
				continue;
			if (leaf_fits && next - start == span) {
				set_entry(entry,
					  make_leaf(start, level, flags));
				continue;
			}
			if (!split(entry, level))
				return false;
		}
		if (!map_range(table_of(*entry), level - 1, start, next, flags))
			return false;
	}
	return true;
}

static u64 protection_flags(u32 protection, enum arch_memory memory)
{
	u64 flags = ENTRY_PRESENT | ENTRY_ACCESSED | ENTRY_DIRTY;

	if (!protection)
		return 0;
	if (protection & HANDOFF_PROT_WRITE)
		flags |= ENTRY_WRITE;
	if (!(protection & HANDOFF_PROT_EXEC))
		flags |= map.no_execute;
	/* Strong uncacheable in the PAT of reset and in that of Linux. */
	if (memory == ARCH_MEMORY_DEVICE)
		flags |= ENTRY_CACHE_DISABLE | ENTRY_WRITE_THROUGH;
	return flags;
}

/* The identity map lies in the lower half of the canonical addresses. */
static u64 map_end(void)
{
	return 1ULL << (level_shift(map.levels + 1) - 1);
}

void arch_mmu_start(void *pool, u64 pages, u64 flags)
{
	u32 features = cpu_id(CPU_LEAF_EXTENDED).edx;

	map.pool = pool;
	map.pool_pages = pages;
	map.levels = flags & EMULATOR_FLAG_LA57 ? 5 : 4;
	map.leaf_level = features & CPU_EXTENDED_EDX_GIB_PAGES ? 3 : 2;
	map.no_execute = features & CPU_EXTENDED_EDX_NX ? ENTRY_NX : 0;
	map.live = false;
	map.root = new_table();
}

efi_status_t arch_mmu_map(u64 address, u64 size, u32 protection,
			  enum arch_memory memory)
{
	bool good;

	if ((address | size) & ~KPE_PAGE_MASK ||
	    !range_inside(address, size, 0, map_end()))
		return EFI_INVALID_PARAMETER;
	if (!map.root)
		return EFI_OUT_OF_RESOURCES;
	good = map_range(map.root, map.levels, address, address + size,
			 protection_flags(protection, memory));
	/*
	 * Flush what is in use, which a payload may have replaced. No entry of
	 * ours is global: this drops them all.
	 */
	if (map.live)
		cpu_write_cr3(cpu_read_cr3());
	return good ? EFI_SUCCESS : EFI_OUT_OF_RESOURCES;
}

u64 arch_mmu_query(u64 address, u32 *ret_protection)
{
	unsigned int level = map.levels;
	u64 *table = map.root;
	u64 entry = 0, span;

	*ret_protection = 0;
	if (address >= map_end())
		return 0 - address;
	for (;; level--) {
		span = 1ULL << level_shift(level);
		if (table)
			entry = table[table_index(address, level)];
		if (!is_table(entry, level))
			break;
		table = table_of(entry);
	}
	if (entry & ENTRY_PRESENT)
		*ret_protection |= HANDOFF_PROT_READ;
	if (entry & ENTRY_WRITE)
		*ret_protection |= HANDOFF_PROT_WRITE;
	if (entry & ENTRY_PRESENT && !(entry & ENTRY_NX))
		*ret_protection |= HANDOFF_PROT_EXEC;
	return span - address % span;
}

void arch_mmu_enable(void)
{
	u64 efer = cpu_read_msr(CPU_MSR_EFER);

	/* Without NXE the NX bit is a reserved one, which faults. */
	if (map.no_execute && !(efer & CPU_EFER_NXE))
		cpu_write_msr(CPU_MSR_EFER, efer | CPU_EFER_NXE);
	cpu_write_cr3((u64)map.root);
	cpu_write_cr0(cpu_read_cr0() | CPU_CR0_WP);
	map.live = true;
}

/*
 * One table of each level, 1 to 5: the way to the first device that is needed
 * before our own map is live. In zeroed data, since K1's tables may lie in
 * pages that have yet to be compared with a digest.
 */
static struct {
	u64 tables[5][TABLE_ENTRIES] __aligned(4096);
	bool used;
} early;

static bool is_mapped(const u64 *table, unsigned int level, u64 address)
{
	u64 entry = table[table_index(address, level)];

	for (; is_table(entry, level); level--)
		entry = table_of(entry)[table_index(address, level - 1)];
	return entry & ENTRY_PRESENT;
}

/* Copies the tables on the way to an address, down to its own page. */
static void copy_way(const u64 *source, unsigned int level, u64 address)
{
	u64 *table = early.tables[level - 1], *entry;
	unsigned int i;

	for (i = 0; source && i < TABLE_ENTRIES; i++)
		table[i] = source[i];
	entry = &table[table_index(address, level)];
	if (level == 1) {
		*entry = (address & KPE_PAGE_MASK) | ENTRY_TABLE | ENTRY_DIRTY |
			 ENTRY_CACHE_DISABLE | ENTRY_WRITE_THROUGH;
		return;
	}
	source = *entry & ENTRY_PRESENT ? table_of(*entry) : NULL;
	*entry = (u64)early.tables[level - 2] | ENTRY_TABLE;
	copy_way(source, level - 1, address);
}

bool mmu_reach(u64 address)
{
	unsigned int levels = cpu_read_cr4() & CPU_CR4_LA57 ? 5 : 4;

	if (map.live || is_mapped(table_of(cpu_read_cr3()), levels, address))
		return true;
	if (early.used)
		return false;
	early.used = true;
	copy_way(table_of(cpu_read_cr3()), levels, address);
	cpu_write_cr3((u64)early.tables[levels - 1]);
	return true;
}

/* K1's map has all of the memory. */
bool arch_reach(u64 address, u64 size)
{
	(void)address;
	(void)size;
	return true;
}
