// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Command line argument: profile selector, comparison, UTF-16.
 */
#include <stage/cmdline.h>

#include <kexec_pe/string.h>

static bool is_blank(u8 c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Cut at the first NUL, then drop white space at both ends. */
static struct view trim(const struct view *from)
{
	struct view text = { from->base, 0 };

	if (!from->base)
		return text;
	while (text.size < from->size && text.base[text.size])
		text.size++;
	while (text.size && is_blank(text.base[text.size - 1]))
		text.size--;
	while (text.size && is_blank(text.base[0])) {
		text.base++;
		text.size--;
	}
	return text;
}

/* Bytes of a leading "@N", or 0. */
static u64 selector_size(const struct view *text, unsigned int *ret)
{
	unsigned int profile = 0;
	u64 i = 1;

	if (!text->size || text->base[0] != '@')
		return 0;
	for (; i < text->size; i++) {
		u8 c = text->base[i];

		if (c < '0' || c > '9')
			break;
		if (__builtin_mul_overflow(profile, 10U, &profile) ||
		    __builtin_add_overflow(profile, c - '0', &profile))
			return 0;
	}
	if (i == 1 || (i < text->size && text->base[i] != ' '))
		return 0;
	*ret = profile;
	return i;
}

void stage_split_cmdline(const char *argument, u64 size,
			 struct stage_cmdline *ret)
{
	struct view all = { (const u8 *)argument, size };
	struct view text = trim(&all);

	memset(ret, 0, sizeof(*ret));
	ret->selector.base = text.base;
	ret->selector.size = selector_size(&text, &ret->profile);
	ret->has_profile = ret->selector.size > 0;
	if (ret->has_profile) {
		text.base += ret->selector.size;
		text.size -= ret->selector.size;
	}
	ret->text = trim(&text);
}

bool stage_same_cmdline(const struct view *a, const struct view *b)
{
	struct view x = trim(a), y = trim(b);

	return x.size == y.size && (!x.size || !memcmp(x.base, y.base, x.size));
}

/* What the first byte of a sequence says (RFC 3629, 3). */
static const struct lead {
	u8 mask;
	u8 value;
	u8 length;
	u32 least; /* anything below has a shorter form */
} leads[] = {
	{ 0x80, 0x00, 1, 0 },
	{ 0xe0, 0xc0, 2, 0x80 },
	{ 0xf0, 0xe0, 3, 0x800 },
	{ 0xf8, 0xf0, 4, 0x10000 },
};

static const struct lead *find_lead(u8 byte)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(leads); i++)
		if ((byte & leads[i].mask) == leads[i].value)
			return &leads[i];
	return NULL;
}

/* Decode one code point; returns its bytes, 0 when malformed. */
static unsigned int decode(const u8 *in, u64 size, u32 *ret)
{
	const struct lead *lead = find_lead(in[0]);
	unsigned int i;
	u32 code;

	if (!lead || lead->length > size)
		return 0;
	code = in[0] & (u8)~lead->mask;
	for (i = 1; i < lead->length; i++) {
		if ((in[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (in[i] & 0x3f);
	}
	if (code < lead->least || code > 0x10ffff ||
	    (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*ret = code;
	return lead->length;
}

bool stage_utf16(const struct view *text, u16 *ret, u64 *ret_size)
{
	u64 in = 0, out = 0;

	while (in < text->size) {
		unsigned int length;
		u32 code = 0;

		length = decode(text->base + in, text->size - in, &code);
		if (!length)
			return false;
		in += length;
		if (code >= 0x10000) {
			if (ret)
				ret[out] = 0xd800 + ((code - 0x10000) >> 10);
			out++;
			code = 0xdc00 + (code & 0x3ff);
		}
		if (ret)
			ret[out] = (u16)code;
		out++;
	}
	if (ret)
		ret[out] = 0;
	*ret_size = (out + 1) * sizeof(u16);
	return true;
}
