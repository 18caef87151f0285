// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writing the event log. Linux and others drop a log from the first record on
 * that has other banks than the first record says, so every record has them all.
 */
#include <emulator/tpm/log.h>
#include <kexec_pe/checked.h>
#include <kexec_pe/string.h>

static void put(u8 **at, const void *data, u64 size)
{
	if (size)
		memcpy(*at, data, size);
	*at += size;
}

static void start_final(struct event_log *log)
{
	log->final->version = EFI_TCG2_FINAL_EVENTS_TABLE_VERSION;
	log->final->number_of_events = 0;
}

efi_status_t event_log_start(struct event_log *log, const struct tpm *tpm)
{
	const u64 size =
		sizeof(struct tcg_spec_id_event) +
		tpm->bank_count * sizeof(struct tcg_spec_id_algorithm) +
		sizeof(u8);
	const struct tcg_pcr_event record = {
		.event_type = EV_NO_ACTION,
		.event_size = (u32)size,
	};
	const struct tcg_spec_id_event event = {
		.signature = TCG_SPEC_ID_SIGNATURE,
		.spec_version_major = 2,
		.uintn_size = sizeof(u64) / sizeof(u32),
		.algorithm_count = tpm->bank_count,
	};
	const u8 vendor_size = 0;
	u8 *at = log->base;
	u32 i;

	if (log->room < sizeof(record) + size)
		return EFI_VOLUME_FULL;
	log->head.count = tpm->bank_count;
	put(&at, &record, sizeof(record));
	put(&at, &event, sizeof(event));
	for (i = 0; i < tpm->bank_count; i++) {
		const struct tcg_spec_id_algorithm algorithm = {
			.algorithm = tpm->banks[i],
			.digest_size = (u16)tpm_digest_size(tpm->banks[i]),
		};

		put(&at, &algorithm, sizeof(algorithm));
		log->head.algorithms[i] = algorithm.algorithm;
		log->head.sizes[i] = algorithm.digest_size;
	}
	put(&at, &vendor_size, sizeof(vendor_size));
	log->used = (u64)(at - log->base);
	log->head.size = log->used;
	start_final(log);
	return EFI_SUCCESS;
}

static u64 record_size(const struct event_log *log, u64 event_size)
{
	u64 size = sizeof(struct tcg_pcr_event2) + sizeof(u32) + event_size;
	u32 i;

	for (i = 0; i < log->head.count; i++)
		size += sizeof(u16) + log->head.sizes[i];
	return size;
}

/* @index: of the algorithm in the head, which need not be that of a bank */
static void write_digest(u8 **at, const struct event_log_head *head, u32 index,
			 const struct tpm *tpm, const struct tpm_event *event)
{
	const u16 algorithm = head->algorithms[index];
	const u16 size = head->sizes[index];
	u32 i;

	put(at, &algorithm, sizeof(algorithm));
	for (i = 0; i < tpm->bank_count; i++)
		if (tpm->banks[i] == algorithm &&
		    tpm_digest_size(algorithm) == size)
			break;
	if (i < tpm->bank_count) {
		put(at, event->digests.digest[i], size);
		return;
	}
	memset(*at, 0, size);
	*at += size;
}

static void write_record(u8 *at, const struct event_log *log,
			 const struct tpm *tpm, const struct tpm_event *event)
{
	const struct tcg_pcr_event2 record = {
		.pcr_index = event->pcr,
		.event_type = event->type,
		.digest_count = log->head.count,
	};
	u32 i;

	put(&at, &record, sizeof(record));
	for (i = 0; i < log->head.count; i++)
		write_digest(&at, &log->head, i, tpm, event);
	put(&at, &event->size, sizeof(event->size));
	put(&at, event->data, event->size);
}

static efi_status_t add_final(struct event_log *log, const struct tpm *tpm,
			      const struct tpm_event *event, u64 size)
{
	u8 *records = (u8 *)(log->final + 1);

	if (size > log->final_room - log->final_used)
		return EFI_VOLUME_FULL;
	write_record(records + log->final_used, log, tpm, event);
	log->final_used += size;
	log->final->number_of_events++;
	return EFI_SUCCESS;
}

efi_status_t event_log_add(struct event_log *log, const struct tpm *tpm,
			   const struct tpm_event *event)
{
	const u64 size = record_size(log, event->size);
	efi_status_t status = EFI_SUCCESS;

	if (log->fetched)
		status = add_final(log, tpm, event, size);
	/* After a hole in it, a log proves nothing: it ends there. */
	if (log->truncated || size > log->room - log->used) {
		log->truncated = true;
		return EFI_VOLUME_FULL;
	}
	write_record(log->base + log->used, log, tpm, event);
	log->last = log->used;
	log->used += size;
	log->records++;
	return status;
}

u64 event_log_import(struct event_log *log, const u8 *from, u64 size)
{
	const struct view bytes = { from, size };
	struct event_log_record record;
	struct event_log_head head;
	u64 at, last = 0;

	if (!event_log_head(&bytes, &head))
		return 0;
	for (at = head.size; event_log_record(&bytes, &head, at, &record);
	     at += record.size)
		last = at;
	if (at > log->room)
		return 0;
	memcpy(log->base, from, at);
	log->head = head;
	log->used = at;
	log->last = last;
	start_final(log);
	return at;
}
