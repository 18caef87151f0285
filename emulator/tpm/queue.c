// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The queue of measurements. No item is extended twice: before an extend its
 * PCR's value and STARTED are written, so that whoever finds it like this can
 * tell by the PCR whether it was done.
 */
#include <emulator/emu.h>
#include <emulator/tpm/hash.h>
#include <emulator/tpm/queue.h>

static_assert(sizeof(struct tpm_digests) ==
		      sizeof(((struct handoff_measurement *)NULL)->digests),
	      "a digest for each bank");
static_assert(sizeof(struct tpm_digests) ==
		      sizeof(((struct measurement_item *)NULL)->before),
	      "a value for each bank");

/* The event of a separator in the log: the tag, and the PCR before it. */
#define VALUE_MAX                          \
	(sizeof(struct tcg_tagged_event) + \
	 EVENT_LOG_ALGORITHMS_MAX * (sizeof(u16) + TCG_DIGEST_MAX))

static bool item_good(const u8 *bytes, u64 left)
{
	const struct handoff_measurement *item = (const void *)bytes;

	return left >= sizeof(*item) && item->item_size <= left &&
	       item->item_size % 8 == 0 && item->pcr < TCG_PCR_COUNT &&
	       item->item_size >= sizeof(*item) &&
	       item->event_size <= item->item_size - sizeof(*item);
}

bool queue_check(const struct handoff *handoff)
{
	const struct handoff_range *range = &handoff->measurement_state;
	const struct measurement_state *state =
		(const void *)(uintptr_t)range->address;
	const u8 *bytes = (const u8 *)handoff + handoff->measurements.offset;
	const u32 size = handoff->measurements.count;
	u32 at = 0, count = 0;

	for (; at < size; count++) {
		if (!item_good(bytes + at, size - at))
			return false;
		at += ((const struct handoff_measurement *)(bytes + at))
			      ->item_size;
	}
	if (!count)
		return true;
	return range->address % sizeof(u64) == 0 &&
	       range->size >= sizeof(*state) && state->magic == HANDOFF_MAGIC &&
	       state->version == HANDOFF_VERSION && state->count == count &&
	       (range->size - sizeof(*state)) / sizeof(state->items[0]) >=
		       count;
}

static bool same(const struct tpm *tpm, const struct tpm_digests *a,
		 const struct tpm_digests *b)
{
	u32 i;

	for (i = 0; i < tpm->bank_count; i++)
		if (memcmp(a->digest[i], b->digest[i],
			   tpm_digest_size(tpm->banks[i])))
			return false;
	return true;
}

/*
 * What an extend makes of a value. A bank whose hash nobody has here is taken
 * as it is now: the others say whether it happened.
 */
static void extended(const struct tpm *tpm, const struct tpm_digests *before,
		     const struct tpm_digests *digests,
		     const struct tpm_digests *now, struct tpm_digests *ret)
{
	u32 i;

	*ret = *now;
	for (i = 0; i < tpm->bank_count; i++) {
		const u32 size = tpm_digest_size(tpm->banks[i]);
		const struct view parts[] = {
			{ before->digest[i], size },
			{ digests->digest[i], size },
		};

		hash_parts(tpm->banks[i], parts, ARRAY_SIZE(parts),
			   ret->digest[i]);
	}
}

/* Was it extended, or is that still to be done? */
static efi_status_t settle(struct tpm *tpm,
			   const struct handoff_measurement *item,
			   struct measurement_item *state, bool *ret_done)
{
	const struct tpm_digests *before = (const void *)state->before;
	struct tpm_digests now, after;
	efi_status_t status = tpm->read(tpm, item->pcr, &now);

	if (EFI_ERROR(status))
		return status;
	*ret_done = false;
	if (same(tpm, &now, before))
		return EFI_SUCCESS;
	extended(tpm, before, (const void *)item->digests, &now, &after);
	*ret_done = true;
	return same(tpm, &now, &after) ? EFI_SUCCESS : EFI_COMPROMISED_DATA;
}

static efi_status_t prepare(struct tpm *tpm,
			    const struct handoff_measurement *item,
			    struct measurement_item *state)
{
	struct tpm_digests now;
	efi_status_t status = tpm->read(tpm, item->pcr, &now);

