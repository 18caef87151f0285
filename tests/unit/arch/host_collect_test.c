// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records into a report: what a payload that can write to the pipe itself may
 * send.
 */
// sources: arch/host/collect.c
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arch/host/collect.h>

#include <unit.h>

static struct host_report report;
static struct collector collector;
static int fds[2];

static void start(void)
{
	memset(&report, 0, sizeof(report));
	if (pipe(fds) || !collect_start(&collector, &report))
		abort();
}

static void stop(void)
{
	collect_stop(&collector);
	host_report_free(&report);
	close(fds[0]);
	close(fds[1]);
}

static void put(const void *data, size_t size)
{
	if (write(fds[1], data, size) != (ssize_t)size)
		abort();
}

static int record(u32 type, const void *data, u32 size)
{
	const struct record_header header = { .type = type, .size = size };

	put(&header, sizeof(header));
	if (size)
		put(data, size);
	return collect(&collector, fds[0]);
}

static int call(u32 id)
{
	struct host_call one = { .id = id, .service = SERVICE_STALL };

	memset(one.kinds, 'x', sizeof(one.kinds));
	memset(one.text, 'y', sizeof(one.text));
	return record(RECORD_CALL, &one, sizeof(one));
}

/* Every type, with every size that is not its own. */
UNIT_TEST(sizes_are_checked)
{
	static const u32 fixed[] = {
		RECORD_START,  RECORD_CALL,  RECORD_RETURN, RECORD_PRIVILEGED,
		RECORD_KERNEL, RECORD_FAULT, RECORD_END,
	};
	static const u8 zero[4096];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(fixed); i++) {
		start();
		EXPECT_EQ(record(fixed[i], zero, 3), -1);
		stop();
		start();
		EXPECT_EQ(record(fixed[i], NULL, 0), -1);
		stop();
	}
	start();
	EXPECT_EQ(record(RECORD_VARIABLE, zero, 8), -1);
	stop();
	start();
	EXPECT_EQ(record(RECORD_NOTE, zero, 3), -1);
	stop();
	start();
	EXPECT_EQ(record(RECORD_MEMORY, zero,
			 sizeof(struct efi_memory_descriptor) + 1),
		  -1);
	stop();
	start();
	EXPECT_EQ(record(RECORD_FAILED, NULL, 0), -1);
	stop();
	start();
	EXPECT_EQ(record(RECORD_END + 1, NULL, 0), -1);
	stop();
}

UNIT_TEST(a_record_that_is_too_large)
{
	const struct record_header header = {
		.type = RECORD_CONSOLE,
		.size = RECORD_SIZE + 1,
	};

	start();
	put(&header, sizeof(header));
	EXPECT_EQ(collect(&collector, fds[0]), -1);
	stop();
}

UNIT_TEST(records_come_in_pieces)
{
	const struct record_header header = {
		.type = RECORD_CONSOLE,
		.size = 4,
	};
	const u8 *bytes = (const u8 *)&header;
	u32 i;

	start();
	for (i = 0; i < sizeof(header); i++) {
		put(bytes + i, 1);
		EXPECT_EQ(collect(&collector, fds[0]), 1);
	}
	put("ab", 2);
	EXPECT_EQ(collect(&collector, fds[0]), 1);
	EXPECT_EQ(report.console_size, 0);
	put("cd", 2);
	EXPECT_EQ(collect(&collector, fds[0]), 1);
	EXPECT_STR_EQ(report.console, "abcd");
	close(fds[1]);
	EXPECT_EQ(collect(&collector, fds[0]), 0);
	stop();
}

UNIT_TEST(texts_end)
{
	struct host_privileged told;
	struct host_fault fault;
	struct record_end end;

	start();
	EXPECT_EQ(call(1), 1);
	EXPECT_EQ(strlen(host_report_call(&report, 1)->text[3]), HOST_TEXT - 1);
	EXPECT_EQ(strlen(host_report_call(&report, 1)->kinds), HOST_ARGUMENTS);
	memset(&told, 'z', sizeof(told));
	EXPECT_EQ(record(RECORD_PRIVILEGED, &told, sizeof(told)), 1);
	EXPECT_EQ(strlen(report.privileged[0].name), sizeof(told.name) - 1);
	memset(&fault, 'z', sizeof(fault));
	EXPECT_EQ(record(RECORD_FAULT, &fault, sizeof(fault)), 1);
	EXPECT_EQ(strlen(report.fault.name), sizeof(fault.name) - 1);
	EXPECT_EQ(report.fault.code_size, 0);
	memset(&end, 'z', sizeof(end));
	end.outcome = HOST_FAULT;
	EXPECT_EQ(record(RECORD_END, &end, sizeof(end)), 1);
	EXPECT_EQ(strlen(report.sentence), HOST_SENTENCE - 1);
	EXPECT_TRUE(collector.ended);
	stop();
}

UNIT_TEST(calls_are_in_order)
{
	const struct record_return unknown = { .id = 2 };

	start();
	EXPECT_EQ(call(1), 1);
	EXPECT_EQ(record(RECORD_RETURN, &unknown, sizeof(unknown)), -1);
	stop();
	start();
	EXPECT_EQ(call(2), -1);
	stop();
	start();
	EXPECT_TRUE(!host_report_call(&report, 0));
	EXPECT_TRUE(!host_report_call(&report, 1));
	stop();
}

UNIT_TEST(first_and_last_calls_are_kept)
{
	const u32 all = HOST_CALLS_FIRST + 2 * HOST_CALLS_LAST + 7;
	u32 id;

	start();
	for (id = 1; id <= all; id++) {
		if (call(id) != 1)
			break;
	}
	EXPECT_EQ(report.call_count, all);
	EXPECT_EQ(host_report_call(&report, 1)->id, 1);
	EXPECT_EQ(host_report_call(&report, HOST_CALLS_FIRST)->id,
		  HOST_CALLS_FIRST);
	EXPECT_TRUE(!host_report_call(&report, HOST_CALLS_FIRST + 1));
	EXPECT_EQ(host_report_call(&report, all)->id, all);
	EXPECT_EQ(host_report_call(&report, all - HOST_CALLS_LAST + 1)->id,
		  all - HOST_CALLS_LAST + 1);
	stop();
}

UNIT_TEST(an_end_that_is_none)
{
	struct record_end end = { .outcome = HOST_LOST };

	start();
	EXPECT_EQ(record(RECORD_END, &end, sizeof(end)), -1);
	stop();
	start();
	end.outcome = HOST_RUN;
	EXPECT_EQ(record(RECORD_END, &end, sizeof(end)), -1);
	stop();
}

/* What comes behind ExitBootServices makes no failure of a success. */
UNIT_TEST(after_exit_boot_services)
{
	struct record_end end = { .outcome = HOST_LIMIT };

	start();
	EXPECT_EQ(record(RECORD_EXITED, NULL, 0), 1);
	EXPECT_EQ(record(RECORD_END, &end, sizeof(end)), 1);
	EXPECT_EQ(report.outcome, HOST_EXITED_BOOT_SERVICES);
	stop();
}

UNIT_TEST(there_is_an_end_to_notes)
{
	u32 i;

	start();
	for (i = 0; record(RECORD_NOTE, &i, sizeof(i)) == 1; i++)
		;
	EXPECT_EQ(report.note_count, 65536);
	EXPECT_EQ(report.notes[65535].kind, 65535);
	stop();
}
