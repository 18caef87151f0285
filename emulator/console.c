// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The console that K1 used, one byte at a time. Without one all text is lost,
 * nothing else changes.
 */
#include <emulator/emu.h>

#define LINE_MAX 256

static void send(u8 byte)
{
	/* Before the handoff is known there is nowhere to send it. */
	if (emu.handoff)
		arch_console_byte(&emu.handoff->console, byte);
}

void console_write(const char *text, u64 size)
{
	u64 i;

	for (i = 0; i < size; i++) {
		if (text[i] == '\n')
			send('\r');
		send((u8)text[i]);
	}
}

/* @code: below 0x110000 */
static void send_utf8(u32 code)
{
	if (code < 0x80) {
		send((u8)code);
	} else if (code < 0x800) {
		send((u8)(0xc0 | code >> 6));
		send((u8)(0x80 | (code & 0x3f)));
	} else if (code < 0x10000) {
		send((u8)(0xe0 | code >> 12));
		send((u8)(0x80 | (code >> 6 & 0x3f)));
		send((u8)(0x80 | (code & 0x3f)));
	} else {
		send((u8)(0xf0 | code >> 18));
		send((u8)(0x80 | (code >> 12 & 0x3f)));
		send((u8)(0x80 | (code >> 6 & 0x3f)));
		send((u8)(0x80 | (code & 0x3f)));
	}
}

void console_utf16(const u16 *text, u64 max)
{
	u64 i;

	for (i = 0; i < max && text[i]; i++) {
		u32 code = text[i];

		/* A half without its other half shows as U+FFFD. */
		if (code >= 0xd800 && code < 0xdc00 && i + 1 < max &&
		    text[i + 1] >= 0xdc00 && text[i + 1] < 0xe000)
			code = 0x10000 + ((code - 0xd800) << 10) +
			       (text[++i] - 0xdc00U);
		else if (code >= 0xd800 && code < 0xe000)
			code = 0xfffd;
		send_utf8(code);
	}
}

static void print_list(const char *fmt, va_list list)
{
	char line[LINE_MAX];
	u64 size = format_list(line, sizeof(line), fmt, list);

	console_write(line, size < sizeof(line) ? size : sizeof(line) - 1);
}

void print(const char *fmt, ...)
{
	va_list list;

	va_start(list, fmt);
	print_list(fmt, list);
	va_end(list);
}

void summary(const char *fmt, ...)
{
	va_list list;

	if (!emu.handoff || emu.handoff->log_level < 1)
		return;
	va_start(list, fmt);
	print_list(fmt, list);
	va_end(list);
}