	if (EFI_ERROR(status))
		return status;
	memcpy(state->before, &now, sizeof(now));
	state->state = MEASUREMENT_STARTED;
	return EFI_SUCCESS;
}

static efi_status_t finish(struct tpm *tpm,
			   const struct handoff_measurement *item,
			   struct measurement_item *state)
{
	bool done = false;
	efi_status_t status;

	if (state->state == MEASUREMENT_PENDING)
		status = prepare(tpm, item, state);
	else if (state->state == MEASUREMENT_STARTED)
		status = settle(tpm, item, state, &done);
	else
		status = EFI_COMPROMISED_DATA;
	if (EFI_ERROR(status))
		return status;
	if (!done)
		status = tpm->extend(tpm, item->pcr,
				     (const void *)item->digests);
	if (!EFI_ERROR(status))
		state->state = MEASUREMENT_DONE;
	return status;
}

static bool is_separator(const struct handoff_measurement *item)
{
	const struct tcg_tagged_event *tag = (const void *)(item + 1);

	return item->event_type == EV_EVENT_TAG &&
	       item->event_size >= sizeof(*tag) &&
	       (tag->id == KEXEC_SEPARATOR_TAG ||
		tag->id == KEXEC_CRASH_SEPARATOR_TAG);
}

/*
 * For each algorithm of the log's records, in their order: who replays a bank
 * finds its value, and the bytes follow from the log before.
 *
 * Return: bytes of the second tag, at @to
 */
static u32 write_value(u8 *to, const struct tpm *tpm,
		       const struct event_log_head *head,
		       const struct measurement_item *state)
{
	struct tcg_tagged_event tag = { .id = KEXEC_PCR_VALUE_TAG };
	u8 *at = to + sizeof(tag);
	u32 i, bank;

	for (i = 0; i < head->count; i++) {
		const u16 algorithm = head->algorithms[i];
		const u32 size = tpm_digest_size(algorithm);

		for (bank = 0; bank < tpm->bank_count; bank++)
			if (tpm->banks[bank] == algorithm)
				break;
		if (bank == tpm->bank_count)
			continue;
		memcpy(at, &algorithm, sizeof(algorithm));
		memcpy(at + sizeof(u16), state->before[bank], size);
		at += sizeof(u16) + size;
	}
	tag.size = (u32)(at - to - sizeof(tag));
	memcpy(to, &tag, sizeof(tag));
	return (u32)(at - to);
}

static void log_item(const struct handoff_measurement *item,
		     const struct measurement_item *state,
		     const struct tpm *tpm, struct event_log *log)
{
	struct tpm_event event = {
		.pcr = item->pcr,
		.type = item->event_type,
		.data = item + 1,
		.size = item->event_size,
	};
	void *data = NULL;

	memcpy(&event.digests, item->digests, sizeof(event.digests));
	if (is_separator(item) &&
	    !EFI_ERROR(pool_allocate(EFI_LOADER_DATA, event.size + VALUE_MAX,
				     &data))) {
		memcpy(data, event.data, event.size);
		event.data = data;
		event.size += write_value((u8 *)data + event.size, tpm,
					  &log->head, state);
	}
	event_log_add(log, tpm, &event);
	if (data)
		pool_free(data);
}

efi_status_t queue_run(const struct handoff *handoff, struct tpm *tpm,
		       bool reachable, struct event_log *log)
{
	const u8 *at = (const u8 *)handoff + handoff->measurements.offset;
	struct measurement_state *state =
		(void *)(uintptr_t)handoff->measurement_state.address;
	const u8 *end = at + handoff->measurements.count;
	efi_status_t status;
	u32 i;

	for (i = 0; at < end; i++) {
		const struct handoff_measurement *item = (const void *)at;

		if (state->items[i].state != MEASUREMENT_DONE) {
			status = reachable ?
					 finish(tpm, item, &state->items[i]) :
					 EFI_NOT_READY;
			if (EFI_ERROR(status))
				return status;
		}
		log_item(item, &state->items[i], tpm, log);
		at += item->item_size;
	}
	return EFI_SUCCESS;
}
