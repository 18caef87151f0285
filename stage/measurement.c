// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The list of what a kexec measures itself, and the queue made of it.
 */
#include <stage/measurement.h>

#include <kexec_pe/string.h>
#include <kexec_pe/tcg.h>

/*
 * UEFI_IMAGE_LOAD_EVENT of the payload. The path is that of the device that
 * the payload is told it comes from (emulator/image_payload.c).
 */
struct payload_event {
	struct tcg_image_load_event load;
	struct {
		u8 header[4]; /* UEFI 2.10, 10.3.2.4: hardware, vendor */
		u8 guid[16];
		u8 end[4]; /* 10.3.1 */
	} path;
} __packed;

static_assert(sizeof(struct payload_event) == 56,
	      "Documentation/measurement.md");

static u32 separator_pcrs(const struct stage_queue *queue)
{
	return KEXEC_SEPARATOR_PCRS | (queue->crash ? BIT(7) : 0);
}

static bool separator_item(const struct stage_queue *queue, u32 *index,
			   u32 *ret_pcr)
{
	u32 pcrs = separator_pcrs(queue), pcr;

	for (pcr = 0; pcr < TCG_PCR_COUNT; pcr++) {
		if (!(pcrs & BIT(pcr)))
			continue;
		if (!*index) {
			*ret_pcr = pcr;
			return true;
		}
		--*index;
	}
	return false;
}

static bool is_measured(const struct stage_queue *queue,
			enum stage_measured what)
{
	switch (what) {
	case STAGE_MEASURED_PAYLOAD:
		return !queue->native;
	case STAGE_MEASURED_UNVERIFIED:
		return queue->unverified;
	case STAGE_MEASURED_CMDLINE:
		return !queue->native && queue->cmdline.size;
	default:
		return true;
	}
}

static void fill(struct stage_measurement *ret, enum stage_measured what,
		 u32 pcr)
{
	ret->what = what;
	ret->pcr = pcr;
	ret->event_type = what == STAGE_MEASURED_PAYLOAD ?
				  EV_EFI_BOOT_SERVICES_APPLICATION :
				  EV_EVENT_TAG;
}

bool stage_queue_item(const struct stage_queue *queue, u32 index,
		      struct stage_measurement *ret)
{
	static const u32 pcrs[STAGE_MEASURED_COUNT] = {
		[STAGE_MEASURED_PAYLOAD] = 4,
		[STAGE_MEASURED_UNVERIFIED] = 7,
		[STAGE_MEASURED_CMDLINE] = 12,
	};
	u32 pcr, what;

	if (separator_item(queue, &index, &pcr)) {
		fill(ret, STAGE_MEASURED_SEPARATOR, pcr);
		return true;
	}
	for (what = STAGE_MEASURED_PAYLOAD; what < STAGE_MEASURED_COUNT;
	     what++) {
		if (!is_measured(queue, what))
			continue;
		if (!index) {
			fill(ret, what, pcrs[what]);
			return true;
		}
		index--;
	}
	return false;
}

static struct view text(const char *bytes, u64 size)
{
	const struct view view = { (const u8 *)bytes, size };

	return view;
}

struct view stage_queue_data(const struct stage_queue *queue,
			     enum stage_measured what)
{
	if (!is_measured(queue, what))
		return text(NULL, 0);
	switch (what) {
	case STAGE_MEASURED_SEPARATOR:
		return queue->crash ?
			       text(KEXEC_CRASH_SEPARATOR_DATA,
				    sizeof(KEXEC_CRASH_SEPARATOR_DATA) - 1) :
			       text(KEXEC_SEPARATOR_DATA,
				    sizeof(KEXEC_SEPARATOR_DATA) - 1);
	case STAGE_MEASURED_UNVERIFIED:
		return text(KEXEC_UNVERIFIED_DATA,
			    sizeof(KEXEC_UNVERIFIED_DATA) - 1);
	case STAGE_MEASURED_CMDLINE:
		return queue->cmdline;
	default:
		return text(NULL, 0);
	}
}

