// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a kexec measures: the table and the bytes of Documentation/measurement.md,
 * written out here once more.
 */
// sources: stage/measurement.c
#include <stage/measurement.h>

#include <stdlib.h>

#include "unit.h"

/* LoadOptions "a": UTF-16 with its NUL. */
static const u8 cmdline[] = { 'a', 0, 0, 0 };

struct row {
	u32 pcr, type;
	enum stage_measured what;
};

#define TAG 6U
#define APPLICATION 0x80000003U

#define SEPARATOR(pcr)                             \
	{                                          \
		pcr, TAG, STAGE_MEASURED_SEPARATOR \
	}

static void expect_rows(const struct stage_queue *queue, const struct row *rows,
			u32 count)
{
	struct stage_measurement item = { .pcr = 99 };
	u32 i;

	EXPECT_EQ(stage_queue_count(queue), count);
	for (i = 0; i < count; i++) {
		if (!EXPECT_TRUE(stage_queue_item(queue, i, &item)))
			return;
		EXPECT_EQ(item.pcr, rows[i].pcr);
		EXPECT_EQ(item.event_type, rows[i].type);
		EXPECT_EQ(item.what, rows[i].what);
	}
	EXPECT_TRUE(!stage_queue_item(queue, count, &item));
	EXPECT_EQ(item.pcr, rows[count - 1].pcr);
}

UNIT_TEST(a_verified_uki)
{
	static const struct row rows[] = {
		SEPARATOR(4),
		SEPARATOR(8),
		SEPARATOR(9),
		SEPARATOR(11),
		SEPARATOR(12),
		SEPARATOR(13),
		SEPARATOR(14),
		SEPARATOR(15),
		{ 4, APPLICATION, STAGE_MEASURED_PAYLOAD },
	};
	const struct stage_queue queue = { 0 };

	expect_rows(&queue, rows, ARRAY_SIZE(rows));
}

UNIT_TEST(an_unverified_kernel_with_a_command_line)
{
	static const struct row rows[] = {
		SEPARATOR(4),
		SEPARATOR(8),
		SEPARATOR(9),
		SEPARATOR(11),
		SEPARATOR(12),
		SEPARATOR(13),
		SEPARATOR(14),
		SEPARATOR(15),
		{ 4, APPLICATION, STAGE_MEASURED_PAYLOAD },
		{ 7, TAG, STAGE_MEASURED_UNVERIFIED },
		{ 12, TAG, STAGE_MEASURED_CMDLINE },
	};
	const struct stage_queue queue = {
		.unverified = true,
		.cmdline = { cmdline, sizeof(cmdline) },
	};

	expect_rows(&queue, rows, ARRAY_SIZE(rows));
}

UNIT_TEST(a_crash_has_a_separator_in_pcr_7)
{
	static const struct row rows[] = {
		SEPARATOR(4),  SEPARATOR(7),
		SEPARATOR(8),  SEPARATOR(9),
		SEPARATOR(11), SEPARATOR(12),
		SEPARATOR(13), SEPARATOR(14),
		SEPARATOR(15), { 4, APPLICATION, STAGE_MEASURED_PAYLOAD },
	};
	const struct stage_queue queue = { .crash = true };
	struct view data = stage_queue_data(&queue, STAGE_MEASURED_SEPARATOR);

	expect_rows(&queue, rows, ARRAY_SIZE(rows));
	EXPECT_EQ(data.size, 21);
	EXPECT_MEM_EQ(data.base, "kexec-crash-separator", 21);
}

UNIT_TEST(a_native_image_has_no_payload)
{
	static const struct row rows[] = {
		SEPARATOR(4),
		SEPARATOR(8),
		SEPARATOR(9),
		SEPARATOR(11),
		SEPARATOR(12),
		SEPARATOR(13),
		SEPARATOR(14),
		SEPARATOR(15),
		{ 7, TAG, STAGE_MEASURED_UNVERIFIED },
	};
	const struct stage_queue queue = {
		.native = true,
		.unverified = true,
		.cmdline = { cmdline, sizeof(cmdline) },
	};

	expect_rows(&queue, rows, ARRAY_SIZE(rows));
}

UNIT_TEST(what_is_hashed)
{
	struct stage_queue queue = {
		.unverified = true,
		.cmdline = { cmdline, sizeof(cmdline) },
	};
	struct view data;

	data = stage_queue_data(&queue, STAGE_MEASURED_SEPARATOR);
	EXPECT_EQ(data.size, 15);
	EXPECT_MEM_EQ(data.base, "kexec-separator", 15);
	data = stage_queue_data(&queue, STAGE_MEASURED_UNVERIFIED);
	EXPECT_EQ(data.size, 16);
	EXPECT_MEM_EQ(data.base, "kexec-unverified", 16);
	data = stage_queue_data(&queue, STAGE_MEASURED_CMDLINE);
	EXPECT_EQ(data.size, 4);
	EXPECT_TRUE(data.base == cmdline);
	EXPECT_EQ(stage_queue_data(&queue, STAGE_MEASURED_PAYLOAD).size, 0);
	queue.unverified = false;
	EXPECT_EQ(stage_queue_data(&queue, STAGE_MEASURED_UNVERIFIED).size, 0);
}

