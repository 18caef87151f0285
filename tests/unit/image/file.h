/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files in heap blocks of exactly their size, so that ASan sees every byte
 * that is read outside.
 */
#ifndef TESTS_UNIT_IMAGE_FILE_H
#define TESTS_UNIT_IMAGE_FILE_H

#include <kexec_pe/types.h>

struct file {
	u8 *data;
	size_t size;
};

/**
 * file_read() - read a whole file
 * @path: where it is
 * @ret: its content, to be freed by file_free(); untouched after a failure
 *
 * Return: true when it could be read
 */
bool file_read(const char *path, struct file *ret);

/**
 * file_free() - free what file_read() allocated
 * @file: the content
 */
void file_free(struct file *file);

#endif /* TESTS_UNIT_IMAGE_FILE_H */
