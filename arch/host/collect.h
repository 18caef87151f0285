/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parent's side of the records: from bytes that a payload may have had its
 * hands on to a report.
 */
#ifndef ARCH_HOST_COLLECT_H
#define ARCH_HOST_COLLECT_H

#include <arch/host/child.h>

struct collector {
	struct host_report *report;
	u8 *buffer; /* one record at most */
	u64 used;
	bool exited; /* RECORD_EXITED was seen */
	bool ended; /* RECORD_END or RECORD_FAILED was */
	bool failed; /* RECORD_FAILED was */
	u64 kept; /* bytes of variables and notes */
};

/**
 * collect_start() - begin a report
 * @collector: to be set up; collect_stop() frees
 * @report: zeroed
 *
 * Return: true, or false without memory
 */
bool collect_start(struct collector *collector, struct host_report *report);

/**
 * collect() - read what is there and take whole records
 * @collector: the collector
 * @fd: the pipe
 *
 * Return: 1 when there was something, 0 at the end of the pipe, -1 when it was
 *         no record
 */
int collect(struct collector *collector, int fd);

/**
 * collect_stop() - free the collector, not the report
 * @collector: the collector
 */
void collect_stop(struct collector *collector);

#endif /* ARCH_HOST_COLLECT_H */