static void expect_event(const struct stage_queue *queue,
			 enum stage_measured what, const void *want, u32 size)
{
	u8 event[STAGE_EVENT_MAX];

	memset(event, 0xee, sizeof(event));
	if (!EXPECT_EQ(stage_event_size(queue, what), size))
		return;
	stage_write_event(queue, what, event);
	EXPECT_MEM_EQ(event, want, size);
	EXPECT_EQ(event[size], 0xee);
}

UNIT_TEST(tagged_events)
{
	struct stage_queue queue = {
		.unverified = true,
		.cmdline = { cmdline, sizeof(cmdline) },
	};

	expect_event(&queue, STAGE_MEASURED_SEPARATOR,
		     "\x01\x45\x50\x4b\x0f\0\0\0kexec-separator", 23);
	expect_event(&queue, STAGE_MEASURED_UNVERIFIED,
		     "\x02\x45\x50\x4b\x10\0\0\0kexec-unverified", 24);
	expect_event(&queue, STAGE_MEASURED_CMDLINE,
		     "\x05\x45\x50\x4b\x04\0\0\0a\0\0\0", 12);
	queue.crash = true;
	expect_event(&queue, STAGE_MEASURED_SEPARATOR,
		     "\x04\x45\x50\x4b\x15\0\0\0kexec-crash-separator", 29);
}

UNIT_TEST(the_event_of_the_payload)
{
	static const u8 want[56] = {
		[8] = 0x15, 0xcd,     0x5b, 0x07, /* 123456789 bytes */
		[16] = 0,   0,	      0,    0x40, 1, /* 0x140000000 */
		[24] = 24,  [32] = 1, 4,    20,	  0, /* hardware, vendor */
		0x6e,	    0x0b,     0x1f, 0x3d, 0xc7, 0x52, 0x0e,
		0x4c,	    0x9a,     0x41, 0x7e, 0x6b, 0x8f, 0x2d,
		0x5c,	    0x90,     0x7f, 0xff, 4,	0,
	};
	const struct stage_queue queue = {
		.file_size = 123456789,
		.image_base = 0x140000000,
	};

	expect_event(&queue, STAGE_MEASURED_PAYLOAD, want, sizeof(want));
}

/* Each kind has digests of its own first byte. */
static struct stage_queue full_queue(void)
{
	struct stage_queue queue = {
		.unverified = true,
		.cmdline = { cmdline, sizeof(cmdline) },
	};
	u32 i;

	for (i = 0; i < STAGE_MEASURED_COUNT; i++)
		memset(&queue.digests[i], 0x10 + (int)i,
		       sizeof(queue.digests[i]));
	return queue;
}

UNIT_TEST(items_follow_each_other)
{
	const struct stage_queue queue = full_queue();
	const u32 size = stage_queue_size(&queue);
	u8 *buffer = malloc(size), event[STAGE_EVENT_MAX];
	struct stage_measurement item;
	u32 offset = 0, i;

	memset(buffer, 0xee, size);
	stage_write_queue(&queue, buffer);
	for (i = 0; stage_queue_item(&queue, i, &item); i++) {
		struct handoff_measurement *at = (void *)(buffer + offset);
		const u32 event_size = stage_event_size(&queue, item.what);

		EXPECT_EQ(offset % 8, 0);
		EXPECT_EQ(at->item_size, (sizeof(*at) + event_size + 7) & ~7U);
		EXPECT_EQ(at->pcr, item.pcr);
		EXPECT_EQ(at->event_type, item.event_type);
		EXPECT_EQ(at->event_size, event_size);
		EXPECT_MEM_EQ(at->digests, &queue.digests[item.what],
			      sizeof(at->digests));
		stage_write_event(&queue, item.what, event);
		EXPECT_MEM_EQ(at + 1, event, event_size);
		offset += at->item_size;
	}
	EXPECT_EQ(i, 11);
	EXPECT_EQ(offset, size);
	free(buffer);
}

UNIT_TEST(the_state_starts_pending)
{
	const struct stage_queue queue = full_queue();
	const u32 size = stage_measurement_state_size(&queue);
	struct measurement_state *state = malloc(size);
	u32 i;

	EXPECT_EQ(size, sizeof(*state) + 11 * sizeof(state->items[0]));
	memset(state, 0xee, size);
	stage_write_measurement_state(&queue, state);
	EXPECT_EQ(state->magic, HANDOFF_MAGIC);
	EXPECT_EQ(state->version, HANDOFF_VERSION);
	EXPECT_EQ(state->count, 11);
	for (i = 0; i < state->count; i++)
		EXPECT_EQ(state->items[i].state, MEASUREMENT_PENDING);
	free(state);
}
