/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which bytes of a PE file its Authenticode hash covers (Microsoft, "Windows
 * Authenticode Portable Executable Signature Format"). Ranges only, no hash.
 */
#ifndef IMAGE_AUTHENTICODE_H
#define IMAGE_AUTHENTICODE_H

#include <image/pe.h>

#define AUTHENTICODE_RANGES 3

/**
 * authenticode_range() - one of the ranges to be hashed, in their order
 * @pe: a parsed image
 * @index: 0, 1, ... until there is none
 * @ret: the bytes of the file; untouched when there is none
 *
 * For a file without certificate table this is the hash of the file as it is;
 * signing pads such a file to 8 bytes first, so the hash may differ then.
 *
 * Return: true when there is a range of that index
 */
bool authenticode_range(const struct pe_image *pe, unsigned int index,
			struct view *ret);

#endif /* IMAGE_AUTHENTICODE_H */
