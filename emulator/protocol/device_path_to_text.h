/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * EFI_DEVICE_PATH_TO_TEXT_PROTOCOL (UEFI 2.10, 10.6.2).
 */
#ifndef EMULATOR_PROTOCOL_DEVICE_PATH_TO_TEXT_H
#define EMULATOR_PROTOCOL_DEVICE_PATH_TO_TEXT_H

#include <kexec_pe/efi.h>

struct efi_device_path_to_text {
	efi_char16_t *(EFIAPI *convert_device_node_to_text)(
		const struct efi_device_path *node, efi_bool_t display_only,
		efi_bool_t allow_shortcuts);
	efi_char16_t *(EFIAPI *convert_device_path_to_text)(
		const struct efi_device_path *path, efi_bool_t display_only,
		efi_bool_t allow_shortcuts);
};

extern const struct efi_device_path_to_text device_path_to_text;

#endif /* EMULATOR_PROTOCOL_DEVICE_PATH_TO_TEXT_H */
