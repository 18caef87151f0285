/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kexec-pe verify-log: does an event log account for what is in the PCRs, and
 * which kexecs are in it? Documentation/measurement.md is the specification.
 */
#ifndef TOOLS_KEXEC_PE_VERIFY_LOG_H
#define TOOLS_KEXEC_PE_VERIFY_LOG_H

#include <stdio.h>

#include <image/event_log.h>
#include <tools/kexec-pe/measure.h>

#define VERIFY_KEXECS_MAX 64
#define VERIFY_NATIVE_MAX 8 /* separators in a row that no record shows */

/* A kexec that the log has. */
struct verify_kexec {
	bool crash;
	bool unverified;
	bool has_image;
	u64 image_size; /* bytes of the file, as the log claims */
	u32 native_before; /* kexecs before it that the log has not */
	const u8 *digest[EVENT_LOG_ALGORITHMS_MAX]; /* of the image */
};

enum verify_state {
	VERIFY_UNKNOWN, /* nobody gave the value of this PCR */
	VERIFY_REPLAYS,
	VERIFY_NATIVE, /* replays with kexecs that the log has not */
	VERIFY_DIFFERS,
};

struct verify_pcr {
	bool used; /* by a record */
	u32 rebased; /* the kexec from which on the log has it all; 0: always */
	u8 value[EVENT_LOG_ALGORITHMS_MAX][EVENT_LOG_DIGEST_MAX];
	enum verify_state state;
	u32 native; /* with VERIFY_NATIVE: how many */
};

struct verify_log {
	struct event_log_head head;
	bool known[EVENT_LOG_ALGORITHMS_MAX]; /* can be hashed here */
	u32 records; /* the head included */
	u32 forged; /* number of the first record whose event is a lie; 0: none */
	u64 rest; /* bytes behind the last record, if they are no zeros */
	u32 kexec_count;
	struct verify_kexec kexecs[VERIFY_KEXECS_MAX];
	struct verify_pcr pcr[TCG_PCR_COUNT];
};

/**
 * verify_replay() - replay a log, rebasing where a kexec says what was before
 * @log: the log
 * @ret: the result, which refers to @log; what is not state of a PCR
 *
 * Return: NULL, or a sentence that says why it is no log
 */
const char *verify_replay(const struct view *log, struct verify_log *ret);

/**
 * verify_compare() - compare the result with the values of the PCRs
 * @verify: the result; receives the states
 * @pcrs: the values
 *
 * A PCR replays if it does in every bank that is known of both.
 *
 * Return: true when every PCR that the log uses replays, and no event lies
 */
bool verify_compare(struct verify_log *verify, const struct measure_pcrs *pcrs);

/**
 * verify_print_text() - the result for people
 * @to: where to
 * @verify: the result
 */
void verify_print_text(FILE *to, const struct verify_log *verify);

/**
 * verify_print_json() - the result for programs (Documentation/measure-json.md)
 * @to: where to
 * @verify: the result
 */
void verify_print_json(FILE *to, const struct verify_log *verify);

#endif /* TOOLS_KEXEC_PE_VERIFY_LOG_H */
