/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * EFI_DEVICE_PATH_UTILITIES_PROTOCOL (UEFI 2.10, 10.5).
 */
#ifndef EMULATOR_PROTOCOL_DEVICE_PATH_UTILITIES_H
#define EMULATOR_PROTOCOL_DEVICE_PATH_UTILITIES_H

#include <kexec_pe/efi.h>

struct efi_device_path_utilities {
	u64(EFIAPI *get_device_path_size)(const struct efi_device_path *path);
	struct efi_device_path *(EFIAPI *duplicate_device_path)(
		const struct efi_device_path *path);
	struct efi_device_path *(EFIAPI *append_device_path)(
		const struct efi_device_path *first,
		const struct efi_device_path *second);
	struct efi_device_path *(EFIAPI *append_device_node)(
		const struct efi_device_path *path,
		const struct efi_device_path *node);
	struct efi_device_path *(EFIAPI *append_device_path_instance)(
		const struct efi_device_path *path,
		const struct efi_device_path *instance);
	struct efi_device_path *(EFIAPI *get_next_device_path_instance)(
		struct efi_device_path **path, u64 *size);
	efi_bool_t(EFIAPI *is_device_path_multi_instance)(
		const struct efi_device_path *path);
	struct efi_device_path *(EFIAPI *create_device_node)(u8 type,
							     u8 sub_type,
							     u16 length);
};

extern const struct efi_device_path_utilities device_path_utilities;

#endif /* EMULATOR_PROTOCOL_DEVICE_PATH_UTILITIES_H */
