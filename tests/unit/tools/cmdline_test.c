// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of tools/kexec-pe/cmdline.c: which words of this boot survive. */
// sources: tools/kexec-pe/cmdline.c

#include <unit.h>

#include <tools/kexec-pe/cmdline.h>

static const char *reuse(const char *running, bool panic)
{
	static char result[256];

	memset(result, '#', sizeof(result));
	cmdline_reuse(running, panic, result);
	return result;
}

UNIT_TEST(keeps_words_in_order)
{
	EXPECT_STR_EQ(reuse("root=/dev/vda quiet\n", false),
		      "root=/dev/vda quiet");
	EXPECT_STR_EQ(reuse("  a\t b\n", false), "a b");
	EXPECT_STR_EQ(reuse("", false), "");
	EXPECT_STR_EQ(reuse("\n", false), "");
}

UNIT_TEST(drops_what_the_boot_loader_added)
{
	EXPECT_STR_EQ(reuse("BOOT_IMAGE=/vmlinuz root=/dev/vda", false),
		      "root=/dev/vda");
	EXPECT_STR_EQ(reuse("a initrd=\\initrd.img b", false), "a b");
	EXPECT_STR_EQ(reuse("elfcorehdr=0x1000", false), "");
}

UNIT_TEST(drops_crashkernel_for_a_crash_kernel_only)
{
	EXPECT_STR_EQ(reuse("crashkernel=256M a", false), "crashkernel=256M a");
	EXPECT_STR_EQ(reuse("crashkernel=256M a", true), "a");
}

UNIT_TEST(similar_names_stay)
{
	EXPECT_STR_EQ(reuse("rd.initrd=1 noinitrd initrdmem=4", false),
		      "rd.initrd=1 noinitrd initrdmem=4");
}

UNIT_TEST(quotes_hold_a_word_together)
{
	EXPECT_STR_EQ(reuse("dyndbg=\"file a.c +p\" x", false),
		      "dyndbg=\"file a.c +p\" x");
	EXPECT_STR_EQ(reuse("a=\"b initrd=c\" d", false), "a=\"b initrd=c\" d");
	EXPECT_STR_EQ(reuse("\"initrd=a b\" c", false), "c");
	EXPECT_STR_EQ(reuse("a \"open", false), "a \"open");
}
