/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flattened device trees (Devicetree Specification 0.4, chapter 5), as far as a
 * crash kernel needs: what /chosen of one says, said in another.
 */
#ifndef EMULATOR_DEVICE_TREE_H
#define EMULATOR_DEVICE_TREE_H

#include <kexec_pe/types.h>

/* Plenty for a header, two properties and the node that holds them. */
#define DEVICE_TREE_MERGE_ROOM 512U

/* Bytes of the header. */
#define DEVICE_TREE_HEADER 40U

/* Larger ones are no trees that this could be about. */
#define DEVICE_TREE_SIZE_MAX (16U << 20)

/**
 * device_tree_size() - how long a tree says it is
 * @tree: its header, 40 bytes
 *
 * Return: bytes, 0 if it is none or larger than DEVICE_TREE_SIZE_MAX
 */
u32 device_tree_size(const void *tree);

/**
 * device_tree_merge() - copy a tree, with what another one says of the crash
 * @tree: the tree, all of device_tree_size()
 * @crash: the one that has linux,elfcorehdr and linux,usable-memory-range in
 *         /chosen, all of device_tree_size()
 * @ret: receives the copy; DEVICE_TREE_MERGE_ROOM bytes more than @tree; 8-byte
 *       aligned
 *
 * The copy has what @tree has, and both properties, as the first of /chosen,
 * which hides others of the same names.
 *
 * Return: false for trees that are malformed, that count addresses in different
 *         cells, or a @crash that has no such property; @ret is of no use then
 */
bool device_tree_merge(const void *tree, const void *crash, void *ret);

#endif /* EMULATOR_DEVICE_TREE_H */
