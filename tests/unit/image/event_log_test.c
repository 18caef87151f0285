// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The parser of event logs: what a record is, where a log ends.
 */
// sources: image/event_log.c
#include <image/event_log.h>

#include <stdlib.h>

#include "unit.h"

/* A log of SHA-1 and SHA-256, built byte by byte. */
static u8 bytes[4096];
static u32 used;

static void put(u64 value, u32 size)
{
	for (; size--; value >>= 8)
		bytes[used++] = (u8)value;
}

static void put_head(void)
{
	used = 0;
	put(0, 4);
	put(3, 4);
	memset(bytes + used, 0, 20);
	used += 20;
	put(37, 4);
	memcpy(bytes + used, "Spec ID Event03", 16);
	used += 16;
	put(0, 4);
	put(0x02000200, 4);
	put(2, 4);
	put(4, 2);
	put(20, 2);
	put(0xb, 2);
	put(32, 2);
	put(0, 1);
}

static void put_record(u32 pcr, u32 type, u16 first, u16 second,
		       const char *event)
{
	const u16 algorithms[2] = { first, second };
	u32 i, size;

	put(pcr, 4);
	put(type, 4);
	put(2, 4);
	for (i = 0; i < 2; i++) {
		put(algorithms[i], 2);
		size = algorithms[i] == 4 ? 20 : 32;
		memset(bytes + used, algorithms[i], size);
		used += size;
	}
	put(strlen(event), 4);
	memcpy(bytes + used, event, strlen(event));
	used += (u32)strlen(event);
}

/* Exactly the bytes of the log: ASan sees one too many. */
static struct view copy(u32 size)
{
	u8 *own = malloc(size ? size : 1);
	struct view view = { own, size };

	memcpy(own, bytes, size);
	return view;
}

UNIT_TEST(head_names_the_algorithms)
{
	struct event_log_head head = { 0 };
	struct view log;

	put_head();
	log = copy(used);
	EXPECT_TRUE(event_log_head(&log, &head));
	EXPECT_EQ(head.count, 2);
	EXPECT_EQ(head.algorithms[0], 4);
	EXPECT_EQ(head.sizes[0], 20);
	EXPECT_EQ(head.algorithms[1], 0xb);
	EXPECT_EQ(head.sizes[1], 32);
	EXPECT_EQ(head.size, used);
	EXPECT_EQ(event_log_size(&log, &head), used);
	free((void *)log.base);
}

UNIT_TEST(each_byte_of_the_head_is_needed)
{
	struct event_log_head head;
	u32 size, whole;

	put_head();
	whole = used;
	for (size = 0; size < whole; size++) {
		struct view log = copy(size);

		EXPECT_TRUE(!event_log_head(&log, &head));
		free((void *)log.base);
	}
}

static bool head_with(u32 offset, u8 value)
{
	struct event_log_head head = { .count = 77 };
	struct view log;
	bool good;

	put_head();
	bytes[offset] = value;
	memset(bytes + used, 0, 100);
	log = copy(used + 100);
	good = event_log_head(&log, &head);
	EXPECT_TRUE(good || head.count == 77);
	free((void *)log.base);
	return good;
}

UNIT_TEST(heads_that_are_refused)
{
	EXPECT_TRUE(head_with(7, 0));
	EXPECT_TRUE(!head_with(4, 4)); /* another event type */
	EXPECT_TRUE(!head_with(32, 's')); /* signature */
	EXPECT_TRUE(!head_with(46, '2'));
	EXPECT_TRUE(!head_with(28, 36)); /* the size of the event */
	EXPECT_TRUE(head_with(28, 38));
	EXPECT_TRUE(!head_with(29, 1)); /* that ends outside */
	EXPECT_TRUE(!head_with(56, 0)); /* no algorithm */
	EXPECT_TRUE(!head_with(56, 3)); /* more than fit into the event */
	EXPECT_TRUE(!head_with(56, 9));
	EXPECT_TRUE(!head_with(62, 0)); /* a digest of no bytes */
	EXPECT_TRUE(head_with(62, 64));
	EXPECT_TRUE(!head_with(62, 65));
}

