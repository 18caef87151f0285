// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Checked arithmetic and the bounds-checked view, at their edges.
 */
#include <kexec_pe/checked.h>
#include <image/view.h>

#include "unit.h"

UNIT_TEST(add_reports_overflow)
{
	u64 sum = 0;

	EXPECT_TRUE(checked_add(UINT64_MAX - 1, 1, &sum));
	EXPECT_EQ(sum, UINT64_MAX);
	EXPECT_FALSE(checked_add(UINT64_MAX, 1, &sum));
}

UNIT_TEST(mul_reports_overflow)
{
	u64 product = 0;

	EXPECT_TRUE(checked_mul(1ULL << 32, (1ULL << 32) - 1, &product));
	EXPECT_EQ(product, 0xffffffff00000000ULL);
	EXPECT_FALSE(checked_mul(1ULL << 32, 1ULL << 32, &product));
}

UNIT_TEST(align_rounds_up_or_reports_overflow)
{
	u64 size = 0;

	EXPECT_TRUE(checked_align(1, 4096, &size));
	EXPECT_EQ(size, 4096);
	EXPECT_TRUE(checked_align(4096, 4096, &size));
	EXPECT_EQ(size, 4096);
	EXPECT_TRUE(checked_align(0, 4096, &size));
	EXPECT_EQ(size, 0);
	EXPECT_FALSE(checked_align(UINT64_MAX - 4094, 4096, &size));
}

UNIT_TEST(range_inside_knows_wrapping)
{
	EXPECT_TRUE(range_inside(0, 10, 0, 10));
	EXPECT_TRUE(range_inside(10, 0, 0, 10));
	EXPECT_FALSE(range_inside(10, 1, 0, 10));
	EXPECT_FALSE(range_inside(4, 2, 5, 10));
	EXPECT_FALSE(range_inside(UINT64_MAX, 2, 0, 10));
	EXPECT_FALSE(range_inside(0, 1, UINT64_MAX, 2));
}

UNIT_TEST(view_reads_little_endian_within_bounds)
{
	const u8 bytes[9] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	struct view view = { bytes, sizeof(bytes) };
	u16 half = 0xdead;
	u32 word = 0xdead;
	u64 quad = 0xdead;

	EXPECT_TRUE(view_u16(&view, 7, &half));
	EXPECT_EQ(half, 0x0908);
	EXPECT_TRUE(view_u32(&view, 1, &word));
	EXPECT_EQ(word, 0x05040302);
	EXPECT_TRUE(view_u64(&view, 1, &quad));
	EXPECT_EQ(quad, 0x0908070605040302ULL);
}

UNIT_TEST(view_refuses_and_leaves_result_alone)
{
	const u8 bytes[8] = { 0 };
	struct view view = { bytes, sizeof(bytes) }, part = { bytes, 1 };
	struct view none = { NULL, 8 };
	u16 half = 0xdead;
	u32 word = 0xdead;
	u64 quad = 0xdead;

	EXPECT_FALSE(view_u16(&view, 7, &half));
	EXPECT_FALSE(view_u16(&view, UINT64_MAX, &half));
	EXPECT_FALSE(view_u32(&view, 5, &word));
	EXPECT_FALSE(view_u64(&view, 1, &quad));
	EXPECT_FALSE(view_u64(&view, UINT64_MAX - 3, &quad));
	EXPECT_EQ(half, 0xdead);
	EXPECT_EQ(word, 0xdead);
	EXPECT_EQ(quad, 0xdead);
	EXPECT_FALSE(view_cut(&view, 8, 1, &part));
	EXPECT_FALSE(view_cut(&view, 1, UINT64_MAX, &part));
	EXPECT_EQ(part.size, 1);
	EXPECT_TRUE(view_cut(&view, 8, 0, &part));
	EXPECT_EQ(part.size, 0);
	EXPECT_TRUE(!view_at(&none, 0, 1));
}
