// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Simple text output (UEFI 2.10, 12.4) on the console that every report goes
 * to. Nothing here clears what was printed.
 */
#include "selftest.h"

static EFI_GUID text_output_guid = SIMPLE_TEXT_OUTPUT_PROTOCOL;

/* Stubs print without looking whether there is a console. */
static void text_present(struct selftest *st)
{
	const SIMPLE_TEXT_OUTPUT_INTERFACE *out = st->systab->ConOut;

	if (!EXPECT(st, out))
		return;
	EXPECT(st, out->Reset && out->OutputString && out->TestString);
	EXPECT(st, out->QueryMode && out->SetMode && out->SetAttribute);
	EXPECT(st, out->ClearScreen && out->SetCursorPosition);
	EXPECT(st, out->EnableCursor);
	EXPECT(st, out->Mode);
	EXPECT(st, st->systab->StdErr);
}

static void text_handle(struct selftest *st)
{
	if (EXPECT(st, st->systab->ConsoleOutHandle))
		EXPECT(st,
		       protocol_on(st, st->systab->ConsoleOutHandle,
				   &text_output_guid) == st->systab->ConOut);
}

static void text_mode(struct selftest *st)
{
	SIMPLE_TEXT_OUTPUT_INTERFACE *out = st->systab->ConOut;
	UINTN columns = 0, rows = 0;

	EXPECT(st, out->Mode->MaxMode >= 1);
	EXPECT(st,
	       out->Mode->Mode >= 0 && out->Mode->Mode < out->Mode->MaxMode);
	/* Mode 0 is 80 x 25 everywhere. */
	EXPECT_STATUS(st, out->QueryMode(out, 0, &columns, &rows), EFI_SUCCESS);
	EXPECT(st, columns == 80 && rows == 25);
	EXPECT_STATUS(st, out->QueryMode(out, out->Mode->Mode, &columns, &rows),
		      EFI_SUCCESS);
	EXPECT(st, columns && rows);
}

static void text_mode_unsupported(struct selftest *st)
{
	SIMPLE_TEXT_OUTPUT_INTERFACE *out = st->systab->ConOut;
	UINTN columns, rows;

	EXPECT_STATUS(st,
		      out->QueryMode(out, out->Mode->MaxMode, &columns, &rows),
		      EFI_UNSUPPORTED);
	EXPECT_STATUS(st, out->SetMode(out, out->Mode->MaxMode),
		      EFI_UNSUPPORTED);
}

/* systemd-stub colours its messages and restores what was. */
static void text_attribute(struct selftest *st)
{
	SIMPLE_TEXT_OUTPUT_INTERFACE *out = st->systab->ConOut;
	INT32 before = out->Mode->Attribute;

	EXPECT_STATUS(st, out->SetAttribute(out, EFI_LIGHTGRAY), EFI_SUCCESS);
	EXPECT(st, out->Mode->Attribute == EFI_LIGHTGRAY);
	EXPECT_STATUS(st, out->SetAttribute(out, before), EFI_SUCCESS);
	EXPECT(st, out->Mode->Attribute == before);
}

static void text_output(struct selftest *st)
{
	SIMPLE_TEXT_OUTPUT_INTERFACE *out = st->systab->ConOut;

	EXPECT_STATUS(st, out->OutputString(out, L""), EFI_SUCCESS);
	EXPECT_STATUS(st, out->TestString(out, L"plain text"), EFI_SUCCESS);
	EXPECT_STATUS(st, out->OutputString(out, L"\r"), EFI_SUCCESS);
	EXPECT(st, out->Mode->CursorColumn == 0);
	EXPECT_STATUS(st, out->OutputString(out, L"12345"), EFI_SUCCESS);
	EXPECT(st, out->Mode->CursorColumn == 5);
	EXPECT_STATUS(st, out->OutputString(out, L"\b"), EFI_SUCCESS);
	EXPECT(st, out->Mode->CursorColumn == 4);
	EXPECT_STATUS(st, out->OutputString(out, L"\r\n"), EFI_SUCCESS);
	EXPECT(st, out->Mode->CursorColumn == 0);
}

/* Some consoles can't hide the cursor and say so. */
static void text_cursor(struct selftest *st)
{
	SIMPLE_TEXT_OUTPUT_INTERFACE *out = st->systab->ConOut;

	EXPECT_EITHER(st, out->EnableCursor(out, TRUE), EFI_SUCCESS,
		      EFI_UNSUPPORTED);
	EXPECT_STATUS(st, out->SetCursorPosition(out, 10000, 10000),
		      EFI_UNSUPPORTED);
}

const struct check text_checks[] = {
	{ "text.present", text_present, PHASE_BOOT },
	{ "text.handle", text_handle, PHASE_BOOT },
	{ "text.mode", text_mode, PHASE_BOOT },
	{ "text.mode_unsupported", text_mode_unsupported, PHASE_BOOT },
	{ "text.attribute", text_attribute, PHASE_BOOT },
	{ "text.output", text_output, PHASE_BOOT },
	{ "text.cursor", text_cursor, PHASE_BOOT },
	{},
};
