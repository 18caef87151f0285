// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * EFI_SIMPLE_TEXT_OUTPUT_PROTOCOL (UEFI 2.10, 12.4) on a serial line. Colours,
 * cursor positions and clearing the screen are remembered and not sent: what
 * comes out is read in a log, where escape sequences are dirt.
 */
#include <emulator/emu.h>

#define COLUMNS 80
#define ROWS 25
#define LIGHT_GRAY 0x07 /* on black, as firmware starts with */
#define ATTRIBUTE_MASK 0x7fULL
#define STRING_MAX 0x10000ULL /* characters; a string that has lost its NUL */

static struct efi_simple_text_output_mode *mode(void)
{
	return &emu.protocols.text_output.mode;
}

static void home(void)
{
	mode()->cursor_column = 0;
	mode()->cursor_row = 0;
}

static void next_row(void)
{
	if (mode()->cursor_row < ROWS - 1)
		mode()->cursor_row++;
}

/* Where a terminal's cursor would be now. */
static void follow(efi_char16_t c)
{
	switch (c) {
	case '\r':
		mode()->cursor_column = 0;
		break;
	case '\n':
		next_row();
		break;
	case '\b':
		if (mode()->cursor_column)
			mode()->cursor_column--;
		break;
	default:
		if (++mode()->cursor_column < COLUMNS)
			break;
		mode()->cursor_column = 0;
		next_row();
	}
}

static efi_status_t EFIAPI reset(struct efi_simple_text_output *self,
				 efi_bool_t extended)
{
	EFI_ENTRY(TEXT_OUTPUT, self, extended);

	mode()->attribute = LIGHT_GRAY;
	home();
	return EFI_EXIT(EFI_SUCCESS);
}

static efi_status_t EFIAPI output_string(struct efi_simple_text_output *self,
					 const efi_char16_t *string)
{
	u64 i;

	EFI_ENTRY(TEXT_OUTPUT, self, string);

	if (!string)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	console_utf16(string, STRING_MAX);
	for (i = 0; i < STRING_MAX && string[i]; i++)
		follow(string[i]);
	return EFI_EXIT(EFI_SUCCESS);
}

/* UTF-8 has a byte sequence for every character. */
static efi_status_t EFIAPI test_string(struct efi_simple_text_output *self,
				       const efi_char16_t *string)
{
	EFI_ENTRY(TEXT_OUTPUT, self, string);

	return EFI_EXIT(string ? EFI_SUCCESS : EFI_INVALID_PARAMETER);
}

static efi_status_t EFIAPI query_mode(struct efi_simple_text_output *self,
				      u64 number, u64 *columns, u64 *rows)
{
	EFI_ENTRY(TEXT_OUTPUT, self, number);

	if (!columns || !rows)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	if (number)
		return EFI_EXIT(EFI_UNSUPPORTED);
	*columns = COLUMNS;
	*rows = ROWS;
	return EFI_EXIT(EFI_SUCCESS);
}

static efi_status_t EFIAPI set_mode(struct efi_simple_text_output *self,
				    u64 number)
{
	EFI_ENTRY(TEXT_OUTPUT, self, number);

	if (number)
		return EFI_EXIT(EFI_UNSUPPORTED);
	home();
	return EFI_EXIT(EFI_SUCCESS);
}

static efi_status_t EFIAPI set_attribute(struct efi_simple_text_output *self,
					 u64 attribute)
{
	EFI_ENTRY(TEXT_OUTPUT, self, attribute);

	if (attribute & ~ATTRIBUTE_MASK)
		return EFI_EXIT(EFI_UNSUPPORTED);
	mode()->attribute = (s32)attribute;
	return EFI_EXIT(EFI_SUCCESS);
}

static efi_status_t EFIAPI clear_screen(struct efi_simple_text_output *self)
{
	EFI_ENTRY(TEXT_OUTPUT, self);

	home();
	return EFI_EXIT(EFI_SUCCESS);
}

static efi_status_t EFIAPI
set_cursor_position(struct efi_simple_text_output *self, u64 column, u64 row)
{
	EFI_ENTRY(TEXT_OUTPUT, self, column, row);

	if (column >= COLUMNS || row >= ROWS)
		return EFI_EXIT(EFI_UNSUPPORTED);
	mode()->cursor_column = (s32)column;
	mode()->cursor_row = (s32)row;
	return EFI_EXIT(EFI_SUCCESS);
}

static efi_status_t EFIAPI enable_cursor(struct efi_simple_text_output *self,
					 efi_bool_t visible)
{
	EFI_ENTRY(TEXT_OUTPUT, self, visible);

	mode()->cursor_visible = !!visible;
	return EFI_EXIT(EFI_SUCCESS);
}

struct efi_simple_text_output *text_output_start(void)
{
	struct text_output *output = &emu.protocols.text_output;
	struct efi_simple_text_output *protocol = &output->protocol;

	output->mode.max_mode = 1;
	output->mode.attribute = LIGHT_GRAY;
	protocol->reset = reset;
	protocol->output_string = output_string;
	protocol->test_string = test_string;
	protocol->query_mode = query_mode;
	protocol->set_mode = set_mode;
	protocol->set_attribute = set_attribute;
	protocol->clear_screen = clear_screen;
	protocol->set_cursor_position = set_cursor_position;
	protocol->enable_cursor = enable_cursor;
	protocol->mode = &output->mode;
	return protocol;
}
