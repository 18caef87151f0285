/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small files of /proc and /sys. Every path is below a root directory, which
 * is "" for the running system and a prepared tree for a test.
 */
#ifndef TOOLS_KEXEC_PE_FILES_H
#define TOOLS_KEXEC_PE_FILES_H

#include <kexec_pe/types.h>

/**
 * file_read() - read a small file as a string
 * @root: directory that stands in front of @path
 * @path: absolute path
 * @size: of @ret in bytes, at least 1; what does not fit is cut off
 * @ret: the content with a NUL behind it; empty after a failure
 *
 * Return: number of bytes without the NUL, -1 when the file cannot be read
 */
long file_read(const char *root, const char *path, size_t size, char *ret);

/**
 * file_read_number() - read a file that holds one decimal number
 * @root: directory that stands in front of @path
 * @path: absolute path
 * @fallback: the answer when there is no such file or no number in it
 *
 * Return: the number
 */
int file_read_number(const char *root, const char *path, int fallback);

#endif /* TOOLS_KEXEC_PE_FILES_H */
