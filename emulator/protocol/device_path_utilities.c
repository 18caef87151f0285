// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * EFI_DEVICE_PATH_UTILITIES_PROTOCOL (UEFI 2.10, 10.5). What it makes comes
 * from the pool and is freed by the caller with FreePool.
 */
#include <emulator/emu.h>
#include <emulator/protocol/device_path_utilities.h>

#define NODE sizeof(struct efi_device_path)

static const struct efi_device_path end_of_instance = {
	.type = EFI_DEVICE_PATH_END,
	.sub_type = EFI_DEVICE_PATH_END_INSTANCE,
	.length = { NODE },
};

/* All of them end in this: NULL is their only way to fail. */
static struct efi_device_path *result(u32 trace_id,
				      struct efi_device_path *path)
{
	EFI_EXIT(path ? EFI_SUCCESS : EFI_NOT_FOUND);
	return path;
}

/* 10.5.2: 0 for no path; ours is 0 for a malformed one too. */
static u64 EFIAPI get_device_path_size(const struct efi_device_path *path)
{
	u64 size = 0;

	EFI_ENTRY(DEVICE_PATH_UTILITIES, path);

	device_path_size(path, &size);
	EFI_EXIT(EFI_SUCCESS);
	return size;
}

static struct efi_device_path *EFIAPI
duplicate_device_path(const struct efi_device_path *path)
{
	EFI_ENTRY(DEVICE_PATH_UTILITIES, path);

	return result(trace_id, device_path_duplicate(path));
}

/* 10.5.4: either may be missing; both missing make an end node. */
static struct efi_device_path *EFIAPI
append_device_path(const struct efi_device_path *first,
		   const struct efi_device_path *second)
{
	u64 size = NODE;

	EFI_ENTRY(DEVICE_PATH_UTILITIES, first, second);

	if (second && !device_path_size(second, &size))
		return result(trace_id, NULL);
	return result(trace_id, device_path_append(first, second, size - NODE));
}

/* 10.5.5: without a node, a copy of the path. */
static struct efi_device_path *EFIAPI append_device_node(
	const struct efi_device_path *path, const struct efi_device_path *node)
{
	u64 size = node ? device_path_length(node) : 0;

	EFI_ENTRY(DEVICE_PATH_UTILITIES, path, node);

	if (node && size < NODE)
		return result(trace_id, NULL);
	return result(trace_id, device_path_append(path, node, size));
}

/* 10.5.6: the instance is behind an end-of-instance node, unless first. */
static struct efi_device_path *EFIAPI
append_device_path_instance(const struct efi_device_path *path,
			    const struct efi_device_path *instance)
{
	struct efi_device_path *first, *both;
	u64 size;

	EFI_ENTRY(DEVICE_PATH_UTILITIES, path, instance);

	if (!instance || !device_path_size(instance, &size))
		return result(trace_id, NULL);
	if (!path)
		return result(trace_id, device_path_duplicate(instance));
	first = device_path_append(path, &end_of_instance, NODE);
	if (!first)
		return result(trace_id, NULL);
	both = device_path_append(first, instance, size - NODE);
	pool_free(first);
	return result(trace_id, both);
}

/* 10.5.7: moves *path behind the instance, to NULL behind the last. */
static struct efi_device_path *EFIAPI
get_next_device_path_instance(struct efi_device_path **path, u64 *size)
{
	struct efi_device_path *instance;
	const struct efi_device_path *node;
	u64 whole, length;

	EFI_ENTRY(DEVICE_PATH_UTILITIES, path, size);

	if (!path || !*path || !device_path_size(*path, &whole))
		return result(trace_id, NULL);
	for (node = *path; !device_path_instance_end(node);)
		node = device_path_next(node);
	length = (u64)((const u8 *)node - (const u8 *)*path);
	instance = device_path_append(NULL, *path, length);
	if (!instance)
		return result(trace_id, NULL);
	*path = device_path_is_end(node) ? NULL : device_path_next(node);
	if (size)
		*size = length + NODE;
	return result(trace_id, instance);
}

static efi_bool_t EFIAPI
is_device_path_multi_instance(const struct efi_device_path *path)
{
	const struct efi_device_path *node = path;
	u64 size;

	EFI_ENTRY(DEVICE_PATH_UTILITIES, path);

	EFI_EXIT(EFI_SUCCESS);
	if (!device_path_size(path, &size))
		return false;
	while (!device_path_instance_end(node))
		node = device_path_next(node);
	return !device_path_is_end(node);
}

/* 10.5.9: header filled, the rest zero. */
static struct efi_device_path *EFIAPI create_device_node(u8 type, u8 sub_type,
							 u16 length)
{
	struct efi_device_path *node;
	void *memory;

	EFI_ENTRY(DEVICE_PATH_UTILITIES, type, sub_type, length);

	if (length < NODE ||
	    EFI_ERROR(pool_allocate(EFI_LOADER_DATA, length, &memory)))
		return result(trace_id, NULL);
	memset(memory, 0, length);
	node = memory;
	node->type = type;
	node->sub_type = sub_type;
	node->length[0] = length & 0xff;
	node->length[1] = length >> 8;
	return result(trace_id, node);
}

const struct efi_device_path_utilities device_path_utilities = {
	.get_device_path_size = get_device_path_size,
	.duplicate_device_path = duplicate_device_path,
	.append_device_path = append_device_path,
	.append_device_node = append_device_node,
	.append_device_path_instance = append_device_path_instance,
	.get_next_device_path_instance = get_next_device_path_instance,
	.is_device_path_multi_instance = is_device_path_multi_instance,
	.create_device_node = create_device_node,
};
