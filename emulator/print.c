// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A small printf: what print.h lists, bounded in every direction, no state.
 */
#include <emulator/emu.h>

/* Longest UTF-16 string that %S prints; a payload's may have no end. */
#define UTF16_MAX 1024

struct output {
	char *buffer;
	u64 size;
	u64 used; /* characters so far, those without room included */
};

struct conversion {
	bool left; /* - */
	bool zero; /* 0 */
	bool wide; /* l, ll */
	u32 width;
};

static void put(struct output *out, char c)
{
	if (out->used + 1 < out->size)
		out->buffer[out->used] = c;
	out->used++;
}

static void pad(struct output *out, char c, u64 from, u32 to)
{
	for (; from < to; from++)
		put(out, c);
}

static void put_text(struct output *out, const char *text, u64 length,
		     const struct conversion *conversion)
{
	u64 i;

	if (!conversion->left)
		pad(out, ' ', length, conversion->width);
	for (i = 0; i < length; i++)
		put(out, text[i]);
	if (conversion->left)
		pad(out, ' ', length, conversion->width);
}

static void put_string(struct output *out, const char *text,
		       const struct conversion *conversion)
{
	u64 length = 0;

	if (!text)
		text = "(null)";
	while (text[length])
		length++;
	put_text(out, text, length, conversion);
}

/* Not for reading back: what is no ASCII shows as a question mark. */
static void put_utf16(struct output *out, const efi_char16_t *text)
{
	u64 i;

	for (i = 0; text && i < UTF16_MAX && text[i]; i++)
		put(out,
		    text[i] >= ' ' && text[i] < 0x7f ? (char)text[i] : '?');
}

static void put_number(struct output *out, u64 value, bool negative, u32 base,
		       const struct conversion *conversion)
{
	struct conversion rest = *conversion;
	char digits[24];
	u32 at = sizeof(digits);

	do {
		u32 digit = value % base;

		digits[--at] =
			(char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
		value /= base;
	} while (value);
	if (conversion->zero && !conversion->left) {
		if (negative)
			put(out, '-');
		pad(out, '0', sizeof(digits) - at + negative,
		    conversion->width);
		rest.width = 0;
	} else if (negative) {
		digits[--at] = '-';
	}
	put_text(out, digits + at, sizeof(digits) - at, &rest);
}

static void put_bytes(struct output *out, const u8 *bytes, int count, int step)
{
	const struct conversion two = { .zero = true, .width = 2 };

	for (; count; count--, bytes += step)
		put_number(out, *bytes, false, 16, &two);
}

/* The notation of the specification (UEFI 2.10, appendix A). */
static void put_guid(struct output *out, const struct efi_guid *guid)
{
	const u8 *bytes = guid->bytes;

	put_bytes(out, bytes + 3, 4, -1);
	put(out, '-');
	put_bytes(out, bytes + 5, 2, -1);
	put(out, '-');
	put_bytes(out, bytes + 7, 2, -1);
	put(out, '-');
	put_bytes(out, bytes + 8, 2, 1);
	put(out, '-');
	put_bytes(out, bytes + 10, 6, 1);
}

/* Reads flags, width and size; returns the conversion character's place. */
static const char *parse(const char *fmt, struct conversion *ret)
{
	*ret = (struct conversion){};
	for (;; fmt++) {
		if (*fmt == '-')
			ret->left = true;
		else if (*fmt == '0')
			ret->zero = true;
		else
			break;
	}
	for (; *fmt >= '0' && *fmt <= '9'; fmt++) {
		if (ret->width < 100)
			ret->width = ret->width * 10 + (u32)(*fmt - '0');
	}
	for (; *fmt == 'l'; fmt++)
		ret->wide = true;
	return fmt;
}

u64 format_list(char *buffer, u64 size, const char *fmt, va_list list)
{
	struct output out = { .buffer = buffer, .size = size };
	struct conversion conversion;
	s64 number;

	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			put(&out, *fmt);
			continue;
		}
		fmt = parse(fmt + 1, &conversion);
		if (*fmt == 's') {
			put_string(&out, va_arg(list, const char *),
				   &conversion);
		} else if (*fmt == 'S') {
			put_utf16(&out, va_arg(list, const efi_char16_t *));
		} else if (*fmt == 'g') {
			put_guid(&out, va_arg(list, const struct efi_guid *));
		} else if (*fmt == 'c') {
			put(&out, (char)va_arg(list, int));
		} else if (*fmt == 'd') {
			number = conversion.wide ? va_arg(list, s64) :
						   va_arg(list, int);
			put_number(&out,
				   number < 0 ? 0 - (u64)number : (u64)number,
				   number < 0, 10, &conversion);
		} else if (*fmt == 'u' || *fmt == 'x') {
			put_number(&out,
				   conversion.wide ? va_arg(list, u64) :
						     va_arg(list, unsigned int),
				   false, *fmt == 'x' ? 16 : 10, &conversion);
		} else if (*fmt == 'p') {
			put_string(&out, "0x", &(struct conversion){});
			put_number(&out,
				   (u64)(uintptr_t)va_arg(list, const void *),
				   false, 16, &conversion);
		} else if (!*fmt) {
			break;
		} else {
			put(&out, *fmt);
		}
	}
	if (size)
		buffer[out.used < size ? out.used : size - 1] = 0;
	return out.used;
}

u64 format(char *buffer, u64 size, const char *fmt, ...)
{
	va_list list;
	u64 used;

	va_start(list, fmt);
	used = format_list(buffer, size, fmt, list);
	va_end(list);
	return used;
}
