/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Device paths (UEFI 2.10, 10): walking them safely, and making them.
 */
#ifndef EMULATOR_DEVICE_PATH_H
#define EMULATOR_DEVICE_PATH_H

#include <kexec_pe/efi.h>

/* A path that goes on beyond this has lost its end node. */
#define DEVICE_PATH_MAX 0x10000U

/**
 * device_path_length() - bytes of a node, header included
 * @node: the node
 *
 * Return: what the node says, less than 4 if it is malformed
 */
static inline u16 device_path_length(const struct efi_device_path *node)
{
	return (u16)(node->length[0] | node->length[1] << 8);
}

/**
 * device_path_is_end() - does the whole path end with this node?
 * @node: the node
 *
 * Return: true for the end node
 */
static inline bool device_path_is_end(const struct efi_device_path *node)
{
	return node->type == EFI_DEVICE_PATH_END &&
	       node->sub_type == EFI_DEVICE_PATH_END_ENTIRE;
}

/**
 * device_path_instance_end() - does an instance of a path end with this node?
 * @node: the node
 *
 * Return: true for an end node of either kind
 */
static inline bool device_path_instance_end(const struct efi_device_path *node)
{
	return node->type == EFI_DEVICE_PATH_END;
}

/**
 * device_path_next() - the node behind a node
 * @node: a node, not the end, of a path that device_path_size() accepts
 *
 * Return: the next node
 */
static inline struct efi_device_path *
device_path_next(const struct efi_device_path *node)
{
	return (struct efi_device_path *)(void *)((u8 *)(uintptr_t)node +
						  device_path_length(node));
}

/**
 * device_path_size() - bytes of a path, end node included
 * @path: the path; NULL is none
 * @ret: the size; untouched after a failure
 *
 * Return: false when a node is shorter than its header, an end node longer
 *         (UEFI 2.10, 10.3.1), or the path longer than DEVICE_PATH_MAX
 */
bool device_path_size(const struct efi_device_path *path, u64 *ret);

/**
 * device_path_append() - a path with nodes behind it
 * @path: the path; NULL is an empty one
 * @nodes: nodes to add; NULL if @size is 0
 * @size: their bytes, without an end node
 *
 * Return: a new path from the pool; NULL when there is no memory or @path is
 *         malformed
 */
struct efi_device_path *device_path_append(const struct efi_device_path *path,
					   const void *nodes, u64 size);

/**
 * device_path_duplicate() - copy a path
 * @path: the path
 *
 * Return: a new path from the pool; NULL when there is no memory or @path is
 *         NULL or malformed
 */
struct efi_device_path *
device_path_duplicate(const struct efi_device_path *path);

#endif /* EMULATOR_DEVICE_PATH_H */
