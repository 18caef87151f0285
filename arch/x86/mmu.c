// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The identity map of the emulator: 4- or 5-level page tables from a pool that
 * the stager sized, with the largest leaves that fit, split where a protection
 * changes (Intel SDM volume 3, 4.5). Page tables are never given back.
 */
#include <arch/tables.h>
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

/*
 * State of the processor's one map, not of an emulator: there can be no
 * second, and exceptions and exit find it where the processor does.
 */
static struct {
	struct tables tables;
	u64 no_execute; /* ENTRY_NX, or 0 where the processor lacks it */
	bool live;
} map;

static bool entry_is_table(u64 entry, unsigned int level)
{
	return level > 1 && entry & ENTRY_PRESENT && !(entry & ENTRY_LARGE);
}

static u64 entry_address(u64 entry)
{
	return entry & ENTRY_ADDRESS;
}

static u64 entry_leaf(u64 address, unsigned int level, u64 flags)
{
	if (!flags)
		return 0;
	return address | flags | (level > 1 ? ENTRY_LARGE : 0);
}

static u64 entry_flags(u64 entry)
{
	return entry & ~(ENTRY_ADDRESS | ENTRY_LARGE);
}

static u64 entry_table(const u64 *table)
{
	return (u64)table | ENTRY_TABLE;
}

/* One store, in order. */
static void entry_set(u64 *entry, u64 value)
{
	__atomic_store_n(entry, value, __ATOMIC_RELEASE);
}

/* A live leaf may be replaced by a table, wherever it lies. */
static bool leaf_allowed(u64 start, u64 end)
{
	(void)start;
	(void)end;
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
	return 1ULL << (level_shift(map.tables.levels + 1) - 1);
}

void arch_mmu_start(void *pool, u64 pages, u64 flags)
{
	u32 features = cpu_id(CPU_LEAF_EXTENDED).edx;

	map.tables.levels = flags & EMULATOR_FLAG_LA57 ? 5 : 4;
	map.tables.leaf_level = features & CPU_EXTENDED_EDX_GIB_PAGES ? 3 : 2;
	map.no_execute = features & CPU_EXTENDED_EDX_NX ? ENTRY_NX : 0;
	map.live = false;
	tables_start(&map.tables, pool, pages);
}

efi_status_t arch_mmu_map(u64 address, u64 size, u32 protection,
			  enum arch_memory memory)
{
	bool good;

	if ((address | size) & ~KPE_PAGE_MASK ||
	    !range_inside(address, size, 0, map_end()))
		return EFI_INVALID_PARAMETER;
	if (!map.tables.root)
		return EFI_OUT_OF_RESOURCES;
	good = tables_map(&map.tables, map.tables.root, map.tables.levels,
			  address, address + size,
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
	u64 entry, span;

	*ret_protection = 0;
	if (address >= map_end())
		return 0 - address;
	entry = tables_find(&map.tables, address, &span);
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
	cpu_write_cr3((u64)map.tables.root);
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

	for (; entry_is_table(entry, level); level--)
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
