// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Parses one file as the handler does at every load, for callgrind to count:
 * parse_file() and what it calls.
 */
#include <image/pe.h>
#include <image/uki.h>
#include <image/zboot.h>
#include <stdio.h>
#include <stdlib.h>

enum rule parse_file(const void *data, u64 size, u16 machine);

__attribute__((noinline)) enum rule parse_file(const void *data, u64 size,
					       u16 machine)
{
	enum rule rule;
	struct pe_image pe;
	struct zboot zboot;
	struct uki uki;

	rule = pe_parse(data, size, machine, &pe);
	if (!rule && uki_is(&pe))
		return uki_parse(&pe, 0, &uki);
	if (!rule && zboot_is(&pe))
		return zboot_parse(&pe, &zboot);
	return rule;
}

int main(int argc, char **argv)
{
	FILE *file = argc == 3 ? fopen(argv[2], "rb") : NULL;
	enum rule rule;
	void *data;
	long size;

	if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0)
		return 2;
	rewind(file);
	data = malloc((size_t)size + 1);
	if (!data || fread(data, 1, (size_t)size, file) != (size_t)size)
		return 2;
	rule = parse_file(data, (u64)size, (u16)strtoul(argv[1], NULL, 16));
	printf("%s\n", rule_name(rule));
	free(data);
	fclose(file);
	return 0;
}
