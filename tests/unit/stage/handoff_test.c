// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The handoff writer: what is where in the blob, and what it refuses.
 */
// sources: stage/handoff.c stage/emulator.c
#include <kexec_pe/efi.h>
#include <stage/stage.h>

#include <stdlib.h>

#include "unit.h"

#define EMULATOR 0x100000000ULL
#define HANDOFF 0x200000000ULL
#define PAYLOAD 0x300000000ULL
#define INITRD 0x400000000ULL
#define STATE 0x500000000ULL

#define R HANDOFF_PROT_READ
#define W HANDOFF_PROT_WRITE
#define X HANDOFF_PROT_EXEC

/* The pages of the payload of these tests. */
static const u32 pages[] = { R, R | X, R | X, R | W, R | W, R | W, R };

u32 pe_protection(const struct pe_image *pe, u32 rva)
{
	EXPECT_EQ(rva % KPE_PAGE_SIZE, 0);
	EXPECT_TRUE(rva < pe->image_size);
	return pages[rva / KPE_PAGE_SIZE];
}

static const struct pe_image image = {
	.entry = 0x1234,
	.image_size = sizeof(pages) / sizeof(*pages) * 4096 - 100,
	.headers_size = 0x400,
};

static const struct handoff_memory memory[] = {
	{ .address = 0x1000, .size = 0x9f000, .type = 7, .attribute = 0xf },
	{ .address = 0x100000, .size = 0x7f00000, .type = 7, .attribute = 8 },
	{ .address = 0x200000, .size = 0x1000, .type = 9, .attribute = 1 },
};

static const struct handoff_table table = { .guid = { 1, 2 }, .address = 99 };
static const struct handoff_digest digests[2] = {
	{ .size = 5, .kind = HANDOFF_DIGEST_PAYLOAD },
	{ .size = 6, .kind = HANDOFF_DIGEST_LINUX },
};

static const struct handoff_check more_checks[2] = {
	{ .address = PAYLOAD, .size = 0x6f9c, .sha256 = { 3 } },
	{ .address = INITRD, .size = 5000, .sha256 = { 4 } },
};

static struct stage_plan full_plan(void)
{
	struct stage_plan plan = {
		.base = {
			.flags = HANDOFF_FLAG_VERIFIED,
			.timer_frequency = 1234567,
			.log_level = 2,
			.payload = { .file_size = 0x777, .flags = 3 },
			.seed = { 1, 2, 3 },
		},
		.memory = memory,
		.memory_count = ARRAY_SIZE(memory),
		.tables = &table,
		.table_count = 1,
		.digests = digests,
		.digest_count = 2,
		.variables = "abcdefghijklm",
		.variables_size = 13,
		.load_options = "x\0y\0\0",
		.load_options_size = 6,
		.event_log = "firmware's log",
		.event_log_size = 14,
		.measurements = "queue",
		.measurements_size = 5,
		.inner_options = "z\0\0",
		.inner_options_size = 4,
		.pe = &image,
		.emulator = {
			.text_end = 0x2000,
			.file_size = 0x4321,
			.memory_end = 0x8000,
		},
		.pool_pages = 4,
		.emulator_address = EMULATOR,
		.payload_address = PAYLOAD,
		.handoff_address = HANDOFF,
		.initrd = { INITRD, 5000 },
		.measurement_state = { STATE, 100 },
	};

	memset(plan.emulator_sha256, 0xaa, sizeof(plan.emulator_sha256));
	memset(plan.headers_sha256, 0xbb, sizeof(plan.headers_sha256));
	return plan;
}

/* Freed by the caller. */
static void *write_plan(const struct stage_plan *plan, u32 *ret_size)
{
	void *blob;

	if (!EXPECT_EQ(stage_handoff_size(plan, ret_size), STAGE_OK))
		exit(1);
	/* Exactly as large as planned: ASan sees a byte too many. */
	blob = malloc(*ret_size);
	memset(blob, 0xee, *ret_size);
	if (!EXPECT_EQ(stage_write_handoff(plan, blob, *ret_size), STAGE_OK))
		exit(1);
	return blob;
}

static void *at(void *blob, const struct handoff_array *array)
{
	return (u8 *)blob + array->offset;
}