static u32 tag_of(const struct stage_queue *queue, enum stage_measured what)
{
	switch (what) {
	case STAGE_MEASURED_SEPARATOR:
		return queue->crash ? KEXEC_CRASH_SEPARATOR_TAG :
				      KEXEC_SEPARATOR_TAG;
	case STAGE_MEASURED_UNVERIFIED:
		return KEXEC_UNVERIFIED_TAG;
	default:
		return KEXEC_CMDLINE_TAG;
	}
}

u32 stage_event_size(const struct stage_queue *queue, enum stage_measured what)
{
	if (what == STAGE_MEASURED_PAYLOAD)
		return sizeof(struct payload_event);
	return (u32)(sizeof(struct tcg_tagged_event) +
		     stage_queue_data(queue, what).size);
}

static void write_payload_event(const struct stage_queue *queue, void *buffer)
{
	const struct payload_event event = {
		.load = {
			/* Hashed before it is laid out: location 0. */
			.image_length = queue->file_size,
			.image_link_time_address = queue->image_base,
			.device_path_length = sizeof(event.path),
		},
		.path = {
			.header = { 1, 4, 20, 0 },
			.guid = KEXEC_PAYLOAD_DEVICE_GUID,
			.end = { 0x7f, 0xff, 4, 0 },
		},
	};

	memcpy(buffer, &event, sizeof(event));
}

void stage_write_event(const struct stage_queue *queue,
		       enum stage_measured what, void *buffer)
{
	const struct view data = stage_queue_data(queue, what);
	const struct tcg_tagged_event tag = { tag_of(queue, what),
					      (u32)data.size };

	if (what == STAGE_MEASURED_PAYLOAD) {
		write_payload_event(queue, buffer);
		return;
	}
	memcpy(buffer, &tag, sizeof(tag));
	if (data.size)
		memcpy((u8 *)buffer + sizeof(tag), data.base, data.size);
}

static u32 item_size(const struct stage_queue *queue, enum stage_measured what)
{
	return ((u32)sizeof(struct handoff_measurement) +
		stage_event_size(queue, what) + 7) &
	       ~7U;
}

u32 stage_queue_size(const struct stage_queue *queue)
{
	struct stage_measurement item;
	u32 size = 0, i;

	for (i = 0; stage_queue_item(queue, i, &item); i++)
		size += item_size(queue, item.what);
	return size;
}

u32 stage_queue_count(const struct stage_queue *queue)
{
	struct stage_measurement item;
	u32 count = 0;

	while (stage_queue_item(queue, count, &item))
		count++;
	return count;
}

void stage_write_queue(const struct stage_queue *queue, void *buffer)
{
	struct stage_measurement item;
	u8 *to = buffer;
	u32 i;

	memset(buffer, 0, stage_queue_size(queue));
	for (i = 0; stage_queue_item(queue, i, &item); i++) {
		struct handoff_measurement *measurement = (void *)to;

		measurement->item_size = item_size(queue, item.what);
		measurement->pcr = item.pcr;
		measurement->event_type = item.event_type;
		measurement->event_size = stage_event_size(queue, item.what);
		memcpy(measurement->digests, queue->digests[item.what].digest,
		       sizeof(measurement->digests));
		stage_write_event(queue, item.what, measurement + 1);
		to += measurement->item_size;
	}
}

u32 stage_measurement_state_size(const struct stage_queue *queue)
{
	return (u32)(sizeof(struct measurement_state) +
		     stage_queue_count(queue) *
			     sizeof(struct measurement_item));
}

void stage_write_measurement_state(const struct stage_queue *queue,
				   void *buffer)
{
	struct measurement_state *state = buffer;

	memset(buffer, 0, stage_measurement_state_size(queue));
	state->magic = HANDOFF_MAGIC;
	state->version = HANDOFF_VERSION;
	state->count = stage_queue_count(queue);
}