/* Or no record could have each algorithm once. */
UNIT_TEST(head_with_an_algorithm_twice)
{
	struct event_log_head head;
	struct view log;

	put_head();
	bytes[32 + 28 + 4] = 4;
	log.base = bytes;
	log.size = used;
	EXPECT_FALSE(event_log_head(&log, &head));
	bytes[32 + 28 + 4] = 0xd;
	EXPECT_TRUE(event_log_head(&log, &head));
}

UNIT_TEST(records_one_after_the_other)
{
	struct event_log_record record;
	struct event_log_head head;
	struct view log;
	u64 second;

	put_head();
	put_record(4, 6, 4, 0xb, "first");
	second = used;
	put_record(11, 0x80000003, 0xb, 4, "");
	log = copy(used);
	EXPECT_TRUE(event_log_head(&log, &head));
	EXPECT_TRUE(event_log_record(&log, &head, head.size, &record));
	EXPECT_EQ(record.pcr, 4);
	EXPECT_EQ(record.type, 6);
	EXPECT_EQ(record.size, second - head.size);
	EXPECT_EQ(record.event.size, 5);
	EXPECT_MEM_EQ(record.event.base, "first", 5);
	EXPECT_EQ(record.digest[0][19], 4);
	EXPECT_EQ(record.digest[1][31], 0xb);
	/* Their order in a record is its own. */
	EXPECT_TRUE(event_log_record(&log, &head, second, &record));
	EXPECT_EQ(record.type, 0x80000003);
	EXPECT_EQ(record.event.size, 0);
	EXPECT_EQ(record.digest[0][0], 4);
	EXPECT_EQ(record.digest[1][0], 0xb);
	EXPECT_TRUE(!event_log_record(&log, &head, used, &record));
	EXPECT_TRUE(!event_log_record(&log, &head, UINT64_MAX, &record));
	EXPECT_EQ(event_log_size(&log, &head), used);
	free((void *)log.base);
}

UNIT_TEST(each_byte_of_a_record_is_needed)
{
	struct event_log_record record = { .pcr = 77 };
	struct event_log_head head;
	u32 size, start, whole;

	put_head();
	start = used;
	put_record(4, 6, 4, 0xb, "event");
	whole = used;
	for (size = start; size < whole; size++) {
		struct view log = copy(size);

		EXPECT_TRUE(event_log_head(&log, &head));
		EXPECT_TRUE(!event_log_record(&log, &head, start, &record));
		EXPECT_EQ(event_log_size(&log, &head), start);
		free((void *)log.base);
	}
	EXPECT_EQ(record.pcr, 77);
}

static void expect_end(const char *what)
{
	struct event_log_record record;
	struct event_log_head head;
	struct view log = copy(sizeof(bytes));

	EXPECT_TRUE(event_log_head(&log, &head));
	if (!EXPECT_TRUE(!event_log_record(&log, &head, head.size, &record)))
		printf("\t%s\n", what);
	free((void *)log.base);
}

UNIT_TEST(the_log_ends_at_what_is_no_record)
{
	memset(bytes, 0, sizeof(bytes));
	put_head();
	expect_end("zeros");
	put_record(4, 6, 4, 4, "");
	expect_end("an algorithm twice");
	put_head();
	put_record(4, 6, 4, 0xc, "");
	expect_end("an algorithm that the head does not name");
	put_head();
	put_record(4, 6, 4, 0xb, "");
	bytes[used - 2] = 0xff;
	expect_end("an event that ends outside");
	put_head();
	put_record(4, 6, 4, 0xb, "");
	bytes[37 + 32 + 8] = 1;
	expect_end("fewer algorithms");
}
