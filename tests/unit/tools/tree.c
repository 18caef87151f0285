// SPDX-License-Identifier: GPL-2.0-or-later
/* A directory that stands in for / in tests. */

#define _GNU_SOURCE /* nftw() */
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tree.h"

static char root[64];

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

const char *tree_make(void)
{
	strcpy(root, "/tmp/kexec-pe-unit-XXXXXX");
	if (!mkdtemp(root))
		fail(root);
	return root;
}

void tree_write(const char *path, const void *data, size_t size)
{
	char full[PATH_MAX], *slash;
	FILE *file;

	snprintf(full, sizeof(full), "%s%s", root, path);
	for (slash = strchr(full + strlen(root) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(full, 0700);
		*slash = '/';
	}
	file = fopen(full, "w");
	if (!file || fwrite(data, 1, size, file) != size || fclose(file))
		fail(full);
}

void tree_text(const char *path, const char *text)
{
	tree_write(path, text, strlen(text));
}

static int remove_one(const char *path, const struct stat *status, int type,
		      struct FTW *ftw)
{
	(void)status;
	(void)type;
	(void)ftw;
	return remove(path);
}

void tree_remove(void)
{
	if (nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS))
		fail(root);
}
