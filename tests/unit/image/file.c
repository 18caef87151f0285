// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whole files in memory, for tests.
 */
#include <stdio.h>
#include <stdlib.h>

#include "file.h"

static bool read_stream(FILE *stream, struct file *ret)
{
	struct file file;
	long size;

	if (fseek(stream, 0, SEEK_END))
		return false;
	size = ftell(stream);
	if (size < 0)
		return false;
	rewind(stream);
	file.size = (size_t)size;
	file.data = malloc(file.size);
	if (!file.data && file.size)
		return false;
	if (fread(file.data, 1, file.size, stream) != file.size) {
		free(file.data);
		return false;
	}
	*ret = file;
	return true;
}

bool file_read(const char *path, struct file *ret)
{
	FILE *stream = fopen(path, "rb");
	bool good;

	if (!stream)
		return false;
	good = read_stream(stream, ret);
	fclose(stream);
	return good;
}

void file_free(struct file *file)
{
	free(file->data);
	file->data = NULL;
}
