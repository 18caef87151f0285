// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every image of tests/images gets the verdict that its table expects, is then
 * laid out and relocated, and never makes a parser read outside of it: each
 * file lies in a heap block of its own size, under ASan.
 *
 * The folders that mkpe.py made are in the environment, UNIT_CASES.
 */
// sources: image/pe.c image/pe_layout.c image/rule.c image/uki.c image/zboot.c
// sources: tests/unit/image/file.c

#include <stdlib.h>

#include <image/uki.h>
#include <image/zboot.h>
#include <kexec_pe/pe.h>

#include "file.h"
#include "unit.h"

static enum rule judge(const struct file *file, u16 machine)
{
	struct zboot zboot;
	struct pe_image pe;
	struct uki uki;
	enum rule rule;
	u8 *memory;

	rule = pe_parse(file->data, file->size, machine, &pe);
	if (rule)
		return rule;
	memory = malloc(pe.image_size);
	if (!memory)
		return RULE_IMAGE_SIZE_LIMIT;
	pe_layout(&pe, memory);
	rule = pe_relocate(&pe, memory, 0x12345000);
	free(memory);
	if (!rule && uki_is(&pe))
		rule = uki_parse(&pe, 0, &uki);
	else if (!rule && zboot_is(&pe))
		rule = zboot_parse(&pe, &zboot);
	return rule;
}

static const char *verdict(enum rule rule)
{
	if (!rule)
		return "OK";
	return rule_is_foreign(rule) ? "ENOEXEC" : "ELIBBAD";
}

/* kexec_file_load(2) never shows an empty file to a handler. */
static bool is_verdict(const char *expected, enum rule rule)
{
	return !strcmp(expected, verdict(rule)) ||
	       (!strcmp(expected, "EINVAL") && rule == RULE_DOS_MAGIC);
}

static void check(const char *folder, u16 machine, const char *name,
		  const char *error, const char *want)
{
	struct file file;
	char path[4096];
	enum rule rule;

	snprintf(path, sizeof(path), "%s/%s.efi", folder, name);
	if (!EXPECT_TRUE(file_read(path, &file))) {
		UNIT_NOTE("cannot read %s", path);
		return;
	}
	rule = judge(&file, machine);
	if (!EXPECT_STR_EQ(rule_name(rule), want))
		UNIT_NOTE("in %s", path);
	if (!EXPECT_TRUE(is_verdict(error, rule)))
		UNIT_NOTE("in %s: %s, expected %s", path, verdict(rule), error);
	file_free(&file);
}

static void check_folder(const char *folder, u16 machine)
{
	char path[4096], line[256], name[64], error[16], rule[64];
	unsigned int count = 0;
	FILE *table;

	snprintf(path, sizeof(path), "%s/expect.tsv", folder);
	table = fopen(path, "r");
	if (!EXPECT_TRUE(table))
		return;
	while (fgets(line, sizeof(line), table)) {
		int fields = sscanf(line, "%63s %15s %63s", name, error, rule);

		if (!EXPECT_EQ(fields, 3))
			break;
		check(folder, machine, name, error, rule);
		count++;
	}
	fclose(table);
	EXPECT_TRUE(count > 150);
}

static void check_machine(const char *name, u16 machine)
{
	const char *root = getenv("UNIT_CASES");
	char path[4096];

	if (!EXPECT_TRUE(root))
		return;
	snprintf(path, sizeof(path), "%s/%s", root, name);
	check_folder(path, machine);
}

UNIT_TEST(images_for_x86_64)
{
	check_machine("x86_64", IMAGE_FILE_MACHINE_AMD64);
}

UNIT_TEST(images_for_aarch64)
{
	check_machine("aarch64", IMAGE_FILE_MACHINE_ARM64);
}