UNIT_TEST(header_joins_plan_and_addresses)
{
	struct stage_plan plan = full_plan();
	u32 size;
	struct handoff *handoff = write_plan(&plan, &size);

	EXPECT_EQ(handoff->magic, HANDOFF_MAGIC);
	EXPECT_EQ(handoff->version, HANDOFF_VERSION);
	EXPECT_EQ(handoff->size, size);
	EXPECT_EQ(handoff->address, HANDOFF);
	EXPECT_EQ(handoff->flags, HANDOFF_FLAG_VERIFIED);
	EXPECT_EQ(handoff->timer_frequency, 1234567);
	EXPECT_EQ(handoff->log_level, 2);
	EXPECT_EQ(handoff->emulator.address, EMULATOR);
	EXPECT_EQ(handoff->emulator.size, 0x8000 + 4 * 4096);
	EXPECT_EQ(handoff->initrd.address, INITRD);
	EXPECT_EQ(handoff->initrd.size, 5000);
	EXPECT_EQ(handoff->measurement_state.address, STATE);
	EXPECT_EQ(handoff->measurement_state.size, 100);
	EXPECT_EQ(handoff->payload.address, PAYLOAD);
	EXPECT_EQ(handoff->payload.size, sizeof(pages) / 4 * 4096);
	EXPECT_EQ(handoff->payload.entry, 0x1234);
	EXPECT_EQ(handoff->payload.headers_size, 0x400);
	EXPECT_EQ(handoff->payload.file_size, 0x777);
	EXPECT_EQ(handoff->payload.flags, 3);
	EXPECT_MEM_EQ(handoff->seed, plan.base.seed, sizeof(handoff->seed));
	free(handoff);
}

UNIT_TEST(arrays_are_aligned_disjoint_and_inside)
{
	struct stage_plan plan = full_plan();
	u32 size, i, end = sizeof(struct handoff);
	struct handoff *handoff = write_plan(&plan, &size);
	const struct {
		struct handoff_array array;
		u32 item, count;
	} all[] = {
		{ handoff->memory, 32, 3 + STAGE_CARVE_OUTS },
		{ handoff->protections, 16, 4 },
		{ handoff->tables, 24, 1 },
		{ handoff->digests, 48, 2 },
		{ handoff->checks, 48, 2 },
		{ handoff->variables, 1, 13 },
		{ handoff->load_options, 1, 6 },
		{ handoff->event_log, 1, 14 },
		{ handoff->measurements, 1, 5 },
		{ handoff->inner_options, 1, 4 },
	};

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		EXPECT_EQ(all[i].array.offset % 8, 0);
		EXPECT_EQ(all[i].array.count, all[i].count);
		EXPECT_TRUE(all[i].array.offset >= end);
		end = all[i].array.offset + all[i].item * all[i].count;
	}
	EXPECT_TRUE(end <= size);
	EXPECT_EQ(size % 8, 0);
	EXPECT_MEM_EQ(at(handoff, &handoff->variables), "abcdefghijklm", 13);
	EXPECT_MEM_EQ(at(handoff, &handoff->load_options), "x\0y\0\0", 6);
	EXPECT_MEM_EQ(at(handoff, &handoff->event_log), "firmware's log", 14);
	EXPECT_MEM_EQ(at(handoff, &handoff->measurements), "queue", 5);
	EXPECT_MEM_EQ(at(handoff, &handoff->inner_options), "z\0\0", 4);
	EXPECT_MEM_EQ(at(handoff, &handoff->tables), &table, sizeof(table));
	EXPECT_MEM_EQ(at(handoff, &handoff->digests), digests, sizeof(digests));
	free(handoff);
}

UNIT_TEST(carve_outs_follow_the_machine)
{
	static const struct handoff_memory want[STAGE_CARVE_OUTS] = {
		{ EMULATOR, 0x2000, EFI_LOADER_CODE, 0, 0xf },
		{ EMULATOR + 0x2000, 0x6000 + 4 * 4096, EFI_LOADER_DATA, 0,
		  0xf },
		{ HANDOFF, 4096, EFI_LOADER_DATA, 0, 0xf },
		{ PAYLOAD, sizeof(pages) / 4 * 4096, EFI_LOADER_CODE, 0, 0xf },
		{ INITRD, 8192, EFI_LOADER_DATA, 0, 0xf },
		{ STATE, 4096, EFI_LOADER_DATA, 0, 0xf },
	};
	struct stage_plan plan = full_plan();
	u32 size;
	struct handoff *handoff = write_plan(&plan, &size);
	u8 *claims = at(handoff, &handoff->memory);

	EXPECT_TRUE(size <= 4096);
	EXPECT_MEM_EQ(claims, memory, sizeof(memory));
	EXPECT_MEM_EQ(claims + sizeof(memory), want, sizeof(want));
	free(handoff);
}

