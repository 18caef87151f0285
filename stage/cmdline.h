/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line argument of a load: what of it reaches the payload as
 * LoadOptions, and its encoding.
 */
#ifndef STAGE_CMDLINE_H
#define STAGE_CMDLINE_H

#include <image/view.h>

struct stage_cmdline {
	bool has_profile; /* it begins with @N (UAPI.5, profiles) */
	unsigned int profile; /* N, 0 without */
	struct view selector; /* the "@N" itself */
	struct view text; /* what follows, trimmed of white space */
};

/**
 * stage_split_cmdline() - take a command line argument apart
 * @argument: the argument; a NUL ends it early
 * @size: its length in bytes
 * @ret: views of @argument
 *
 * As systemd-stub reads it: an "@" followed by digits and then by a space or
 * the end selects a profile, anything else is text.
 */
void stage_split_cmdline(const char *argument, u64 size,
			 struct stage_cmdline *ret);

/**
 * stage_same_cmdline() - do two command lines say the same?
 * @a: the one, for instance text from stage_split_cmdline()
 * @b: the other, for instance a .cmdline section, NUL and newline included
 *
 * Return: true when they differ in leading and trailing white space at most
 */
bool stage_same_cmdline(const struct view *a, const struct view *b);

/**
 * stage_utf16() - encode UTF-8 as NUL-terminated UTF-16
 * @text: the text, without NUL
 * @ret: NULL to count only, or 2 * (@text->size + 1) bytes, which are enough
 *       for every text
 * @ret_size: bytes of the result including its NUL; untouched after a failure
 *
 * Return: true, or false when @text is not well-formed UTF-8 (overlong forms
 *         and surrogates are not)
 */
bool stage_utf16(const struct view *text, u16 *ret, u64 *ret_size);

#endif /* STAGE_CMDLINE_H */
