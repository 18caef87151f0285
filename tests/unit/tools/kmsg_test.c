// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of tools/kexec-pe/kmsg.c: records of /dev/kmsg. */
// sources: tools/kexec-pe/kmsg.c

#include <unit.h>

#include <tools/kexec-pe/kmsg.h>

UNIT_TEST(text_of_a_record)
{
	char text[KMSG_SIZE];

	EXPECT_TRUE(kmsg_text("6,339,5140900,-;kexec_pe: loaded; fine\n"
			      " SUBSYSTEM=none\n",
			      text));
	EXPECT_STR_EQ(text, "kexec_pe: loaded; fine");
	EXPECT_TRUE(kmsg_text("6,1,2,-;\n", text));
	EXPECT_STR_EQ(text, "");
}

UNIT_TEST(what_is_no_record_leaves_the_result_alone)
{
	char text[KMSG_SIZE] = "before";

	EXPECT_FALSE(kmsg_text("6,339,5140900,-", text));
	EXPECT_STR_EQ(text, "before");
}

UNIT_TEST(a_long_text_is_cut)
{
	char record[KMSG_SIZE + 100], text[KMSG_SIZE];

	memset(record, 'a', sizeof(record));
	memcpy(record, "6,1,2,-;", 8);
	record[sizeof(record) - 1] = '\0';
	EXPECT_TRUE(kmsg_text(record, text));
	EXPECT_EQ(strlen(text), KMSG_SIZE - 1);
}

UNIT_TEST(what_is_about_kexec)
{
	EXPECT_TRUE(kmsg_about_kexec("kexec_pe: refused: MACHINE"));
	EXPECT_TRUE(kmsg_about_kexec("kexec_file: Enforced kernel signature"));
	EXPECT_TRUE(kmsg_about_kexec("PEFILE: Unsigned PE binary"));
	EXPECT_TRUE(kmsg_about_kexec("Lockdown: kexec: kexec of unsigned"));
	EXPECT_FALSE(kmsg_about_kexec("usb 1-1: kexec_pe: no"));
	EXPECT_FALSE(kmsg_about_kexec("random: crng init done"));
	EXPECT_TRUE(kmsg_about_handler("kexec_pe: refused: MACHINE"));
	EXPECT_FALSE(kmsg_about_handler("kexec_file: Enforced"));
}

UNIT_TEST(no_log_is_an_empty_log)
{
	char text[KMSG_SIZE] = "before";

	EXPECT_FALSE(kmsg_next(-1, text));
	EXPECT_STR_EQ(text, "before");
}
