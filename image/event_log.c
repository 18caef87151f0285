// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * TCG event logs: PFP 10.2 and 10.4.5.1.
 */
#include <image/event_log.h>

#include <kexec_pe/string.h>
#include <kexec_pe/tcg.h>

static bool algorithm_index(const struct event_log_head *head, u16 algorithm,
			    u32 *ret)
{
	u32 i;

	for (i = 0; i < head->count; i++) {
		if (head->algorithms[i] == algorithm) {
			*ret = i;
			return true;
		}
	}
	return false;
}

/* The first record has the old layout, so that old parsers stumble early. */
bool event_log_head(const struct view *log, struct event_log_head *ret)
{
	const u64 event = sizeof(struct tcg_pcr_event);
	struct event_log_head head = { 0 };
	struct view algorithms;
	u32 type, event_size, count, i;
	const u8 *signature;
	u64 bytes;

	signature = view_at(log, event, sizeof(TCG_SPEC_ID_SIGNATURE));
	if (!signature ||
	    memcmp(signature, TCG_SPEC_ID_SIGNATURE,
		   sizeof(TCG_SPEC_ID_SIGNATURE)) != 0 ||
	    !view_u32(log, offsetof(struct tcg_pcr_event, event_type), &type) ||
	    type != EV_NO_ACTION ||
	    !view_u32(log, offsetof(struct tcg_pcr_event, event_size),
		      &event_size) ||
	    !view_u32(log,
		      event + offsetof(struct tcg_spec_id_event,
				       algorithm_count),
		      &count) ||
	    !count || count > EVENT_LOG_ALGORITHMS_MAX)
		return false;
	bytes = count * sizeof(struct tcg_spec_id_algorithm);
	head.size = event + event_size;
	/* The byte behind them is the size of the vendor's data. */
	if (event_size < sizeof(struct tcg_spec_id_event) + bytes + 1 ||
	    head.size > log->size ||
	    !view_cut(log, event + sizeof(struct tcg_spec_id_event), bytes,
		      &algorithms))
		return false;
	for (i = 0; i < count; i++, head.count++) {
		u32 other;

		if (!view_u16(&algorithms, (u64)i * 4, &head.algorithms[i]) ||
		    algorithm_index(&head, head.algorithms[i], &other) ||
		    !view_u16(&algorithms, (u64)i * 4 + 2, &head.sizes[i]) ||
		    !head.sizes[i] || head.sizes[i] > EVENT_LOG_DIGEST_MAX)
			return false;
	}
	*ret = head;
	return true;
}

static bool read_digests(const struct view *log,
			 const struct event_log_head *head, u64 *offset,
			 struct event_log_record *ret)
{
	u32 i, index;
	u16 algorithm;

	for (i = 0; i < head->count; i++) {
		if (!view_u16(log, *offset, &algorithm) ||
		    !algorithm_index(head, algorithm, &index) ||
		    ret->digest[index])
			return false;
		ret->digest[index] = view_at(log, *offset + sizeof(algorithm),
					     head->sizes[index]);
		if (!ret->digest[index])
			return false;
		*offset += sizeof(algorithm) + head->sizes[index];
	}
	return true;
}

bool event_log_record(const struct view *log, const struct event_log_head *head,
		      u64 offset, struct event_log_record *ret)
{
	struct event_log_record record = { 0 };
	u64 at = offset;
	u32 count, size;

	if (!view_at(log, at, sizeof(struct tcg_pcr_event2)) ||
	    !view_u32(log, at, &record.pcr) ||
	    !view_u32(log, at + 4, &record.type) ||
	    !view_u32(log, at + 8, &count) || count != head->count)
		return false;
	at += sizeof(struct tcg_pcr_event2);
	if (!read_digests(log, head, &at, &record) ||
	    !view_u32(log, at, &size) ||
	    !view_cut(log, at + sizeof(size), size, &record.event))
		return false;
	record.size = at + sizeof(size) + size - offset;
	*ret = record;
	return true;
}

u64 event_log_size(const struct view *log, const struct event_log_head *head)
{
	struct event_log_record record;
	u64 offset = head->size;

	while (event_log_record(log, head, offset, &record))
		offset += record.size;
	return offset;
}
