/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text for people: formatting, the console, and the end of everything.
 *
 * Conversions: %s (NULL prints as "(null)"), %S UTF-16, %c, %d, %u, %x, %p,
 * %g (const struct efi_guid *) and %%, with -, 0 and a width, l and ll for 64
 * bits. Anything else is printed as it stands.
 */
#ifndef EMULATOR_PRINT_H
#define EMULATOR_PRINT_H

#include <kexec_pe/types.h>
#include <stdarg.h>

/**
 * format() - print into a buffer
 * @buffer: where to; always NUL-terminated if @size is not 0
 * @size: bytes of @buffer
 * @fmt: see above
 *
 * Return: number of characters that the whole text has, without NUL
 */
u64 format(char *buffer, u64 size, const char *fmt, ...);

/**
 * format_list() - format() with its arguments in a list
 * @buffer: as format()
 * @size: as format()
 * @fmt: as format()
 * @list: the arguments
 *
 * Return: as format()
 */
u64 format_list(char *buffer, u64 size, const char *fmt, va_list list);

/**
 * print() - print on the console
 * @fmt: see above; a newline becomes CR LF
 */
void print(const char *fmt, ...);

/**
 * summary() - print() if the log level is at least 1
 * @fmt: as print()
 */
void summary(const char *fmt, ...);

/**
 * console_write() - send bytes to the console as they are, but LF as CR LF
 * @text: the bytes
 * @size: how many
 */
void console_write(const char *text, u64 size);

/**
 * console_utf16() - send UTF-16 as UTF-8
 * @text: NUL-terminated, at most @max characters are read
 * @max: bound
 *
 * Line ends are sent as they are: a payload that writes to ConOut says \r\n.
 */
void console_utf16(const u16 *text, u64 max);

/**
 * emulator_panic() - say why, show the last EFI calls, reset the machine
 * @fmt: as print(), without newline
 */
void __noreturn emulator_panic(const char *fmt, ...);

/**
 * emulator_reset() - leave for good: reset the machine
 */
void __noreturn emulator_reset(void);

#endif /* EMULATOR_PRINT_H */
