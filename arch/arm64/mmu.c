// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The identity map of the emulator: 4-level page tables of the 4 KiB granule,
 * which UEFI 2.10, 2.3.6 demands whatever K1 had, from a pool that the stager
 * sized. And, from tables of our own, the early map: hashing with caches off
 * would take far too long.
 */
#include <arch/arm64/cpu.h>
#include <arch/arm64/exception.h>
#include <arch/arm64/mmu.h>
#include <arch/tables.h>
#include <emulator/arch.h>
#include <kexec_pe/checked.h>

/* VMSAv8-64 descriptors (Arm ARM, D8.3). */
#define ENTRY_VALID BIT_ULL(0)
#define ENTRY_TABLE BIT_ULL(1) /* or, in level 1, a page */
#define ENTRY_DEVICE 0 /* index into CPU_MAIR, bits 2 to 4 */
#define ENTRY_NORMAL BIT_ULL(2)
#define ENTRY_EL2_AP1 BIT_ULL(6) /* RES1 where there is no EL0 */
#define ENTRY_READ_ONLY BIT_ULL(7)
#define ENTRY_INNER_SHAREABLE (3ULL << 8)
#define ENTRY_ACCESSED BIT_ULL(10)
#define ENTRY_PXN BIT_ULL(53)
#define ENTRY_XN BIT_ULL(54) /* or UXN */
#define ENTRY_ADDRESS 0x0000fffffffff000ULL

/* What may change in a live leaf without break before make. */
#define ENTRY_PERMISSIONS (ENTRY_READ_ONLY | ENTRY_PXN | ENTRY_XN)

/* TCR_EL1, TCR_EL2 (Arm ARM, D19.2.139 and 140). */
#define TCR_SIZE_48_BITS 16ULL /* T0SZ; T1SZ likewise at bit 16 */
#define TCR_WALK_CACHED (BIT_ULL(8) | BIT_ULL(10) | 3ULL << 12)
#define TCR_EL1_NO_TTBR1 BIT_ULL(23)
#define TCR_EL1_TTBR1_4K (2ULL << 30)
#define TCR_EL1_IPS_SHIFT 32
#define TCR_EL2_PS_SHIFT 16
#define TCR_EL2_RES1 (BIT_ULL(31) | BIT_ULL(23))

#define PARANGE_48_BITS 5

/*
 * For the emulator's segment, the handoff, the ranges of handoff.checks and
 * the console: at most two tables of pages for each of 16 segments, and those
 * above them.
 */
#define EARLY_TABLES 48

/*
 * State of the processor's one map, not of an emulator: there can be no
 * second, and exceptions find it where the processor does.
 */
static struct {
	struct tables tables; /* the emulator's */
	struct tables early;
	u64 leaf; /* in every leaf */
	u64 no_execute;
	u64 end; /* of what physical addresses can be */
	bool live; /* tables is; until then, early */
	u64 own_start, own_end; /* the emulator's segment */
} map;

/* Zeroed data of its own pages: written with the MMU off. */
static u8 early_pool[EARLY_TABLES * KPE_PAGE_SIZE] __aligned(4096);

static bool entry_is_table(u64 entry, unsigned int level)
{
	return level > 1 && entry & ENTRY_VALID && entry & ENTRY_TABLE;
}

static u64 entry_address(u64 entry)
{
	return entry & ENTRY_ADDRESS;
}

static u64 entry_leaf(u64 address, unsigned int level, u64 flags)
{
	if (!flags)
		return 0;
	return address | flags | (level == 1 ? ENTRY_TABLE : 0);
}

static u64 entry_flags(u64 entry)
{
	return entry & ~(ENTRY_ADDRESS | ENTRY_TABLE);
}

static u64 entry_table(const u64 *table)
{
	return (u64)table | ENTRY_VALID | ENTRY_TABLE;
}

/*
 * A live entry that stays valid may change its permissions, nothing else: a
 * split, or another kind of memory, goes by way of an invalid one.
 */
static void entry_set(u64 *entry, u64 value)
{
	if (map.live && *entry & value & ENTRY_VALID &&
	    (*entry ^ value) & ~ENTRY_PERMISSIONS)
		cpu_replace_entry(entry, value);
	else
		cpu_set_entry(entry, value);
}

/*
 * The segment of the emulator, which has its tables and its code, is mapped by
 * pages: a leaf that is split is gone for a moment, and must not take the
 * tables along.
 */
static bool leaf_allowed(u64 start, u64 end)
{
	return end <= map.own_start || start >= map.own_end;
}

static u64 protection_flags(u32 protection, enum arch_memory memory)
{
	u64 flags = map.leaf;

	if (!protection)
		return 0;
	if (!(protection & HANDOFF_PROT_WRITE))
		flags |= ENTRY_READ_ONLY;
	if (!(protection & HANDOFF_PROT_EXEC))
		flags |= map.no_execute;
	if (memory == ARCH_MEMORY_NORMAL)
		flags |= ENTRY_NORMAL | ENTRY_INNER_SHAREABLE;
	else
		flags |= ENTRY_DEVICE;
	return flags;
}

static u32 flags_protection(u64 entry)
{
	u32 protection = HANDOFF_PROT_READ;

	if (!(entry & ENTRY_VALID))
		return 0;
	if (!(entry & ENTRY_READ_ONLY))
		protection |= HANDOFF_PROT_WRITE;
	if (!(entry & map.no_execute))
		protection |= HANDOFF_PROT_EXEC;
	return protection;
}

