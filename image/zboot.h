/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * EFI zboot images (Linux, drivers/firmware/efi/libstub/zboot-header.S): a PE
 * that unpacks a compressed kernel.
 */
#ifndef IMAGE_ZBOOT_H
#define IMAGE_ZBOOT_H

#include <image/pe.h>

struct zboot {
	struct view payload; /* compressed */
	char compression[9]; /* "gzip", "zstd22", ..., NUL-terminated */
};

/**
 * zboot_is() - does a parsed PE carry the zboot magic?
 * @pe: the image
 *
 * Return: true when it does
 */
bool zboot_is(const struct pe_image *pe);

/**
 * zboot_parse() - check a zboot header
 * @pe: a parsed image for which zboot_is() holds
 * @ret: the payload; untouched after a failure
 *
 * Return: RULE_OK or the rule that the header breaks
 */
enum rule zboot_parse(const struct pe_image *pe, struct zboot *ret);

#endif /* IMAGE_ZBOOT_H */
