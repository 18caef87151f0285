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

static u64 spec_id_size(const struct tpm *tpm)
{
	return sizeof(struct tcg_spec_id_event) +
	       tpm->bank_count * sizeof(struct tcg_spec_id_algorithm) +
	       sizeof(u8);
}

efi_status_t event_log_start(struct event_log *log, const struct tpm *tpm)
{
	const u64 size = spec_id_size(tpm);
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
	put(&at, &record, sizeof(record));
	put(&at, &event, sizeof(event));
	for (i = 0; i < tpm->bank_count; i++) {
		const struct tcg_spec_id_algorithm algorithm = {
			.algorithm = tpm->banks[i],
			.digest_size = (u16)tpm_digest_size(tpm->banks[i]),
		};

		put(&at, &algorithm, sizeof(algorithm));
	}
	put(&at, &vendor_size, sizeof(vendor_size));
	log->used = (u64)(at - log->base);
	log->final->version = EFI_TCG2_FINAL_EVENTS_TABLE_VERSION;
	log->final->number_of_events = 0;
	return EFI_SUCCESS;
}

static u64 record_size(const struct tpm *tpm, const struct tpm_event *event)
{
	u64 size = sizeof(struct tcg_pcr_event2) + sizeof(u32) + event->size;
	u32 i;

	for (i = 0; i < tpm->bank_count; i++)
		size += sizeof(u16) + tpm_digest_size(tpm->banks[i]);
	return size;
}

static void write_record(u8 *at, const struct tpm *tpm,
			 const struct tpm_event *event)
{
	const struct tcg_pcr_event2 record = {
		.pcr_index = event->pcr,
		.event_type = event->type,
		.digest_count = tpm->bank_count,
	};
	u32 i;

	put(&at, &record, sizeof(record));
	for (i = 0; i < tpm->bank_count; i++) {
		put(&at, &tpm->banks[i], sizeof(tpm->banks[i]));
		put(&at, event->digests.digest[i],
		    tpm_digest_size(tpm->banks[i]));
	}
	put(&at, &event->size, sizeof(event->size));
	put(&at, event->data, event->size);
}

static efi_status_t add_final(struct event_log *log, const struct tpm *tpm,
			      const struct tpm_event *event, u64 size)
{
	u8 *records = (u8 *)(log->final + 1);

	if (size > log->final_room - log->final_used)
		return EFI_VOLUME_FULL;
	write_record(records + log->final_used, tpm, event);
	log->final_used += size;
	log->final->number_of_events++;
	return EFI_SUCCESS;
}

efi_status_t event_log_add(struct event_log *log, const struct tpm *tpm,
			   const struct tpm_event *event)
{
	const u64 size = record_size(tpm, event);
	efi_status_t status = EFI_SUCCESS;

	if (log->fetched)
		status = add_final(log, tpm, event, size);
	/* After a hole in it, a log proves nothing: it ends there. */
	if (log->truncated || size > log->room - log->used) {
		log->truncated = true;
		return EFI_VOLUME_FULL;
	}
	write_record(log->base + log->used, tpm, event);
	log->last = log->used;
	log->used += size;
	return status;
}