/* ID_AA64MMFR0_EL1.PARange; beyond 48 bits takes other descriptors. */
static u64 parange(void)
{
	u64 range = cpu_mmfr0() >> CPU_MMFR0_PARANGE_SHIFT & 15;

	return range < PARANGE_48_BITS ? range : PARANGE_48_BITS;
}

static u64 address_end(u64 range)
{
	static const u8 bits[] = { 32, 36, 40, 42, 44, 48 };

	return 1ULL << bits[range];
}

/* EL2 without E2H has no EL0 and formats of its own. */
static bool formats_of_el1(void)
{
	return !cpu_at_el2() || cpu_el2_host();
}

static u64 control(void)
{
	u64 value = TCR_SIZE_48_BITS | TCR_WALK_CACHED, range = parange();

	if (!formats_of_el1())
		return value | TCR_EL2_RES1 | range << TCR_EL2_PS_SHIFT;
	return value | TCR_SIZE_48_BITS << 16 | TCR_EL1_NO_TTBR1 |
	       TCR_EL1_TTBR1_4K | range << TCR_EL1_IPS_SHIFT;
}

static void start_formats(void)
{
	map.leaf = ENTRY_VALID | ENTRY_ACCESSED;
	map.no_execute = ENTRY_XN;
	if (formats_of_el1())
		map.no_execute |= ENTRY_PXN;
	else
		map.leaf |= ENTRY_EL2_AP1;
	map.end = address_end(parange());
}

static void start_tables(struct tables *tables, void *pool, u64 pages)
{
	tables->levels = 4;
	tables->leaf_level = 3;
	tables_start(tables, pool, pages);
}

static efi_status_t map_range(struct tables *tables, u64 address, u64 size,
			      u32 protection, enum arch_memory memory)
{
	if ((address | size) & ~KPE_PAGE_MASK ||
	    !range_inside(address, size, 0, map.end))
		return EFI_INVALID_PARAMETER;
	if (!tables->root ||
	    !tables_map(tables, tables->root, tables->levels, address,
			address + size, protection_flags(protection, memory)))
		return EFI_OUT_OF_RESOURCES;
	return EFI_SUCCESS;
}

struct mmu_registers mmu_early_start(void)
{
	const struct emulator_header *header = &emulator_header;
	u64 base = (u64)header, guard;
	struct mmu_registers ret;
	unsigned int i;

	start_formats();
	map.own_start = base;
	map.own_end = base + header->pool_offset +
		      (header->pool_pages << KPE_PAGE_SHIFT);
	start_tables(&map.early, early_pool, EARLY_TABLES);
	map_range(&map.early, base, header->text_end,
		  HANDOFF_PROT_READ | HANDOFF_PROT_EXEC, ARCH_MEMORY_NORMAL);
	map_range(&map.early, base + header->text_end,
		  map.own_end - base - header->text_end,
		  HANDOFF_PROT_READ | HANDOFF_PROT_WRITE, ARCH_MEMORY_NORMAL);
	for (i = 0; (guard = arch_guard_page(i)); i++)
		map_range(&map.early, guard, KPE_PAGE_SIZE, 0,
			  ARCH_MEMORY_NORMAL);
	ret.root = (u64)map.early.root;
	ret.control = control();
	return ret;
}

/* Adds what is not yet there. Nothing valid changes: no flush is needed. */
static bool early_map(u64 address, u64 size, u32 protection,
		      enum arch_memory memory)
{
	u64 end = address + size, next, span;

	for (; address < end; address = next) {
		u64 entry = tables_find(&map.early, address, &span);

		next = (address & ~(span - 1)) + span;
		if (next > end)
			next = end;
		if (!entry && map_range(&map.early, address, next - address,
					protection, memory) != EFI_SUCCESS)
			return false;
	}
	return true;
}

bool mmu_reach(u64 address)
{
	return map.live || early_map(address & KPE_PAGE_MASK, KPE_PAGE_SIZE,
				     HANDOFF_PROT_READ | HANDOFF_PROT_WRITE,
				     ARCH_MEMORY_DEVICE);
}

bool arch_reach(u64 address, u64 size)
{
	u64 end;

	if (!checked_add(address, size, &end) ||
	    !checked_align(end, KPE_PAGE_SIZE, &end) || end > map.end)
		return false;
	address &= KPE_PAGE_MASK;
	return early_map(address, end - address, HANDOFF_PROT_READ,
			 ARCH_MEMORY_NORMAL);
}

void arch_mmu_start(void *pool, u64 pages, u64 flags)
{
	(void)flags; /* of x86 */
	map.live = false;
	start_tables(&map.tables, pool, pages);
}

efi_status_t arch_mmu_map(u64 address, u64 size, u32 protection,
			  enum arch_memory memory)
{
	efi_status_t status =
		map_range(&map.tables, address, size, protection, memory);

	if (map.live)
		cpu_flush_tlb();
	return status;
}

u64 arch_mmu_query(u64 address, u32 *ret_protection)
{
	u64 span, entry;

	*ret_protection = 0;
	if (address >= map.end)
		return 0 - address;
	entry = tables_find(&map.tables, address, &span);
	*ret_protection = flags_protection(entry);
	return span - address % span;
}

void arch_mmu_enable(void)
{
	mmu_switch((u64)map.tables.root, control());
	map.live = true;
}
