// SPDX-License-Identifier: GPL-2.0-or-later
/* Events: into the PCRs, and into words. */
#include <stdlib.h>
#include <string.h>

#include <tools/kexec-pe/measure.h>

bool measure_add(struct measure *measure, enum measure_by by,
		 const struct tpm_event *event)
{
	struct tpm *tpm = &measure->tpm.tpm;
	struct measure_event *new;

	if (measure->event_count == measure->event_room) {
		u32 room = measure->event_room ? 2 * measure->event_room : 64;

		new = realloc(measure->events, room * sizeof(*new));
		if (!new)
			return false;
		measure->events = new;
		measure->event_room = room;
	}
	if (event->type != EV_NO_ACTION &&
	    EFI_ERROR(tpm->extend(tpm, event->pcr, &event->digests)))
		return false;
	new = &measure->events[measure->event_count++];
	new->by = by;
	new->pcr = event->pcr;
	new->type = event->type;
	new->digests = event->digests;
	measure_describe(tpm, event, new->text);
	return true;
}

const char *measure_event_name(u32 type)
{
	static const struct {
		u32 type;
		const char *name;
	} names[] = {
		{ EV_NO_ACTION, "EV_NO_ACTION" },
		{ EV_SEPARATOR, "EV_SEPARATOR" },
		{ EV_EVENT_TAG, "EV_EVENT_TAG" },
		{ EV_IPL, "EV_IPL" },
		{ EV_EFI_BOOT_SERVICES_APPLICATION,
		  "EV_EFI_BOOT_SERVICES_APPLICATION" },
		{ EV_EFI_ACTION, "EV_EFI_ACTION" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].type == type)
			return names[i].name;
	return "unknown";
}

/* Every @step-th byte; what is not printable becomes a question mark. */
static void copy_text(const u8 *data, u32 size, u32 step,
		      char ret[MEASURE_TEXT])
{
	u32 i, out = 0;

	for (i = 0; i + step <= size && out < MEASURE_TEXT - 1; i += step) {
		if (!data[i] && (step == 1 || !data[i + 1]))
			break;
		ret[out++] = data[i] >= ' ' && data[i] <= '~' &&
					     (step == 1 || !data[i + 1]) ?
				     (char)data[i] :
				     '?';
	}
	ret[out] = '\0';
}

/* UTF-16 as systemd-stub writes it has a NUL in every second byte. */
static void decode_text(const u8 *data, u32 size, char ret[MEASURE_TEXT])
{
	copy_text(data, size, size >= 2 && !data[1] ? 2 : 1, ret);
}

/* systemd-stub measures the name of a section, then its content. */
static bool is_name(const struct tpm *tpm, const struct tpm_event *event,
		    const char *text)
{
	struct tpm_digests digests;

	tpm_hash_bytes(tpm, text, strlen(text) + 1, &digests);
	return !memcmp(digests.digest[0], event->digests.digest[0],
		       tpm_digest_size(tpm->banks[0]));
}

static void describe_ipl(const struct tpm *tpm, const struct tpm_event *event,
			 char ret[MEASURE_TEXT])
{
	size_t length;

	decode_text(event->data, event->size, ret);
	length = strlen(ret);
	if (is_name(tpm, event, ret))
		snprintf(ret + length, MEASURE_TEXT - length, " (its name)");
}

static void describe_tag(const struct tpm_event *event, char ret[MEASURE_TEXT])
{
	struct tcg_tagged_event tag;
	u32 size = event->size;

	if (size < sizeof(tag))
		return;
	memcpy(&tag, event->data, sizeof(tag));
	size -= sizeof(tag);
	if (tag.size < size)
		size = tag.size;
	decode_text((const u8 *)event->data + sizeof(tag), size, ret);
	if (!ret[0])
		snprintf(ret, MEASURE_TEXT, "tag 0x%08x", tag.id);
}

static void describe_image(const struct tpm_event *event,
			   char ret[MEASURE_TEXT])
{
	struct tcg_image_load_event load;

	if (event->size < sizeof(load))
		return;
	memcpy(&load, event->data, sizeof(load));
	snprintf(ret, MEASURE_TEXT, "image of %llu bytes",
		 (unsigned long long)load.image_length);
}

void measure_describe(const struct tpm *tpm, const struct tpm_event *event,
		      char ret[MEASURE_TEXT])
{
	ret[0] = '\0';
	if (!event->data)
		return;
	switch (event->type) {
	case EV_IPL:
		describe_ipl(tpm, event, ret);
		break;
	case EV_EVENT_TAG:
		describe_tag(event, ret);
		break;
	case EV_EFI_BOOT_SERVICES_APPLICATION:
		describe_image(event, ret);
		break;
	case EV_EFI_ACTION:
		decode_text(event->data, event->size, ret);
		break;
	}
}
