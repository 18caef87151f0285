// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Replays event logs: what each record makes of a PCR, which records are those
 * of a kexec, and whether the values of the PCRs follow.
 */
#include <string.h>

#include <emulator/tpm/hash.h>
#include <tools/kexec-pe/verify_log.h>

/* The device path of a payload, by which a kexec's image is told from others. */
static const u8 payload_path[24] = {
	0x01, 0x04, 0x14, 0x00, 0x6e, 0x0b, 0x1f, 0x3d, 0xc7, 0x52, 0x0e, 0x4c,
	0x9a, 0x41, 0x7e, 0x6b, 0x8f, 0x2d, 0x5c, 0x90, 0x7f, 0xff, 0x04, 0x00,
};

static void extend(const struct verify_log *verify, u32 bank, const u8 *digest,
		   u8 *value)
{
	const u32 size = verify->head.sizes[bank];
	const struct view parts[] = { { value, size }, { digest, size } };
	u8 result[EVENT_LOG_DIGEST_MAX];

	if (hash_parts(verify->head.algorithms[bank], parts, 2, result))
		memcpy(value, result, size);
}

static bool digest_of(const struct verify_log *verify, u32 bank,
		      const struct view *data, u8 *ret)
{
	return hash_parts(verify->head.algorithms[bank], data, 1, ret);
}

/* A bank that K1 could not hash has all ones. */
static bool is_capped(const struct verify_log *verify, u32 bank,
		      const u8 *digest)
{
	u32 i;

	for (i = 0; i < verify->head.sizes[bank]; i++)
		if (digest[i] != 0xff)
			return false;
	return true;
}

static bool digests_match(const struct verify_log *verify,
			  const struct event_log_record *record,
			  const struct view *data)
{
	u8 digest[EVENT_LOG_DIGEST_MAX];
	u32 bank;

	for (bank = 0; bank < verify->head.count; bank++) {
		if (!verify->known[bank] ||
		    is_capped(verify, bank, record->digest[bank]))
			continue;
		if (!digest_of(verify, bank, data, digest) ||
		    memcmp(digest, record->digest[bank],
			   verify->head.sizes[bank]) != 0)
			return false;
	}
	return true;
}

/* One of the structures of a tagged event; @offset moves behind it. */
static bool next_tag(const struct view *event, u64 *offset, u32 *ret_id,
		     struct view *ret_data)
{
	u32 size;

	if (!view_u32(event, *offset, ret_id) ||
	    !view_u32(event, *offset + 4, &size) ||
	    !view_cut(event, *offset + 8, size, ret_data))
		return false;
	*offset += 8 + (u64)size;
	return true;
}

static struct verify_kexec *last_kexec(struct verify_log *verify)
{
	return verify->kexec_count ? &verify->kexecs[verify->kexec_count - 1] :
				     NULL;
}

/* The separator of PCR 4 is the first of every kexec. */
static void begin_kexec(struct verify_log *verify, bool crash)
{
	if (verify->kexec_count == VERIFY_KEXECS_MAX)
		return;
	verify->kexec_count++;
	last_kexec(verify)->crash = crash;
}

/* Return: bytes of a value, 0 for an algorithm that nobody knows */
static u32 value_size(const struct verify_log *verify, u16 algorithm)
{
	u32 i;

	for (i = 0; i < verify->head.count; i++)
		if (verify->head.algorithms[i] == algorithm)
			return verify->head.sizes[i];
	/* Active in the TPM, but not in the log. */
	return tpm_digest_size(algorithm);
}

/* The value that the record claims, where the bank has one. */
static const u8 *claimed(const struct verify_log *verify,
			 const struct view *values, u32 bank)
{
	u64 offset = 0;
	u16 algorithm;

	while (view_u16(values, offset, &algorithm)) {
		const u32 size = value_size(verify, algorithm);

		offset += sizeof(algorithm);
		if (!size)
			return NULL;
		if (algorithm == verify->head.algorithms[bank])
			return view_at(values, offset, size);
		offset += size;
	}
	return NULL;
}

