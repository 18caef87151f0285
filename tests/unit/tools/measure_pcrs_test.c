// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of tools/kexec-pe/measure_pcrs.c: what people have PCR values in. */
// sources: tools/kexec-pe/measure_pcrs.c tools/kexec-pe/files.c
// sources: tools/kexec-pe/errors.c tools/kexec-pe/policy.c
// sources: emulator/tpm/tpm.c arch/host/hash.c image/authenticode.c
// sources: tests/unit/tools/tree.c
// flags: -lmbedcrypto

#include <stdlib.h>
#include <unit.h>

#include <tools/kexec-pe/measure.h>

#include "tree.h"

#define SHA1 "0102030405060708090A0b0c0d0e0f1011121314"
#define SHA256 \
	"00112233445566778899AABBCCDDEEFF00112233445566778899aabbccddeeff"

enum { INDEX_SHA1, INDEX_SHA256, INDEX_SHA384, INDEX_SHA512 };

static struct measure_pcrs pcrs;

static u32 parse(const char *text)
{
	memset(&pcrs, 0, sizeof(pcrs));
	return measure_parse_pcrs(text, &pcrs);
}

static u32 count_known(void)
{
	u32 bank, pcr, count = 0;

	for (bank = 0; bank < MEASURE_ALGORITHMS; bank++)
		for (pcr = 0; pcr < TCG_PCR_COUNT; pcr++)
			count += pcrs.pcr[bank][pcr].known;
	return count;
}

UNIT_TEST(tpm2_pcrread)
{
	EXPECT_EQ(parse("  sha1:\n"
			"    0 : 0x" SHA1 "\n"
			"    16: 0x" SHA1 "\n"
			"  sha256:\n"
			"    11: 0x" SHA256 "\n"
			"  sha384:\n"
			"  sha512:\n"),
		  0);
	EXPECT_EQ(count_known(), 3);
	EXPECT_TRUE(pcrs.pcr[INDEX_SHA1][0].known);
	EXPECT_TRUE(pcrs.pcr[INDEX_SHA1][16].known);
	EXPECT_TRUE(pcrs.pcr[INDEX_SHA256][11].known);
	EXPECT_EQ(pcrs.pcr[INDEX_SHA1][16].value[9], 0x0a);
	EXPECT_EQ(pcrs.pcr[INDEX_SHA1][16].value[19], 0x14);
	EXPECT_EQ(pcrs.pcr[INDEX_SHA256][11].value[15], 0xff);
	EXPECT_EQ(pcrs.pcr[INDEX_SHA256][11].value[31], 0xff);
}

UNIT_TEST(sysfs_lines)
{
	EXPECT_EQ(parse("# grep .\r\n"
			"/sys/class/tpm/tpm0/pcr-sha256/11:" SHA256 "\n\n"
			"pcr-sha1/9:" SHA1),
		  0);
	EXPECT_EQ(count_known(), 2);
	EXPECT_TRUE(pcrs.pcr[INDEX_SHA256][11].known);
	EXPECT_TRUE(pcrs.pcr[INDEX_SHA1][9].known);
}

UNIT_TEST(line_that_is_neither)
{
	EXPECT_EQ(parse("sha256:\nhello\n"), 2);
	EXPECT_EQ(parse("11: 0x" SHA256), 1); /* of which bank? */
	EXPECT_EQ(parse("sha256:\n24: 0x" SHA256), 2);
	EXPECT_EQ(parse("sha256:\n11: 0x" SHA1), 2);
	EXPECT_EQ(parse("sha1:\n11: 0x" SHA256), 2);
	EXPECT_EQ(parse("sha256:\n11: 0x" SHA256 "0"), 2);
	EXPECT_EQ(parse("sha256:\n11: 0x" SHA256 " x"), 2);
	EXPECT_EQ(parse("sha256:\n11 0x" SHA256), 2);
	EXPECT_EQ(parse("pcr-sha256:" SHA256), 1);
	EXPECT_EQ(parse("pcr-md5/11:" SHA256), 1);
	EXPECT_EQ(parse("pcr-sha256/24:" SHA256), 1);
	EXPECT_EQ(parse("sm3_256:\n11: 0x" SHA256), 2);
	EXPECT_EQ(count_known(), 0);
	EXPECT_EQ(parse(""), 0);
}

UNIT_TEST(folder_of_sysfs)
{
	const char *root = tree_make();

	tree_text("/pcr-sha256/0", SHA256 "\n");
	tree_text("/pcr-sha256/23", SHA256 "\n");
	tree_text("/pcr-sha1/3", SHA1 "\n");
	memset(&pcrs, 0, sizeof(pcrs));
	EXPECT_TRUE(measure_read_pcrs(root, &pcrs));
	EXPECT_EQ(count_known(), 3);
	EXPECT_TRUE(pcrs.pcr[INDEX_SHA256][23].known);
	EXPECT_EQ(pcrs.pcr[INDEX_SHA1][3].value[0], 1);
	tree_remove();
	EXPECT_FALSE(measure_read_pcrs(root, &pcrs));
}

UNIT_TEST(algorithms)
{
	EXPECT_EQ(measure_algorithm_index("sha384", 6), INDEX_SHA384);
	EXPECT_EQ(measure_algorithm_index("sha512,", 6), INDEX_SHA512);
	EXPECT_EQ(measure_algorithm_index("sha", 3), -1);
	EXPECT_EQ(measure_algorithm(INDEX_SHA512), TCG_ALG_SHA512);
	EXPECT_STR_EQ(measure_algorithm_name(TCG_ALG_SHA1), "sha1");
	EXPECT_STR_EQ(measure_algorithm_name(TCG_ALG_SM3_256), "unknown");
}