UNIT_TEST(segments_that_are_not_there_claim_nothing)
{
	struct stage_plan plan = full_plan();
	struct handoff_memory *claims;
	struct handoff *handoff;
	u32 size;

	memset(&plan.initrd, 0, sizeof(plan.initrd));
	handoff = write_plan(&plan, &size);
	claims = at(handoff, &handoff->memory);
	EXPECT_EQ(handoff->memory.count, 3 + STAGE_CARVE_OUTS - 1);
	EXPECT_EQ(claims[handoff->memory.count - 2].address, PAYLOAD);
	EXPECT_EQ(claims[handoff->memory.count - 1].address, STATE);
	free(handoff);
	memset(&plan.measurement_state, 0, sizeof(plan.measurement_state));
	handoff = write_plan(&plan, &size);
	claims = at(handoff, &handoff->memory);
	EXPECT_EQ(handoff->memory.count, 3 + STAGE_CARVE_OUTS - 2);
	EXPECT_EQ(claims[handoff->memory.count - 1].address, PAYLOAD);
	EXPECT_EQ(handoff->measurement_state.size, 0);
	free(handoff);
}

UNIT_TEST(protections_are_runs_of_equal_pages)
{
	static const struct handoff_protection want[] = {
		{ 0x0000, 0x1000, R, 0 },
		{ 0x1000, 0x2000, R | X, 0 },
		{ 0x3000, 0x3000, R | W, 0 },
		{ 0x6000, 0x1000, R, 0 },
	};
	struct stage_plan plan = full_plan();
	u32 size;
	struct handoff *handoff = write_plan(&plan, &size);

	EXPECT_EQ(handoff->protections.count, ARRAY_SIZE(want));
	EXPECT_MEM_EQ(at(handoff, &handoff->protections), want, sizeof(want));
	free(handoff);
}

UNIT_TEST(checks_leave_the_sealed_header_out)
{
	struct stage_plan plan = full_plan();
	struct handoff_check *checks;
	struct handoff *handoff;
	u32 size;

	handoff = write_plan(&plan, &size);
	checks = at(handoff, &handoff->checks);
	EXPECT_EQ(checks[0].address, EMULATOR + EMULATOR_HEADER_SIZE);
	EXPECT_EQ(checks[0].size, 0x4321 - EMULATOR_HEADER_SIZE);
	EXPECT_MEM_EQ(checks[0].sha256, plan.emulator_sha256, 32);
	EXPECT_EQ(checks[1].address, PAYLOAD);
	EXPECT_EQ(checks[1].size, 0x400);
	EXPECT_MEM_EQ(checks[1].sha256, plan.headers_sha256, 32);
	EXPECT_EQ(handoff->checks.count, 2);
	free(handoff);
}

UNIT_TEST(checks_of_the_plan_follow)
{
	struct stage_plan plan = full_plan();
	u32 size;
	struct handoff *handoff;

	plan.checks = more_checks;
	plan.check_count = 2;
	handoff = write_plan(&plan, &size);
	EXPECT_EQ(handoff->checks.count, 4);
	EXPECT_MEM_EQ((u8 *)at(handoff, &handoff->checks) +
			      2 * sizeof(struct handoff_check),
		      more_checks, sizeof(more_checks));
	free(handoff);
}

/* No digest covers the header itself: purgatory compares it with this. */
UNIT_TEST(header_of_the_emulator_is_told)
{
	struct stage_plan plan = full_plan();
	struct emulator_header sealed = { 0 };
	u8 sha256[HANDOFF_DIGEST_SIZE] = { 9, 9 };
	u32 size;
	struct handoff *handoff;

	plan.emulator.flags = EMULATOR_FLAG_LA57;
	handoff = write_plan(&plan, &size);
	stage_seal_emulator(&plan, sha256, &sealed);
	memset(sealed.handoff_digest, 0, sizeof(sealed.handoff_digest));
	EXPECT_MEM_EQ(&handoff->header, &sealed, sizeof(sealed));
	EXPECT_EQ(handoff->header.handoff, HANDOFF);
	free(handoff);
}

