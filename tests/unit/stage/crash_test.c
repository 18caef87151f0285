// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * stage/crash.c: how much memory a crash kernel takes until it runs.
 */
// sources: stage/crash.c
#include <stage/crash.h>
#include <unit.h>

#define MIB 0x100000ULL

/* What every image takes beside what its own sizes say. */
#define FIXED (11 * MIB)

static u64 need(struct stage_crash sizes)
{
	u64 ret = 0;

	EXPECT_TRUE(stage_crash_need(&sizes, &ret));
	return ret;
}

UNIT_TEST(kernel_and_its_initrd)
{
	/* In place, then unpacked, with a second copy of the initrd. */
	EXPECT_EQ(need((struct stage_crash){ .elfcorehdr = MIB,
					     .payload = 10 * MIB,
					     .initrd = 4 * MIB,
					     .kernel = 40 * MIB }),
		  FIXED + (1 + 10 + 4 + 40 + 4) * MIB);
}

UNIT_TEST(uki_has_a_kernel_inside)
{
	struct stage_crash sizes = {
		.payload = 50 * MIB,
		.own_initrd = 30 * MIB,
		.inner_image = 13 * MIB,
		.kernel = 40 * MIB,
	};

	EXPECT_EQ(need(sizes), FIXED + (50 + 13 + 40 + 30) * MIB);
	/* One of the syscall replaces its own, which stays where it is. */
	sizes.initrd = 5 * MIB;
	EXPECT_EQ(need(sizes), FIXED + (50 + 5 + 13 + 40 + 5) * MIB);
}

UNIT_TEST(whole_mib)
{
	EXPECT_EQ(need((struct stage_crash){ .payload = 1 }), FIXED + MIB);
	EXPECT_EQ(need((struct stage_crash){ 0 }), FIXED);
}

UNIT_TEST(sums_that_wrap)
{
	const u64 huge = ~0ULL - 4096;
	const struct stage_crash all[] = {
		{ .payload = huge },
		{ .kernel = huge, .initrd = 8192 },
		{ .inner_image = huge, .own_initrd = 8192 },
		{ .elfcorehdr = huge, .payload = 8192 },
		{ .elfcorehdr = huge / 2, .kernel = huge / 2 + 8192 },
	};
	unsigned int i;
	u64 ret = 7;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		if (!EXPECT_TRUE(!stage_crash_need(&all[i], &ret)))
			UNIT_NOTE("case %u", i);
		EXPECT_EQ(ret, 7);
	}
}
