/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Images: the payload that the stager laid out, and what it loads with
 * LoadImage (UEFI 2.10, 7.4).
 */
#ifndef EMULATOR_IMAGE_H
#define EMULATOR_IMAGE_H

#include <emulator/list.h>
#include <jump.h>
#include <kexec_pe/efi.h>

struct image {
	struct list link;
	efi_handle_t handle;
	struct efi_loaded_image loaded; /* the payload may write to it */
	struct efi_device_path *path; /* LoadedImageDevicePath, from the pool */
	u64 address;
	u64 pages; /* 0 for the payload itself, whose memory stays */
	u64 entry; /* address */
	bool started;
	efi_tpl_t tpl; /* level at StartImage */
	struct image *previous; /* who called StartImage */
	u64 exit_data_size;
	efi_char16_t *exit_data; /* from the pool */
	struct arch_jump jump;
};

static_assert(sizeof(struct image) <= 1024, "object_allocate()");

struct images {
	struct list list; /* struct image */
	struct image *current; /* innermost of the started ones */
	bool has_inner_options; /* the kernel in the payload got its own */
};

/* image_payload.c */

/**
 * image_payload_inner() - is this LoadedImage a kernel's inside of the payload?
 * @handle: of an image
 *
 * systemd-stub >= 258 starts its kernel with its own handle, whose LoadedImage
 * it has changed to describe the kernel.
 *
 * Return: true once it has
 */
bool image_payload_inner(efi_handle_t handle);

/**
 * image_set_inner_options() - the command line of the kernel inside a UKI
 * @image: the kernel
 *
 * The stager's, if there is one, instead of what the stub has set.
 */
void image_set_inner_options(struct image *image);

/* image.c */

/**
 * image_find() - is this the handle of an image?
 * @handle: a payload's idea of an image handle
 *
 * Return: the image, NULL when there is none such (any more)
 */
struct image *image_find(efi_handle_t handle);

/**
 * image_destroy() - remove an image with all that belongs to it
 * @image: the image; freed
 *
 * Protocols that it installed on its own handle stay.
 */
void image_destroy(struct image *image);

/* protocol/loaded_image.c */

/**
 * loaded_image_install() - give an image its handle
 * @image: address and pages are set
 * @parent: handle of the image that loaded it
 * @path: full device path, or NULL
 *
 * Fills @image->loaded, whose DeviceHandle is the handle that @path begins
 * with, and whose FilePath is the rest.
 *
 * Return: EFI_SUCCESS, EFI_OUT_OF_RESOURCES; then nothing is installed
 */
efi_status_t loaded_image_install(struct image *image, efi_handle_t parent,
				  const struct efi_device_path *path);

/**
 * loaded_image_uninstall() - take LoadedImage and its device path away
 * @image: the image
 */
void loaded_image_uninstall(struct image *image);

/* image_file.c */

struct image_file {
	u64 address;
	u64 pages; /* of a copy; 0: in the payload, read-only, as K1 has put it */
	u64 size; /* bytes of the file */
};

/**
 * image_file_take() - take the bytes of a file, from now on nobody's to change
 * @source: the bytes
 * @size: how many, not 0
 * @ret: a copy in pages of the emulator, or, of what K1 lists with its place in
 *       the payload, the place itself if nobody could write to it
 *
 * Return: EFI_SUCCESS, EFI_OUT_OF_RESOURCES
 */
efi_status_t image_file_take(const void *source, u64 size,
			     struct image_file *ret);

/**
 * image_file_load() - let the handle that a device path leads to load a file
 * @path: the path
 * @boot_policy: as LoadImage got it; true rules out LoadFile2
 * @ret: the file
 *
 * Return: EFI_SUCCESS; EFI_NOT_FOUND when no handle serves the path; what the
 *         protocol of that handle returned; EFI_OUT_OF_RESOURCES
 */
efi_status_t image_file_load(struct efi_device_path *path,
			     efi_bool_t boot_policy, struct image_file *ret);

/**
 * image_file_free() - give the pages back
 * @file: the copy
 */
void image_file_free(struct image_file *file);

/**
 * image_file_vouched() - does K1 vouch for these very bytes?
 * @file: the copy that will be used from here on
 *
 * Return: true when the handoff lists its size and SHA-256
 */
bool image_file_vouched(const struct image_file *file);

#endif /* EMULATOR_IMAGE_H */
