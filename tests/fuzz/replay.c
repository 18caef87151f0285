// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs a fuzz target over files, without libFuzzer: every compiler can replay
 * a corpus. Arguments are files and folders of files; each is named on stderr
 * before it is tried, so that the last name is that of an input that crashed.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

static unsigned int count;

static void replay_stream(FILE *stream)
{
	u8 *data, *exact;
	size_t size;

	data = malloc(16U << 20);
	if (!data)
		abort();
	size = fread(data, 1, 16U << 20, stream);
	/* A block of the very size, so that ASan sees its end. */
	exact = realloc(data, size ? size : 1);
	if (!exact)
		abort();
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	count++;
}

static void replay_file(const char *path)
{
	FILE *stream = fopen(path, "rb");

	if (!stream) {
		perror(path);
		exit(2);
	}
	fprintf(stderr, "%s\n", path);
	replay_stream(stream);
	fclose(stream);
}

static void replay(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	char name[4096];

	if (!folder) {
		replay_file(path);
		return;
	}
	while ((entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		replay_file(name);
	}
	closedir(folder);
}

int main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		replay(argv[i]);
	printf("%u inputs replayed\n", count);
	return !count;
}
