/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tree of page tables that x86-64 and AArch64 have in common: tables of 512
 * entries of 8 bytes, a leaf at any of the lower levels, permissions in leaves
 * alone. Largest leaves that fit, split where a protection changes; tables are
 * never given back.
 *
 * An architecture's mmu.c includes this once and defines what is declared here
 * without a body: what an entry means.
 */
#ifndef ARCH_TABLES_H
#define ARCH_TABLES_H

#include <kexec_pe/types.h>

#define TABLE_ENTRIES 512U

/*
 * Levels count from 1, the tables of 4 KiB pages. Entries of level 2 may be
 * leaves of 2 MiB, those of level 3 leaves of 1 GiB.
 */
struct tables {
	u64 *root;
	u8 *pool;
	u64 pool_pages; /* left */
	unsigned int levels;
	unsigned int leaf_level; /* highest that may hold leaves */
};

/* Does the entry lead to a table of the level below? */
static bool entry_is_table(u64 entry, unsigned int level);

/* The table it leads to, or the address that the leaf maps. */
static u64 entry_address(u64 entry);

/* @flags: of a leaf; 0 makes an entry that maps nothing */
static u64 entry_leaf(u64 address, unsigned int level, u64 flags);

/* What entry_leaf() was given; 0 for an entry that maps nothing. */
static u64 entry_flags(u64 entry);

static u64 entry_table(const u64 *table);

/* The processor may read the entry at any time. */
static void entry_set(u64 *entry, u64 value);

/* May these addresses share a leaf that is larger than a page? */
static bool leaf_allowed(u64 start, u64 end);

static u32 level_shift(unsigned int level)
{
	return KPE_PAGE_SHIFT + 9 * (level - 1);
}

static unsigned int table_index(u64 address, unsigned int level)
{
	return address >> level_shift(level) & (TABLE_ENTRIES - 1);
}

static u64 *table_of(u64 entry)
{
	return (u64 *)entry_address(entry);
}

static u64 *tables_new(struct tables *tables)
{
	u64 *table = (u64 *)tables->pool;
	unsigned int i;

	if (!tables->pool_pages)
		return NULL;
	tables->pool_pages--;
	tables->pool += KPE_PAGE_SIZE;
	for (i = 0; i < TABLE_ENTRIES; i++)
		table[i] = 0;
	return table;
}

static void tables_start(struct tables *tables, void *pool, u64 pages)
{
	tables->pool = pool;
	tables->pool_pages = pages;
	tables->root = tables_new(tables);
}

/* Replaces a leaf, or nothing, by a table that maps the same. */
static bool tables_split(struct tables *tables, u64 *entry, unsigned int level)
{
	u64 flags = entry_flags(*entry), address = entry_address(*entry);
	u64 *table = tables_new(tables);
	unsigned int i;

	if (!table)
		return false;
	for (i = 0; flags && i < TABLE_ENTRIES; i++)
		table[i] =
			entry_leaf(address + ((u64)i << level_shift(level - 1)),
				   level - 1, flags);
	entry_set(entry, entry_table(table));
	return true;
}

static bool tables_map(struct tables *tables, u64 *table, unsigned int level,
		       u64 start, u64 end, u64 flags)
{
	u64 span = 1ULL << level_shift(level), next;

	for (; start < end; start = next) {
		u64 *entry = &table[table_index(start, level)];
		bool leaf_fits = !flags || level == 1 ||
				 (level <= tables->leaf_level &&
				  leaf_allowed(start, start + span));

		next = (start & ~(span - 1)) + span;
		if (next > end)
			next = end;
		if (!entry_is_table(*entry, level)) {
			if (entry_flags(*entry) == flags)
				continue;
			if (leaf_fits && next - start == span) {
				entry_set(entry,
					  entry_leaf(start, level, flags));
				continue;
			}
			if (!tables_split(tables, entry, level))
				return false;
		}
		if (!tables_map(tables, table_of(*entry), level - 1, start,
				next, flags))
			return false;
	}
	return true;
}

/* The entry that decides about an address, 0 if none; how much it spans. */
static u64 tables_find(const struct tables *tables, u64 address, u64 *ret_span)
{
	unsigned int level = tables->levels;
	const u64 *table = tables->root;
	u64 entry = 0;

	for (;; level--) {
		*ret_span = 1ULL << level_shift(level);
		if (table)
			entry = table[table_index(address, level)];
		if (!entry_is_table(entry, level))
			return entry;
		table = table_of(entry);
	}
}

#endif /* ARCH_TABLES_H */
