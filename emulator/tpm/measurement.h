/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measured boot as the rest of the emulator sees it: emu.measurement is NULL
 * where there is no TPM, or none that can be used, and then nothing is measured.
 * Who starts the emulator sets it, and emu.tpm if it brings a TPM, before.
 */
#ifndef EMULATOR_TPM_MEASUREMENT_H
#define EMULATOR_TPM_MEASUREMENT_H

#include <image/pe.h>
#include <kexec_pe/efi.h>

struct measurement {
	/*
	 * Starts the log, installs EFI_TCG2_PROTOCOL on the handle. May set
	 * emu.measurement to NULL.
	 */
	void (*start)(efi_handle_t *handle);
	/*
	 * LoadImage has taken a file: @address is where it is laid out, @path
	 * its device path or NULL. An error means that it must not run.
	 */
	efi_status_t (*image)(const struct pe_image *pe, u64 address,
			      const struct efi_device_path *path);
};

/* protocol/tcg2.c: by emu.tpm */
extern const struct measurement tcg2_measurement;

/* device/start.c: by the TPM of the handoff, if there is one */
extern const struct measurement machine_measurement;

#endif /* EMULATOR_TPM_MEASUREMENT_H */
