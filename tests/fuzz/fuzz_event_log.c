// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzes the import of K1's event log: what is taken over is a log to the
 * parser, of as many bytes, and still one when a record was appended.
 */
// sources: emulator/tpm/log.c emulator/tpm/tpm.c image/event_log.c
// sources: arch/host/hash.c image/authenticode.c
// flags: -lmbedcrypto

#include <emulator/tpm/log.h>
#include <string.h>

#include "fuzz.h"

#define ROOM 0x4000

static u8 buffer[ROOM];
static struct {
	struct efi_tcg2_final_events_table table;
	u8 records[0x400];
} final;

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	const struct tpm tpm = { .bank_count = 2,
				 .banks = { TCG_ALG_SHA1, TCG_ALG_SHA256 } };
	struct event_log log = {
		.base = buffer,
		.room = ROOM,
		.final = &final.table,
		.final_room = sizeof(final.records),
	};
	struct tpm_event event = {
		.pcr = 4, .type = EV_IPL, .data = "text", .size = 4
	};
	struct event_log_record record;
	struct event_log_head head;
	u64 taken = event_log_import(&log, data, size);
	struct view view;

	FUZZ_CHECK(taken <= size && taken <= ROOM && log.used == taken);
	if (!taken)
		return 0;
	FUZZ_CHECK(!memcmp(buffer, data, taken));
	tpm_hash_bytes(&tpm, "text", 4, &event.digests);
	log.fetched = true;
	if (event_log_add(&log, &tpm, &event) != EFI_SUCCESS)
		return 0;
	view.base = buffer;
	view.size = log.used;
	FUZZ_CHECK(event_log_head(&view, &head));
	FUZZ_CHECK(event_log_size(&view, &head) == log.used);
	FUZZ_CHECK(log.last == taken);
	FUZZ_CHECK(event_log_record(&view, &head, log.last, &record));
	FUZZ_CHECK(record.pcr == 4 && record.event.size == 4);
	return 0;
}
