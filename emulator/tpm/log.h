/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event log in the crypto-agile format (PFP 10.2), and the table of final
 * events: what is measured after the payload has fetched the log.
 */
#ifndef EMULATOR_TPM_LOG_H
#define EMULATOR_TPM_LOG_H

#include <emulator/tpm/tpm.h>
#include <image/event_log.h>

struct event_log {
	u8 *base; /* the buffer of the log */
	u64 room; /* bytes of it */
	u64 used;
	u64 last; /* offset of the last record */
	u32 records; /* of this kexec, K1's not counted */
	bool truncated; /* a record found no room */
	bool fetched; /* the payload has called GetEventLog */
	struct efi_tcg2_final_events_table *final;
	u64 final_room; /* bytes behind the header of the table */
	u64 final_used;
	struct event_log_head head; /* every record has its algorithms */
};

/**
 * event_log_start() - begin a log with the record that names its banks
 * @log: base, room, final and final_room are set, all else zero
 * @tpm: whose banks each record will have
 *
 * Return: EFI_SUCCESS, EFI_VOLUME_FULL when not even that record fits
 */
efi_status_t event_log_start(struct event_log *log, const struct tpm *tpm);

/**
 * event_log_import() - begin a log with that of K1
 * @log: as for event_log_start()
 * @from: K1's log; may be anything
 * @size: bytes of it
 *
 * Takes over as many records as image/event_log.h finds well-formed.
 *
 * Return: bytes taken over, 0 when there is no head that makes sense or no
 *         room: then @log is unchanged
 */
u64 event_log_import(struct event_log *log, const u8 *from, u64 size);

/**
 * event_log_add() - append a record
 * @log: the log
 * @tpm: whose banks the digests are for
 * @event: what was measured
 *
 * Once the log was fetched, the record goes into both log and final events. A
 * record that finds no room is left out of the one that is full. A digest that
 * nobody has, since its bank is not active, is zero.
 *
 * Return: EFI_SUCCESS, EFI_VOLUME_FULL
 */
efi_status_t event_log_add(struct event_log *log, const struct tpm *tpm,
			   const struct tpm_event *event);

#endif /* EMULATOR_TPM_LOG_H */
