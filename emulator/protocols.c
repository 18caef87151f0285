// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All protocols that the payload finds, in one list. What is not here, it does
 * not find: no block device, no file system, no graphics, no PCI.
 */
#include <emulator/emu.h>
#include <emulator/protocol/device_path_to_text.h>
#include <emulator/protocol/device_path_utilities.h>
#include <emulator/protocol/memory_attribute.h>

static void install(efi_handle_t *handle, const struct efi_guid *guid,
		    const void *interface)
{
	efi_status_t status =
		handle_install(handle, guid, (void *)(uintptr_t)interface);

	if (EFI_ERROR(status))
		emulator_panic("cannot install protocol %g: %s", guid,
			       trace_status(status));
}

static void start_console(void)
{
	struct efi_simple_text_output *output = text_output_start();
	struct efi_simple_text_input *input = text_input_start();
	efi_handle_t handle = NULL;

	install(&handle, &EFI_SIMPLE_TEXT_OUTPUT_PROTOCOL_GUID, output);
	install(&handle, &EFI_SIMPLE_TEXT_INPUT_PROTOCOL_GUID, input);
	emu.systab->console_in_handle = handle;
	emu.systab->con_in = input;
	emu.systab->console_out_handle = handle;
	emu.systab->con_out = output;
	emu.systab->standard_error_handle = handle;
	emu.systab->std_err = output;
}

void protocols_start(void)
{
	efi_handle_t *root = &emu.protocols.root;

	events_start();
	install(root, &EFI_DEVICE_PATH_UTILITIES_PROTOCOL_GUID,
		&device_path_utilities);
	install(root, &EFI_DEVICE_PATH_TO_TEXT_PROTOCOL_GUID,
		&device_path_to_text);
	install(root, &EFI_RNG_PROTOCOL_GUID, rng_start());
	/* Who has not said that it can work with it, might not. */
	if (emu.handoff->payload.flags & HANDOFF_PAYLOAD_NX_COMPAT)
		install(root, &EFI_MEMORY_ATTRIBUTE_PROTOCOL_GUID,
			&memory_attribute);
	if (emu.measurement)
		emu.measurement->start(root);
	start_console();
	load_file2_start();
	image_payload_start();
}
