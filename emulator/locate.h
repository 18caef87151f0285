/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding handles inside the emulator.
 */
#ifndef EMULATOR_LOCATE_H
#define EMULATOR_LOCATE_H

#include <kexec_pe/efi.h>

/**
 * locate_device_path() - the handle that is furthest along a device path
 * @guid: a protocol that the handle must have, beside its device path
 * @path: in: the path; out: what remains of it; untouched after a failure
 * @ret: the handle; untouched after a failure
 *
 * Return: EFI_SUCCESS; EFI_NOT_FOUND; EFI_INVALID_PARAMETER for a malformed
 *         path
 */
efi_status_t locate_device_path(const struct efi_guid *guid,
				struct efi_device_path **path,
				efi_handle_t *ret);

#endif /* EMULATOR_LOCATE_H */