/* How many separators lead from one value to another; -1: no few of them do. */
static int separators_between(const struct verify_log *verify, u32 bank,
			      const u8 *from, const u8 *to)
{
	const struct view data = { (const u8 *)KEXEC_SEPARATOR_DATA,
				   sizeof(KEXEC_SEPARATOR_DATA) - 1 };
	const u32 size = verify->head.sizes[bank];
	u8 value[EVENT_LOG_DIGEST_MAX], digest[EVENT_LOG_DIGEST_MAX];
	int count;

	memcpy(value, from, size);
	if (!digest_of(verify, bank, &data, digest))
		return -1;
	for (count = 0; count <= VERIFY_NATIVE_MAX; count++) {
		if (!memcmp(value, to, size))
			return count;
		extend(verify, bank, digest, value);
	}
	return -1;
}

/* Continue from the values that a separator's record gives. */
static void rebase(struct verify_log *verify, u32 pcr,
		   const struct view *values)
{
	struct verify_pcr *state = &verify->pcr[pcr];
	bool lost = false;
	u32 bank;

	for (bank = 0; bank < verify->head.count; bank++) {
		const u8 *value = claimed(verify, values, bank);
		int native;

		if (!value)
			continue;
		native = separators_between(verify, bank, state->value[bank],
					    value);
		if (native < 0)
			lost = true;
		else if (pcr == 4 && last_kexec(verify))
			last_kexec(verify)->native_before = (u32)native;
		memcpy(state->value[bank], value, verify->head.sizes[bank]);
	}
	if (lost)
		state->rebased = verify->kexec_count;
}

static void take_separator(struct verify_log *verify,
			   const struct event_log_record *record, bool crash,
			   u64 offset)
{
	struct view values;
	u32 id;

	if (record->pcr == 4)
		begin_kexec(verify, crash);
	if (next_tag(&record->event, &offset, &id, &values) &&
	    id == KEXEC_PCR_VALUE_TAG)
		rebase(verify, record->pcr, &values);
}

static bool is_text(const struct view *data, const char *text)
{
	return data->size == strlen(text) &&
	       !memcmp(data->base, text, data->size);
}

/* Return: false when the event claims what the digest does not say */
static bool take_tagged(struct verify_log *verify,
			const struct event_log_record *record)
{
	struct view data;
	u64 offset = 0;
	u32 id;

	if (!next_tag(&record->event, &offset, &id, &data))
		return true;
	if (id < KEXEC_SEPARATOR_TAG || id > KEXEC_CMDLINE_TAG)
		return true;
	if (id == KEXEC_PCR_VALUE_TAG || !digests_match(verify, record, &data))
		return false;
	if (id == KEXEC_SEPARATOR_TAG || id == KEXEC_CRASH_SEPARATOR_TAG) {
		bool crash = id == KEXEC_CRASH_SEPARATOR_TAG;

		if (!is_text(&data, crash ? KEXEC_CRASH_SEPARATOR_DATA :
					    KEXEC_SEPARATOR_DATA))
			return false;
		take_separator(verify, record, crash, offset);
	} else if (id == KEXEC_UNVERIFIED_TAG && last_kexec(verify)) {
		last_kexec(verify)->unverified = true;
	}
	return true;
}

static void take_image(struct verify_log *verify,
		       const struct event_log_record *record)
{
	struct verify_kexec *kexec = last_kexec(verify);
	const u64 head = sizeof(struct tcg_image_load_event);

	if (!kexec || kexec->has_image || record->pcr != 4 ||
	    record->event.size != head + sizeof(payload_path) ||
	    memcmp(record->event.base + head, payload_path,
		   sizeof(payload_path)) != 0)
		return;
	kexec->has_image = view_u64(&record->event, 8, &kexec->image_size);
	memcpy(kexec->digest, record->digest, sizeof(kexec->digest));
}

