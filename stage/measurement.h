/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a kexec measures before the payload does, in which order and with which
 * event data (Documentation/measurement.md), and the queue of it in the
 * handoff. Pure: whoever uses it brings the digests.
 *
 * Order of use: fill a struct stage_queue; stage_queue_data() says what has to
 * be hashed for it; stage_queue_item() is the list; stage_queue_size() and
 * stage_write_queue(), stage_measurement_state_size() and
 * stage_write_measurement_state() make what the handoff names.
 */
#ifndef STAGE_MEASUREMENT_H
#define STAGE_MEASUREMENT_H

#include <image/view.h>
#include <kexec_pe/handoff.h>

/* In the order of the measurements. */
enum stage_measured {
	STAGE_MEASURED_SEPARATOR,
	STAGE_MEASURED_PAYLOAD, /* Authenticode hash of the file */
	STAGE_MEASURED_UNVERIFIED,
	STAGE_MEASURED_CMDLINE,
	STAGE_MEASURED_COUNT,
};

/* Digests in the order of handoff.tpm.banks, unused bytes zero. */
struct stage_digests {
	u8 digest[HANDOFF_BANKS_MAX][HANDOFF_TPM_DIGEST_MAX];
};

struct stage_queue {
	bool crash; /* the separators are those of a crash */
	bool native; /* no PE: nothing of a payload */
	bool unverified;
	u64 file_size; /* bytes of the payload's file */
	u64 image_base; /* of its optional header */
	struct view cmdline; /* of a payload that is no UKI; size 0: none */
	struct stage_digests digests[STAGE_MEASURED_COUNT];
};

struct stage_measurement {
	enum stage_measured what;
	u32 pcr;
	u32 event_type; /* EV_* */
};

/* Unless a command line is measured, event data is no longer than this. */
#define STAGE_EVENT_MAX 64

/**
 * stage_queue_item() - one of the measurements
 * @queue: all but the digests
 * @index: from 0
 * @ret: the measurement; untouched after a failure
 *
 * Return: true; false when there are not so many
 */
bool stage_queue_item(const struct stage_queue *queue, u32 index,
		      struct stage_measurement *ret);

/**
 * stage_queue_data() - the bytes whose hash is measured
 * @queue: all but the digests
 * @what: not PAYLOAD, of which the file is hashed
 *
 * Return: the bytes, constant or those of the queue; size 0 if it is not
 *         measured
 */
struct view stage_queue_data(const struct stage_queue *queue,
			     enum stage_measured what);

/**
 * stage_event_size() - bytes of the event data of a measurement
 * @queue: all but the digests
 * @what: what is measured
 *
 * Return: bytes, without KEXEC_PCR_VALUE
 */
u32 stage_event_size(const struct stage_queue *queue, enum stage_measured what);

/**
 * stage_write_event() - event data of a measurement
 * @queue: all but the digests
 * @what: what is measured
 * @buffer: receives stage_event_size() bytes
 */
void stage_write_event(const struct stage_queue *queue,
		       enum stage_measured what, void *buffer);

/**
 * stage_queue_size() - bytes of the queue in the handoff
 * @queue: all but the digests; a command line is shorter than 1 GiB
 *
 * Return: bytes, a multiple of 8
 */
u32 stage_queue_size(const struct stage_queue *queue);

/**
 * stage_queue_count() - number of measurements
 * @queue: all but the digests
 *
 * Return: their number
 */
u32 stage_queue_count(const struct stage_queue *queue);

/**
 * stage_write_queue() - write struct handoff_measurement items
 * @queue: complete
 * @buffer: receives stage_queue_size() bytes; 8-byte aligned
 */
void stage_write_queue(const struct stage_queue *queue, void *buffer);

/**
 * stage_measurement_state_size() - bytes of the segment for the state
 * @queue: all but the digests
 *
 * Return: bytes
 */
u32 stage_measurement_state_size(const struct stage_queue *queue);

/**
 * stage_write_measurement_state() - a state in which all is pending
 * @queue: all but the digests
 * @buffer: receives stage_measurement_state_size() bytes
 */
void stage_write_measurement_state(const struct stage_queue *queue,
				   void *buffer);

#endif /* STAGE_MEASUREMENT_H */
