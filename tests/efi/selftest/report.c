// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Verdicts, details and lines of the self-test's report.
 */
#include "arch.h"
#include "selftest.h"

#define LINE_MAX 256

struct text {
	char *at;
	char *end; /* one before the end: room for NUL */
};

static const char *const error_names[] = {
	[1] = "LOAD_ERROR",
	[2] = "INVALID_PARAMETER",
	[3] = "UNSUPPORTED",
	[4] = "BAD_BUFFER_SIZE",
	[5] = "BUFFER_TOO_SMALL",
	[6] = "NOT_READY",
	[7] = "DEVICE_ERROR",
	[8] = "WRITE_PROTECTED",
	[9] = "OUT_OF_RESOURCES",
	[10] = "VOLUME_CORRUPTED",
	[11] = "VOLUME_FULL",
	[12] = "NO_MEDIA",
	[13] = "MEDIA_CHANGED",
	[14] = "NOT_FOUND",
	[15] = "ACCESS_DENIED",
	[16] = "NO_RESPONSE",
	[17] = "NO_MAPPING",
	[18] = "TIMEOUT",
	[19] = "NOT_STARTED",
	[20] = "ALREADY_STARTED",
	[21] = "ABORTED",
	[24] = "PROTOCOL_ERROR",
	[25] = "INCOMPATIBLE_VERSION",
	[26] = "SECURITY_VIOLATION",
	[27] = "CRC_ERROR",
	[28] = "END_OF_MEDIA",
	[31] = "END_OF_FILE",
	[32] = "INVALID_LANGUAGE",
	[33] = "COMPROMISED_DATA",
};

const char *status_name(EFI_STATUS status)
{
	UINTN code = status & ~EFIERR(0);

	if (status == EFI_SUCCESS)
		return "SUCCESS";
	if (!EFI_ERROR(status) || code >= ARRAY_SIZE(error_names))
		return NULL;
	return error_names[code];
}

static void put(struct text *text, char c)
{
	if (text->at < text->end)
		*text->at++ = c;
}

static void put_string(struct text *text, const char *string)
{
	while (*string)
		put(text, *string++);
}

static void put_number(struct text *text, UINT64 value, unsigned int base)
{
	char digits[20];
	unsigned int count = 0;

	do {
		digits[count++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	while (count)
		put(text, digits[--count]);
}

static void put_hex(struct text *text, UINT64 value)
{
	put_string(text, "0x");
	put_number(text, value, 16);
}

static void put_signed(struct text *text, int value)
{
	if (value < 0)
		put(text, '-');
	put_number(text, value < 0 ? -(INT64)value : value, 10);
}

static void put_status(struct text *text, EFI_STATUS status)
{
	const char *name = status_name(status);

	if (name)
		put_string(text, name);
	else
		put_hex(text, status);
}

void selftest_format(char *buffer, size_t size, const char *format,
		     va_list args)
{
	struct text text = { buffer, buffer + size - 1 };

	for (; *format; format++) {
		if (*format != '%') {
			put(&text, *format);
			continue;
		}
		switch (*++format) {
		case 's':
			put_string(&text, va_arg(args, const char *));
			break;
		case 'd':
			put_signed(&text, va_arg(args, int));
			break;
		case 'u':
			put_number(&text, va_arg(args, UINT64), 10);
			break;
		case 'x':
			put_hex(&text, va_arg(args, UINT64));
			break;
		case 'r':
			put_status(&text, va_arg(args, EFI_STATUS));
			break;
		default:
			put(&text, *format);
		}
	}
	*text.at = '\0';
}

static void print(struct selftest *st, const char *text)
{
	CHAR16 wide[LINE_MAX];
	size_t i;

	if (st->exited) {
		while (*text)
			arch_serial_byte(*text++);
		return;
	}
	for (i = 0; text[i] && i < LINE_MAX - 1; i++)
		wide[i] = text[i];
	wide[i] = 0;
	st->systab->ConOut->OutputString(st->systab->ConOut, wide);
}

void selftest_line(struct selftest *st, const char *format, ...)
{
	char line[LINE_MAX];
	va_list args;

	va_start(args, format);
	selftest_format(line, sizeof(line) - 2, format, args);
	va_end(args);
	memcpy(line + strlen(line), "\r\n", 3);
	print(st, line);
}

static void detail(struct selftest *st, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	selftest_format(st->detail, sizeof(st->detail), format, args);
	va_end(args);
}

void selftest_skip(struct selftest *st, const char *format, ...)
{
	va_list args;

	if (st->verdict == VERDICT_FAIL)
		return;
	st->verdict = VERDICT_SKIP;
	va_start(args, format);
	selftest_format(st->detail, sizeof(st->detail), format, args);
	va_end(args);
}

void selftest_note(struct selftest *st, const char *format, ...)
{
	va_list args;

	if (st->detail[0])
		return;
	va_start(args, format);
	selftest_format(st->detail, sizeof(st->detail), format, args);
	va_end(args);
}

/* The first failure of a check is the one whose detail is printed. */
static bool first_failure(struct selftest *st)
{
	bool first = st->verdict != VERDICT_FAIL;

	st->verdict = VERDICT_FAIL;
	return first;
}

bool selftest_expect(struct selftest *st, bool good, const char *file, int line,
		     const char *what)
{
	if (!good && first_failure(st))
		detail(st, "%s:%d: %s", file, line, what);
	return good;
}

bool selftest_expect_status(struct selftest *st, EFI_STATUS got,
			    EFI_STATUS wanted, const char *file, int line,
			    const char *what)
{
	if (got != wanted && first_failure(st))
		detail(st, "%s:%d: %r, not %r: %s", file, line, got, wanted,
		       what);
	return got == wanted;
}

bool selftest_expect_either(struct selftest *st, EFI_STATUS got,
			    EFI_STATUS wanted, EFI_STATUS other,
			    const char *file, int line, const char *what)
{
	bool good = got == wanted || got == other;

	if (!good && first_failure(st))
		detail(st, "%s:%d: %r, not %r or %r: %s", file, line, got,
		       wanted, other, what);
	else if (good)
		selftest_note(st, "%r", got);
	return good;
}
