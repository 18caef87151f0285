// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * EFI_SIMPLE_TEXT_INPUT_PROTOCOL (UEFI 2.10, 12.3): there is no key.
 */
#include <emulator/emu.h>

static efi_status_t EFIAPI reset(struct efi_simple_text_input *self,
				 efi_bool_t extended)
{
	EFI_ENTRY(TEXT_INPUT, self, extended);

	return EFI_EXIT(EFI_SUCCESS);
}

static efi_status_t EFIAPI read_key_stroke(struct efi_simple_text_input *self,
					   struct efi_input_key *key)
{
	EFI_ENTRY(TEXT_INPUT, self, key);

	return EFI_EXIT(key ? EFI_NOT_READY : EFI_INVALID_PARAMETER);
}

static void EFIAPI no_key(efi_event_t event, void *context)
{
	/* Looked for a key, found none: the event stays as it is. */
	(void)event;
	(void)context;
}

struct efi_simple_text_input *text_input_start(void)
{
	struct text_input *input = &emu.protocols.text_input;

	input->key_event = event_create(EFI_EVT_NOTIFY_WAIT, EFI_TPL_NOTIFY,
					no_key, NULL, NULL);
	if (!input->key_event)
		emulator_panic("no memory for the console");
	input->protocol.reset = reset;
	input->protocol.read_key_stroke = read_key_stroke;
	input->protocol.wait_for_key = input->key_event;
	return &input->protocol;
}
