// SPDX-License-Identifier: GPL-2.0-or-later
/* Small files of /proc and /sys. */

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <tools/kexec-pe/files.h>

long file_read(const char *root, const char *path, size_t size, char *ret)
{
	char full[PATH_MAX];
	size_t have = 0;
	ssize_t got;
	int fd;

	ret[0] = '\0';
	if (snprintf(full, sizeof(full), "%s%s", root, path) >=
	    (int)sizeof(full))
		return -1;
	fd = open(full, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	do {
		got = read(fd, ret + have, size - 1 - have);
		if (got > 0)
			have += (size_t)got;
	} while (got > 0 && have < size - 1);
	close(fd);
	ret[have] = '\0';
	return got < 0 ? -1 : (long)have;
}

int file_read_number(const char *root, const char *path, int fallback)
{
	char text[32], *end;
	long value;

	if (file_read(root, path, sizeof(text), text) <= 0)
		return fallback;
	value = strtol(text, &end, 10);
	return end == text ? fallback : (int)value;
}