/* PFP 10.4.5.3: the locality in which the TPM was started shows in PCR 0. */
static void take_no_action(struct verify_log *verify,
			   const struct event_log_record *record)
{
	static const char signature[16] = "StartupLocality";
	u32 bank;

	if (record->pcr || record->event.size != sizeof(signature) + 1 ||
	    memcmp(record->event.base, signature, sizeof(signature)) != 0)
		return;
	for (bank = 0; bank < verify->head.count; bank++)
		verify->pcr[0].value[bank][verify->head.sizes[bank] - 1] =
			record->event.base[sizeof(signature)];
}

static void take_record(struct verify_log *verify,
			const struct event_log_record *record)
{
	struct verify_pcr *pcr = &verify->pcr[record->pcr % TCG_PCR_COUNT];
	u32 bank;

	verify->records++;
	if (record->type == EV_NO_ACTION) {
		take_no_action(verify, record);
		return;
	}
	if (record->pcr >= TCG_PCR_COUNT ||
	    (record->type == EV_EVENT_TAG && !take_tagged(verify, record))) {
		if (!verify->forged)
			verify->forged = verify->records;
		if (record->pcr >= TCG_PCR_COUNT)
			return;
	}
	if (record->type == EV_EFI_BOOT_SERVICES_APPLICATION)
		take_image(verify, record);
	pcr->used = true;
	for (bank = 0; bank < verify->head.count; bank++)
		if (verify->known[bank])
			extend(verify, bank, record->digest[bank],
			       pcr->value[bank]);
}

/* PCRs of the dynamic launch start with all ones (PTP 4.6.3). */
static void start(struct verify_log *verify)
{
	u8 digest[EVENT_LOG_DIGEST_MAX];
	const struct view none = { digest, 0 };
	u32 bank, pcr;

	for (bank = 0; bank < verify->head.count; bank++)
		verify->known[bank] = digest_of(verify, bank, &none, digest);
	for (pcr = 17; pcr <= 22; pcr++)
		memset(verify->pcr[pcr].value, 0xff,
		       sizeof(verify->pcr[pcr].value));
}

static u64 not_zero(const struct view *log, u64 offset)
{
	const u64 start = offset;

	for (; offset < log->size; offset++)
		if (log->base[offset])
			return log->size - start;
	return 0;
}

const char *verify_replay(const struct view *log, struct verify_log *ret)
{
	struct event_log_record record;
	u64 offset;

	memset(ret, 0, sizeof(*ret));
	if (!event_log_head(log, &ret->head))
		return "no event log in the crypto-agile format";
	start(ret);
	ret->records = 1;
	for (offset = ret->head.size;
	     event_log_record(log, &ret->head, offset, &record);
	     offset += record.size)
		take_record(ret, &record);
	ret->rest = not_zero(log, offset);
	return NULL;
}

static void compare_pcr(struct verify_log *verify, u32 pcr,
			const struct measure_pcrs *pcrs)
{
	struct verify_pcr *state = &verify->pcr[pcr];
	u32 bank;

	for (bank = 0; bank < verify->head.count; bank++) {
		const char *name =
			measure_algorithm_name(verify->head.algorithms[bank]);
		const int index = measure_algorithm_index(name, strlen(name));
		int native;

		if (index < 0 || !verify->known[bank] ||
		    !pcrs->pcr[index][pcr].known)
			continue;
		native = separators_between(verify, bank, state->value[bank],
					    pcrs->pcr[index][pcr].value);
		if (native < 0) {
			state->state = VERIFY_DIFFERS;
			return;
		}
		state->state = native ? VERIFY_NATIVE : VERIFY_REPLAYS;
		state->native = (u32)native;
	}
}

bool verify_compare(struct verify_log *verify, const struct measure_pcrs *pcrs)
{
	bool good = !verify->forged && !verify->rest;
	u32 pcr;

	for (pcr = 0; pcr < TCG_PCR_COUNT; pcr++) {
		compare_pcr(verify, pcr, pcrs);
		if (verify->pcr[pcr].used &&
		    verify->pcr[pcr].state != VERIFY_REPLAYS)
			good = false;
	}
	return good;
}
