// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The planner's side of the emulator image: header, pool, slots.
 */
// sources: stage/emulator.c
#include <stage/stage.h>

#include "unit.h"

#define MACHINE 0x8664
#define IMAGE_SIZE 0x4321

static struct emulator_header good(void)
{
	return (struct emulator_header){
		.magic = EMULATOR_MAGIC,
		.version = HANDOFF_VERSION,
		.machine = MACHINE,
		.entry = EMULATOR_HEADER_SIZE,
		.text_end = 0x2000,
		.rodata_end = 0x3000,
		.file_size = IMAGE_SIZE,
		.memory_end = 0x8000,
	};
}

static enum stage_error read_header(struct emulator_header header)
{
	struct emulator_header ret;

	return stage_read_emulator(&header, IMAGE_SIZE, MACHINE, &ret);
}

UNIT_TEST(reads_a_good_header)
{
	struct emulator_header header = good(), ret;

	EXPECT_EQ(stage_read_emulator(&header, IMAGE_SIZE, MACHINE, &ret),
		  STAGE_OK);
	EXPECT_MEM_EQ(&ret, &header, sizeof(ret));
}

UNIT_TEST(refuses_what_is_no_image_of_this_build)
{
	struct emulator_header header = good(), ret = { .entry = 77 };

	EXPECT_EQ(stage_read_emulator(&header, sizeof(header) - 1, MACHINE,
				      &ret),
		  STAGE_EMULATOR_MAGIC);
	EXPECT_EQ(ret.entry, 77);
	header.magic++;
	EXPECT_EQ(read_header(header), STAGE_EMULATOR_MAGIC);
	header = good();
	header.version++;
	EXPECT_EQ(read_header(header), STAGE_EMULATOR_VERSION);
	header = good();
	header.machine = 0xaa64;
	EXPECT_EQ(read_header(header), STAGE_EMULATOR_MACHINE);
}

UNIT_TEST(refuses_boundaries_that_disagree)
{
	static const struct {
		size_t field;
		u64 value;
	} bad[] = {
		{ offsetof(struct emulator_header, text_end), 0 },
		{ offsetof(struct emulator_header, text_end), 0x2001 },
		{ offsetof(struct emulator_header, text_end), 0x4000 },
		{ offsetof(struct emulator_header, rodata_end), 0x3800 },
		{ offsetof(struct emulator_header, rodata_end), 0x5000 },
		{ offsetof(struct emulator_header, file_size), 0x4322 },
		{ offsetof(struct emulator_header, memory_end), 0x4000 },
		{ offsetof(struct emulator_header, memory_end), 0x8001 },
		{ offsetof(struct emulator_header, entry), 0x7f },
		{ offsetof(struct emulator_header, entry), 0x2000 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		struct emulator_header header = good();

		memcpy((u8 *)&header + bad[i].field, &bad[i].value,
		       sizeof(bad[i].value));
		if (!EXPECT_EQ(read_header(header), STAGE_EMULATOR_BOUNDS))
			UNIT_NOTE("row %u", i);
	}
}

static u64 tables(u64 address, u64 size, unsigned int levels, bool gigabyte)
{
	struct handoff_memory claim = { .address = address, .size = size };
	struct stage_paging paging = { levels, gigabyte };

	return stage_pool_pages(&claim, 1, &paging) - STAGE_POOL_SPARE;
}

UNIT_TEST(pool_holds_every_table_a_claim_can_need)
{
	const u64 gib = 1ULL << 30;

	/* top, one third level, one directory, two ends */
	EXPECT_EQ(tables(0, 4096, 4, false), 5);
	/* crosses a GiB boundary: two directories */
	EXPECT_EQ(tables(gib - 4096, 8192, 4, false), 6);
	/* crosses 512 GiB: two third-level tables as well */
	EXPECT_EQ(tables((512 * gib) - 4096, 8192, 4, false), 7);
	EXPECT_EQ(tables(0, 64 * gib, 4, false), 1 + 1 + 64 + 2);
	/* with 1 GiB pages the middle needs no directories */
	EXPECT_EQ(tables(0, 64 * gib, 4, true), 1 + 1 + 2 + 2);
	/* five levels: one more table above */
	EXPECT_EQ(tables(0, 4096, 5, false), 6);
	/* the last byte of the address space */
	EXPECT_EQ(tables(0xfffffffffffff000, 4096, 4, false), 5);
	/* nothing claimed, only the top table */
	EXPECT_EQ(tables(4096, 0, 4, false), 1);
}

UNIT_TEST(pool_ignores_what_is_not_mapped)
{
	struct stage_paging paging = { 4, false };
	struct handoff_memory claims[] = {
		{ .size = 4096 },
		{ .size = 1ULL << 40, .type = HANDOFF_MEMORY_ABSENT },
	};

	EXPECT_EQ(stage_pool_pages(claims, 2, &paging),
		  stage_pool_pages(claims, 1, &paging));
}

UNIT_TEST(segment_is_image_data_and_pool)
{
	struct emulator_header header = good();
	u64 size = 1;

	EXPECT_EQ(stage_emulator_size(&header, 3, &size), STAGE_OK);
	EXPECT_EQ(size, 0x8000 + 3 * 4096);
	EXPECT_EQ(stage_emulator_size(&header, 1ULL << 52, &size),
		  STAGE_EMULATOR_BOUNDS);
	header.memory_end = 0xfffffffffffff000;
	EXPECT_EQ(stage_emulator_size(&header, 1, &size),
		  STAGE_EMULATOR_BOUNDS);
	EXPECT_EQ(size, 0x8000 + 3 * 4096);
}

UNIT_TEST(sealing_fills_the_slots_and_nothing_else)
{
	struct stage_plan plan = {
		.emulator = good(),
		.pool_pages = 9,
		.handoff_address = 0x123456000,
	};
	struct emulator_header sealed = { 0 }, want = good();
	u8 sha256[HANDOFF_DIGEST_SIZE];

	plan.emulator.flags = EMULATOR_FLAG_LA57;
	memset(plan.emulator.handoff_digest, 0x77, 1);
	memset(sha256, 0x5a, sizeof(sha256));
	stage_seal_emulator(&plan, sha256, &sealed);
	want.handoff = 0x123456000;
	want.pool_offset = want.memory_end;
	want.pool_pages = 9;
	want.flags = EMULATOR_FLAG_LA57;
	memset(want.handoff_digest, 0x5a, sizeof(want.handoff_digest));
	EXPECT_MEM_EQ(&sealed, &want, sizeof(want));
	/* What the handoff has of it: it can't have a digest of itself. */
	memset(want.handoff_digest, 0, sizeof(want.handoff_digest));
	stage_sealed_header(&plan, &sealed);
	EXPECT_MEM_EQ(&sealed, &want, sizeof(want));
}

UNIT_TEST(every_error_has_its_own_sentence)
{
	int a, b;

	for (a = STAGE_OK; a <= STAGE_HANDOFF_BUFFER; a++)
		for (b = STAGE_OK; b < a; b++)
			EXPECT_TRUE(strcmp(stage_error_text(a),
					   stage_error_text(b)));
}
