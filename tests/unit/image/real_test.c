// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Real files, the arguments of this program: all must be accepted, can be laid
 * out and relocated there and back, and the Authenticode hash of those that
 * are signed must be the one that their signature holds.
 */
// sources: image/authenticode.c image/pe.c image/pe_layout.c image/rule.c
// sources: image/uki.c image/zboot.c tests/unit/image/file.c
// flags: -lmbedcrypto

#include <stdlib.h>

#include <mbedtls/sha256.h>

#include <image/authenticode.h>
#include <image/uki.h>
#include <image/zboot.h>

#include "file.h"
#include "unit.h"

#define DIGEST_SIZE 32

static enum rule parse_content(const struct pe_image *pe)
{
	struct zboot zboot;
	struct uki uki;

	if (uki_is(pe))
		return uki_parse(pe, uki_profile_count(pe) ? 1 : 0, &uki);
	if (zboot_is(pe))
		return zboot_parse(pe, &zboot);
	return RULE_OK;
}

static void check_layout(const struct pe_image *pe)
{
	const u64 address = 0x123456789000;
	u8 *memory = malloc(pe->image_size), *copy = malloc(pe->image_size);
	struct pe_image back = *pe;

	pe_layout(pe, memory);
	memcpy(copy, memory, pe->image_size);
	EXPECT_EQ(pe_relocate(pe, memory, address), RULE_OK);
	back.image_base = address;
	EXPECT_EQ(pe_relocate(&back, memory, pe->image_base), RULE_OK);
	EXPECT_MEM_EQ(memory, copy, pe->image_size);
	free(memory);
	free(copy);
}

static void hash(const struct pe_image *pe, u8 ret[DIGEST_SIZE])
{
	mbedtls_sha256_context context;
	struct view range;
	unsigned int i;

	mbedtls_sha256_init(&context);
	mbedtls_sha256_starts_ret(&context, 0);
	for (i = 0; authenticode_range(pe, i, &range); i++)
		mbedtls_sha256_update_ret(&context, range.base, range.size);
	mbedtls_sha256_finish_ret(&context, ret);
	mbedtls_sha256_free(&context);
}

/* The digest stands somewhere in the PKCS#7 blob: 32 bytes do not by chance. */
static bool signature_holds(const struct pe_image *pe, const u8 *digest)
{
	const u8 *table = pe->file.base + pe->certificate_offset;
	u32 i;

	for (i = 0; i + DIGEST_SIZE <= pe->certificate_size; i++)
		if (!memcmp(table + i, digest, DIGEST_SIZE))
			return true;
	return false;
}

static void check_image(const struct pe_image *pe)
{
	u8 digest[DIGEST_SIZE];

	EXPECT_STR_EQ(rule_name(parse_content(pe)), "OK");
	check_layout(pe);
	hash(pe, digest);
	if (pe->certificate_size)
		EXPECT_TRUE(signature_holds(pe, digest));
}

static void check_file(const char *path)
{
	const bool failed_before = unit.failed;
	struct pe_image pe;
	struct file file;

	unit.failed = false;
	if (EXPECT_TRUE(file_read(path, &file))) {
		enum rule rule = pe_parse(file.data, file.size, 0, &pe);

		if (EXPECT_STR_EQ(rule_name(rule), "OK"))
			check_image(&pe);
		file_free(&file);
	}
	if (unit.failed)
		UNIT_NOTE("in %s", path);
	unit.failed |= failed_before;
}

UNIT_TEST(real_files_are_accepted)
{
	unsigned int i;

	if (!EXPECT_TRUE(unit.arguments[0]))
		UNIT_NOTE("no file given: is systemd-boot-efi installed?");
	for (i = 0; unit.arguments[i]; i++)
		check_file(unit.arguments[i]);
}
