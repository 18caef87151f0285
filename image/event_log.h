/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Strict parser of TCG event logs in the crypto-agile format (TCG PC Client
 * Platform Firmware Profile, 10.2): the head, then one record after the other.
 */
#ifndef IMAGE_EVENT_LOG_H
#define IMAGE_EVENT_LOG_H

#include <image/view.h>

#define EVENT_LOG_ALGORITHMS_MAX 8
#define EVENT_LOG_DIGEST_MAX 64

/* What the first record says of all others. */
struct event_log_head {
	u32 count;
	u16 algorithms[EVENT_LOG_ALGORITHMS_MAX]; /* TCG_ALG_* */
	u16 sizes[EVENT_LOG_ALGORITHMS_MAX]; /* of their digests */
	u64 size; /* bytes of the first record: where the next one starts */
};

struct event_log_record {
	u32 pcr;
	u32 type; /* EV_* */
	const u8 *digest[EVENT_LOG_ALGORITHMS_MAX]; /* by head.algorithms */
	struct view event;
	u64 size; /* bytes of the record */
};

/**
 * event_log_head() - parse the first record
 * @log: the log
 * @ret: the result; untouched after a failure
 *
 * Return: true; false for a log that is not of this format
 */
bool event_log_head(const struct view *log, struct event_log_head *ret);

/**
 * event_log_record() - parse another record
 * @log: the log
 * @head: of the log
 * @offset: where the record starts
 * @ret: the result, which refers to @log; untouched after a failure
 *
 * A record has each algorithm of the head exactly once: Linux ends the log at
 * the first one of which that is not true, and so does this.
 *
 * Return: true; false at the end of the log, for zeros, or for what is no record
 */
bool event_log_record(const struct view *log, const struct event_log_head *head,
		      u64 offset, struct event_log_record *ret);

/**
 * event_log_size() - where the log ends
 * @log: memory that starts with the log
 * @head: of the log
 *
 * Return: bytes up to the end of the last record
 */
u64 event_log_size(const struct view *log, const struct event_log_head *head);

#endif /* IMAGE_EVENT_LOG_H */
