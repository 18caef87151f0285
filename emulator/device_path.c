// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Device paths (UEFI 2.10, 10): walking them safely, and making them.
 */
#include <emulator/emu.h>

static const struct efi_device_path end_node = {
	.type = EFI_DEVICE_PATH_END,
	.sub_type = EFI_DEVICE_PATH_END_ENTIRE,
	.length = { sizeof(struct efi_device_path) },
};

bool device_path_size(const struct efi_device_path *path, u64 *ret)
{
	const struct efi_device_path *node = path;
	u64 size = 0;

	if (!path)
		return false;
	for (;; node = device_path_next(node)) {
		u16 length = device_path_length(node);

		size += length;
		if (length < sizeof(*node) || size > DEVICE_PATH_MAX)
			return false;
		/* Others rely on it: they put nodes in place of the end. */
		if (device_path_instance_end(node) && length != sizeof(*node))
			return false;
		if (device_path_is_end(node))
			break;
	}
	*ret = size;
	return true;
}

struct efi_device_path *device_path_append(const struct efi_device_path *path,
					   const void *nodes, u64 size)
{
	u64 old = 0;
	void *made;

	if (path) {
		if (!device_path_size(path, &old))
			return NULL;
		old -= sizeof(*path);
	}
	if (size > DEVICE_PATH_MAX ||
	    EFI_ERROR(pool_allocate(EFI_LOADER_DATA,
				    old + size + sizeof(end_node), &made)))
		return NULL;
	if (old)
		memcpy(made, path, old);
	if (size)
		memcpy((u8 *)made + old, nodes, size);
	memcpy((u8 *)made + old + size, &end_node, sizeof(end_node));
	return made;
}

struct efi_device_path *
device_path_duplicate(const struct efi_device_path *path)
{
	return path ? device_path_append(path, NULL, 0) : NULL;
}
