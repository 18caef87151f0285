// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Into images and out of them: StartImage, Exit, UnloadImage (UEFI 2.10, 7.4.2
 * to 7.4.5), and the payload itself.
 */
#include <emulator/emu.h>

static efi_status_t run(struct image *image)
{
	struct images *images = &emu.protocols.images;
	efi_status_t status;

	image->started = true;
	image->previous = images->current;
	image->tpl = emu.protocols.events.tpl;
	images->current = image;
	status = arch_call_image(image->entry, image->handle, emu.systab,
				 &image->jump);
	images->current = image->previous;
	/* An image that forgot to lower the level must not stop the next. */
	tpl_restore(image->tpl);
	return status;
}

static void hand_over_exit_data(struct image *image, u64 *size,
				efi_char16_t **data)
{
	if (!data)
		return;
	*data = image->exit_data;
	if (size)
		*size = image->exit_data_size;
	image->exit_data = NULL; /* the caller's now */
}

/**
 * bs_start_image() - StartImage (UEFI 2.10, 7.4.2)
 * @image: a loaded image that did not run yet; unloaded when it is done
 * @exit_data_size: bytes of @exit_data; may be NULL
 * @exit_data: what the image gave to Exit, which the caller frees; NULL if it
 *             gave nothing; may be NULL itself
 *
 * Return: EFI_INVALID_PARAMETER, or what the image returned
 */
efi_status_t EFIAPI bs_start_image(efi_handle_t image, u64 *exit_data_size,
				   efi_char16_t **exit_data)
{
	struct image *found = image_find(image);
	efi_status_t status;

	EFI_ENTRY(START_IMAGE, image);

	if (!found || found->started)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	image_set_inner_options(found);
	status = run(found);
	hand_over_exit_data(found, exit_data_size, exit_data);
	/* Applications only are loaded, and these end with their entry. */
	image_destroy(found);
	return EFI_EXIT(status);
}

static void keep_exit_data(struct image *image, u64 size,
			   const efi_char16_t *data)
{
	void *copy;
	u64 room;

	/* With a NUL behind it: image_run_payload() prints it. */
	if (!size || !data || !checked_add(size, sizeof(*data), &room) ||
	    EFI_ERROR(pool_allocate(EFI_LOADER_DATA, room, &copy)))
		return;
	memset(copy, 0, room);
	memcpy(copy, data, size);
	image->exit_data = copy;
	image->exit_data_size = size;
}

/**
 * bs_exit() - Exit (UEFI 2.10, 7.4.5)
 * @image: the image that runs, or one that was loaded but not started
 * @status: what StartImage shall return
 * @exit_data_size: bytes of @exit_data
 * @exit_data: a string and whatever follows it; may be NULL
 *
 * Return: EFI_SUCCESS for an image that was not started, which is unloaded;
 *         EFI_INVALID_PARAMETER; or not at all
 */
efi_status_t EFIAPI bs_exit(efi_handle_t image, efi_status_t status,
			    u64 exit_data_size, efi_char16_t *exit_data)
{
	struct image *found = image_find(image);

	EFI_ENTRY(EXIT, image, status);

	if (!found || (found->started && found != emu.protocols.images.current))
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	if (!found->started) {
		image_destroy(found);
		return EFI_EXIT(EFI_SUCCESS);
	}
	keep_exit_data(found, exit_data_size, exit_data);
	EFI_EXIT(status);
	arch_leave_image(&found->jump, status);
}

/**
 * bs_unload_image() - UnloadImage (UEFI 2.10, 7.4.3)
 * @image: an image that was not started
 *
 * LoadImage takes applications only, and these are unloaded when they end: an
 * image that was started runs, and has its memory pulled from under it by
 * nobody, whatever its Unload function says.
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER; EFI_UNSUPPORTED for an image
 *         that runs
 */
efi_status_t EFIAPI bs_unload_image(efi_handle_t image)
{
	struct image *found = image_find(image);

	EFI_ENTRY(UNLOAD_IMAGE, image);

	if (!found)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	if (found->started)
		return EFI_EXIT(EFI_UNSUPPORTED);
	image_destroy(found);
	return EFI_EXIT(EFI_SUCCESS);
}

efi_status_t image_run_payload(void)
{
	struct image *image = image_find(emu.protocols.payload);
	efi_status_t status = run(image);

	if (image->exit_data)
		print("payload: %S\n", image->exit_data);
	return status;
}
