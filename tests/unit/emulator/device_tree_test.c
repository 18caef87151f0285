// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * emulator/device_tree.c, on trees that libfdt makes, judged by libfdt.
 */
// sources: emulator/device_tree.c
// flags: -lfdt
#include <emulator/device_tree.h>

#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define ROOM 4096

static const u8 core[16] = { 0, 0, 0, 1, 0x7f };
static const u8 usable[32] = { 0, 0, 0, 2, 0x12, [31] = 9 };

/* Packed, exactly as long as it says: ASan sees a byte too many. */
static void *finish(void *tree)
{
	void *ret;

	EXPECT_EQ(fdt_pack(tree), 0);
	ret = malloc(fdt_totalsize(tree));
	memcpy(ret, tree, fdt_totalsize(tree));
	free(tree);
	return ret;
}

static void *start(u32 cells)
{
	void *tree = malloc(ROOM);

	EXPECT_EQ(fdt_create_empty_tree(tree, ROOM), 0);
	EXPECT_EQ(fdt_setprop_u32(tree, 0, "#size-cells", cells), 0);
	EXPECT_EQ(fdt_setprop_u32(tree, 0, "#address-cells", cells), 0);
	return tree;
}

/* K1's: what of_kexec_alloc_and_setup_fdt() leaves. */
static void *crash_tree(u32 cells)
{
	void *tree = start(cells);
	int chosen = fdt_add_subnode(tree, 0, "chosen");

	fdt_setprop(tree, chosen, "linux,usable-memory-range", usable,
		    sizeof(usable));
	fdt_setprop(tree, chosen, "linux,elfcorehdr", core, sizeof(core));
	fdt_setprop(tree, chosen, "kaslr-seed", core, 8);
	return finish(tree);
}

static void *own_tree(bool with_chosen)
{
	void *tree = start(2);
	int node;

	fdt_setprop_string(tree, 0, "compatible", "linux,dummy-virt");
	node = fdt_add_subnode(tree, 0, "soc");
	fdt_add_subnode(tree, node, "chosen"); /* not the one */
	if (with_chosen) {
		node = fdt_add_subnode(tree, 0, "chosen");
		fdt_setprop_string(tree, node, "stdout-path", "/pl011");
		fdt_setprop(tree, node, "linux,elfcorehdr", "stale", 5);
		fdt_add_subnode(tree, node, "module");
	}
	fdt_add_mem_rsv(tree, 0x1234000, 0x5000);
	return finish(tree);
}

static void expect_property(const void *tree, const char *path,
			    const char *name, const void *want, int size)
{
	int have = -1;
	const void *value =
		fdt_getprop(tree, fdt_path_offset(tree, path), name, &have);

	if (EXPECT_EQ(have, size))
		EXPECT_MEM_EQ(value, want, size);
	else
		UNIT_NOTE("%s of %s", name, path);
}

/* Freed by the caller; NULL for a refusal. */
static void *merge(const void *tree, const void *crash)
{
	u32 size = device_tree_size(tree) + DEVICE_TREE_MERGE_ROOM;
	void *ret = malloc(size);

	memset(ret, 0xee, size);
	if (device_tree_merge(tree, crash, ret))
		return ret;
	free(ret);
	return NULL;
}

static void merges(bool with_chosen)
{
	void *crash = crash_tree(2), *own = own_tree(with_chosen);
	void *merged = merge(own, crash);
	u64 address, size;

	if (!EXPECT_TRUE(merged))
		return;
	EXPECT_EQ(fdt_check_full(merged, device_tree_size(own) +
						 DEVICE_TREE_MERGE_ROOM),
		  0);
	expect_property(merged, "/chosen", "linux,elfcorehdr", core,
			sizeof(core));
	expect_property(merged, "/chosen", "linux,usable-memory-range", usable,
			sizeof(usable));
	expect_property(merged, "/", "compatible", "linux,dummy-virt", 17);
	EXPECT_TRUE(fdt_path_offset(merged, "/soc/chosen") > 0);
	EXPECT_EQ(fdt_num_mem_rsv(merged), 1);
	EXPECT_EQ(fdt_get_mem_rsv(merged, 0, &address, &size), 0);
	EXPECT_EQ(address, 0x1234000);
	EXPECT_TRUE(!fdt_getprop(merged, fdt_path_offset(merged, "/chosen"),
				 "kaslr-seed", NULL));
	if (with_chosen) {
		expect_property(merged, "/chosen", "stdout-path", "/pl011", 7);
		EXPECT_TRUE(fdt_path_offset(merged, "/chosen/module") > 0);
	}
	free(merged);
	free(own);
	free(crash);
}

UNIT_TEST(tree_with_chosen)
{
	merges(true);
}

UNIT_TEST(tree_without_chosen)
{
	merges(false);
}

UNIT_TEST(other_cells_are_refused)
{
	void *crash = crash_tree(1), *own = own_tree(true);

	EXPECT_TRUE(!merge(own, crash));
	free(own);
	free(crash);
}

UNIT_TEST(a_tree_that_says_nothing_of_a_crash_is_refused)
{
	void *crash = own_tree(true), *own = own_tree(false);

	EXPECT_TRUE(!merge(own, crash));
	free(own);
	free(crash);
}

UNIT_TEST(no_tree_has_no_size)
{
	u32 tree[10];
	void *own = own_tree(true);

	memcpy(tree, own, sizeof(tree));
	EXPECT_EQ(device_tree_size(tree), fdt_totalsize(own));
	fdt_set_totalsize(tree, 39);
	EXPECT_EQ(device_tree_size(tree), 0);
	fdt_set_totalsize(tree, DEVICE_TREE_SIZE_MAX + 1);
	EXPECT_EQ(device_tree_size(tree), 0);
	fdt_set_totalsize(tree, DEVICE_TREE_SIZE_MAX);
	EXPECT_EQ(device_tree_size(tree), DEVICE_TREE_SIZE_MAX);
	fdt_set_magic(tree, 1);
	EXPECT_EQ(device_tree_size(tree), 0);
	free(own);
}

/*
 * Each byte of a tree damaged in turn, and each tree cut short: refused, or what
 * comes out is no longer than promised. ASan watches.
 */
UNIT_TEST(damaged_trees)
{
	void *crash = crash_tree(2), *own = own_tree(true), *merged;
	u32 size = fdt_totalsize(own), at, bit;
	u8 *damaged = malloc(size);

	for (at = 0; at < size; at++) {
		if (at / 4 == 1)
			continue; /* the size: the caller looks at it */
		for (bit = 0; bit < 8; bit++) {
			memcpy(damaged, own, size);
			damaged[at] ^= 1 << bit;
			merged = merge(damaged, crash);
			if (merged)
				EXPECT_TRUE(fdt_totalsize(merged) <=
					    size + DEVICE_TREE_MERGE_ROOM);
			free(merged);
		}
	}
	for (at = DEVICE_TREE_HEADER; at < size; at++) {
		u8 *cut = malloc(at);

		memcpy(cut, own, at);
		fdt_set_totalsize(cut, at);
		free(merge(cut, crash));
		free(cut);
	}
	free(damaged);
	free(own);
	free(crash);
}