UNIT_TEST(size_does_not_depend_on_addresses)
{
	struct stage_plan plan = full_plan();
	u32 before = 0, after = 0;

	stage_handoff_size(&plan, &after);
	plan.emulator_address = 0;
	plan.payload_address = 0;
	plan.handoff_address = 0;
	plan.initrd.address = 0;
	stage_handoff_size(&plan, &before);
	EXPECT_TRUE(before > sizeof(struct handoff));
	EXPECT_EQ(before, after);
}

UNIT_TEST(empty_arrays_are_fine)
{
	struct stage_plan plan = full_plan();
	struct handoff *handoff;
	u32 size;

	plan.memory = NULL;
	plan.memory_count = 0;
	plan.tables = NULL;
	plan.table_count = 0;
	plan.digests = NULL;
	plan.digest_count = 0;
	plan.variables = NULL;
	plan.variables_size = 0;
	plan.load_options = NULL;
	plan.load_options_size = 0;
	plan.event_log = NULL;
	plan.event_log_size = 0;
	plan.measurements = NULL;
	plan.measurements_size = 0;
	handoff = write_plan(&plan, &size);
	EXPECT_EQ(handoff->memory.count, STAGE_CARVE_OUTS);
	EXPECT_EQ(handoff->load_options.count, 0);
	free(handoff);
}

UNIT_TEST(unsound_claims_are_refused)
{
	struct handoff_memory claim = { .address = 0x1001, .size = 0x1000 };
	struct stage_plan plan = full_plan();
	u32 size = 77;

	plan.memory = &claim;
	plan.memory_count = 1;
	EXPECT_EQ(stage_handoff_size(&plan, &size), STAGE_MEMORY_CLAIM);
	claim.address = 0x1000;
	claim.size = 0x1800;
	EXPECT_EQ(stage_handoff_size(&plan, &size), STAGE_MEMORY_CLAIM);
	claim.address = 0xffffffffffff0000;
	claim.size = 0x20000;
	EXPECT_EQ(stage_handoff_size(&plan, &size), STAGE_MEMORY_CLAIM);
	EXPECT_EQ(size, 77);
	claim.size = 0;
	EXPECT_EQ(stage_handoff_size(&plan, &size), STAGE_MEMORY_CLAIM);
	claim.size = 0xf000;
	EXPECT_EQ(stage_handoff_size(&plan, &size), STAGE_OK);
}

UNIT_TEST(a_misplaced_segment_is_refused)
{
	struct stage_plan plan = full_plan();
	u32 size = 0;
	void *blob;

	stage_handoff_size(&plan, &size);
	blob = malloc(size);
	plan.payload_address = PAYLOAD + 1;
	EXPECT_EQ(stage_write_handoff(&plan, blob, size), STAGE_MEMORY_CLAIM);
	plan.payload_address = PAYLOAD;
	plan.initrd.size = UINT64_MAX;
	EXPECT_EQ(stage_write_handoff(&plan, blob, size), STAGE_MEMORY_CLAIM);
	free(blob);
}

UNIT_TEST(too_much_is_refused)
{
	struct stage_plan plan = full_plan();
	u32 size = 77;

	plan.variables_size = UINT32_MAX;
	EXPECT_EQ(stage_handoff_size(&plan, &size), STAGE_HANDOFF_TOO_LARGE);
	plan.variables_size = UINT32_MAX / 2;
	plan.load_options_size = UINT32_MAX / 2;
	EXPECT_EQ(stage_handoff_size(&plan, &size), STAGE_HANDOFF_TOO_LARGE);
	EXPECT_EQ(size, 77);
}

UNIT_TEST(a_buffer_of_another_size_is_refused)
{
	struct stage_plan plan = full_plan();
	u32 size = 0;
	u8 *blob;

	stage_handoff_size(&plan, &size);
	blob = calloc(1, size + 8);
	EXPECT_EQ(stage_write_handoff(&plan, blob, size - 8),
		  STAGE_HANDOFF_BUFFER);
	EXPECT_EQ(stage_write_handoff(&plan, blob, size + 8),
		  STAGE_HANDOFF_BUFFER);
	EXPECT_EQ(blob[0], 0);
	free(blob);
}
