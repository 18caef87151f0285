// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * EFI_LOADED_IMAGE_PROTOCOL and EFI_LOADED_IMAGE_DEVICE_PATH_PROTOCOL (UEFI
 * 2.10, 9.1, 9.2).
 */
#include <emulator/emu.h>

/* DeviceHandle and FilePath: the handle furthest along the path, the rest. */
static efi_status_t set_path(struct image *image,
			     const struct efi_device_path *path)
{
	struct efi_loaded_image *loaded = &image->loaded;
	efi_handle_t device;

	if (!path)
		return EFI_SUCCESS;
	image->path = device_path_duplicate(path);
	if (!image->path)
		return EFI_OUT_OF_RESOURCES;
	loaded->file_path = image->path;
	if (!EFI_ERROR(locate_device_path(&EFI_DEVICE_PATH_PROTOCOL_GUID,
					  &loaded->file_path, &device)))
		loaded->device_handle = device;
	return EFI_SUCCESS;
}

efi_status_t loaded_image_install(struct image *image, efi_handle_t parent,
				  const struct efi_device_path *path)
{
	struct efi_loaded_image *loaded = &image->loaded;
	efi_status_t status;

	loaded->revision = EFI_LOADED_IMAGE_PROTOCOL_REVISION;
	loaded->parent_handle = parent;
	loaded->system_table = emu.systab;
	loaded->image_base = (void *)(uintptr_t)image->address;
	loaded->image_size = image->pages << EFI_PAGE_SHIFT;
	loaded->image_code_type = EFI_LOADER_CODE;
	/* The pool type of programs built on gnu-efi (minimal-efi 2.5). */
	loaded->image_data_type = EFI_LOADER_DATA;
	status = set_path(image, path);
	if (!EFI_ERROR(status))
		status = handle_install(&image->handle,
					&LOADED_IMAGE_PROTOCOL_GUID, loaded);
	/* Without a path the interface is NULL, as it has to be. */
	if (!EFI_ERROR(status))
		status = handle_install(&image->handle,
					&LOADED_IMAGE_DEVICE_PATH_PROTOCOL_GUID,
					image->path);
	if (EFI_ERROR(status))
		loaded_image_uninstall(image);
	return status;
}

static void remove(efi_handle_t handle, const struct efi_guid *guid)
{
	struct handle *found = handle_find(handle);
	struct protocol *protocol = found ? handle_protocol(found, guid) : NULL;

	if (protocol)
		handle_remove(found, protocol);
}

void loaded_image_uninstall(struct image *image)
{
	remove(image->handle, &LOADED_IMAGE_DEVICE_PATH_PROTOCOL_GUID);
	remove(image->handle, &LOADED_IMAGE_PROTOCOL_GUID);
	if (image->path)
		pool_free(image->path);
	image->path = NULL;
	image->handle = NULL;
}
