// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The payload as an image: K1 has laid it out, what is left is its handle.
 */
#include <emulator/emu.h>

#define FILE_NAME L"\\payload.efi" /* -fshort-wchar */

/* No device that anybody knows; handles are told apart by its path. */
static const struct {
	struct efi_device_path_vendor vendor;
	struct efi_device_path end;
} __packed device_path = {
	.vendor = {
		.header = {
			.type = EFI_DEVICE_PATH_HARDWARE,
			.sub_type = EFI_DEVICE_PATH_HARDWARE_VENDOR,
			.length = { sizeof(struct efi_device_path_vendor) },
		},
		.guid = { KEXEC_PAYLOAD_DEVICE_GUID },
	},
	.end = {
		.type = EFI_DEVICE_PATH_END,
		.sub_type = EFI_DEVICE_PATH_END_ENTIRE,
		.length = { sizeof(struct efi_device_path) },
	},
};

/*
 * Payloads want a device that they were loaded from, and the name of a file on
 * it: systemd-stub 254 dies without the first, and derives the folder of its
 * sidecars from the second (minimal-efi 2.5).
 */
struct payload_path {
	struct efi_device_path_vendor device;
	struct efi_device_path file;
	u8 name[sizeof(FILE_NAME)]; /* UTF-16 */
	struct efi_device_path end;
} __packed;

static void make_path(struct payload_path *ret)
{
	ret->device = device_path.vendor;
	ret->file.type = EFI_DEVICE_PATH_MEDIA;
	ret->file.sub_type = EFI_DEVICE_PATH_MEDIA_FILE;
	ret->file.length[0] = sizeof(ret->file) + sizeof(ret->name);
	ret->file.length[1] = 0;
	memcpy(ret->name, FILE_NAME, sizeof(ret->name));
	ret->end = device_path.end;
}

static void install_device(void)
{
	efi_handle_t handle = NULL;
	efi_status_t status = handle_install(&handle,
					     &EFI_DEVICE_PATH_PROTOCOL_GUID,
					     (void *)(uintptr_t)&device_path);

	if (EFI_ERROR(status))
		emulator_panic("no handle for the payload's device");
}

/* A copy: the handoff is read-only, LoadOptions are the payload's to edit. */
static void set_load_options(struct efi_loaded_image *loaded,
			     const struct handoff_array *options)
{
	void *copy;

	if (!options->count)
		return;
	if (EFI_ERROR(pool_allocate(EFI_LOADER_DATA, options->count, &copy)))
		emulator_panic("no memory for the command line");
	memcpy(copy, handoff_array(options), options->count);
	loaded->load_options = copy;
	loaded->load_options_size = options->count;
}

bool image_payload_inner(efi_handle_t handle)
{
	struct image *image = image_find(handle);

	return image && handle == emu.protocols.payload &&
	       (u64)(uintptr_t)image->loaded.image_base != image->address;
}

void image_set_inner_options(struct image *image)
{
	if (emu.protocols.images.has_inner_options)
		return;
	emu.protocols.images.has_inner_options = true;
	set_load_options(&image->loaded, &emu.handoff->inner_options);
}

void image_payload_start(void)
{
	const struct handoff_payload *payload = &emu.handoff->payload;
	struct image *image = object_allocate(sizeof(*image));
	struct payload_path path;

	if (!image)
		emulator_panic("no memory for the payload's handle");
	install_device();
	make_path(&path);
	image->address = payload->address;
	image->entry = payload->address + payload->entry;
	list_append(&emu.protocols.images.list, &image->link);
	if (EFI_ERROR(loaded_image_install(image, emu.protocols.root,
					   &path.device.header)))
		emulator_panic("no handle for the payload");
	image->loaded.image_size = payload->size;
	set_load_options(&image->loaded, &emu.handoff->load_options);
	emu.protocols.payload = image->handle;
}
