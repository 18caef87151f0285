/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event log in the crypto-agile format (PFP 10.2), and the table of final
 * events: what is measured after the payload has fetched the log.
 */
#ifndef EMULATOR_TPM_LOG_H
#define EMULATOR_TPM_LOG_H

#include <emulator/tpm/tpm.h>

struct event_log {
	u8 *base; /* the buffer of the log */
	u64 room; /* bytes of it */
	u64 used;
	u64 last; /* offset of the last record */
	bool truncated; /* a record found no room */
	bool fetched; /* the payload has called GetEventLog */
	struct efi_tcg2_final_events_table *final;
	u64 final_room; /* bytes behind the header of the table */
	u64 final_used;
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
 * event_log_add() - append a record
 * @log: the log
 * @tpm: whose banks the digests are for
 * @event: what was measured
 *
 * Once the log was fetched, the record goes into both log and final events. A
 * record that finds no room is left out of the one that is full.
 *
 * Return: EFI_SUCCESS, EFI_VOLUME_FULL
 */
efi_status_t event_log_add(struct event_log *log, const struct tpm *tpm,
			   const struct tpm_event *event);

#endif /* EMULATOR_TPM_LOG_H */
