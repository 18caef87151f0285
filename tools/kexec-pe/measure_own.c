// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What kexec measures before the payload does (Documentation/measurement.md), by
 * the list that the kernel makes its queue of; and what firmware measures of a
 * payload that it boots.
 */
#include <stdlib.h>
#include <string.h>

#include <image/uki.h>
#include <stage/cmdline.h>
#include <stage/measurement.h>
#include <tools/kexec-pe/measure.h>

static bool add_item(struct measure *measure, const struct stage_queue *queue,
		     const struct stage_measurement *item,
		     const struct pe_image *pe)
{
	const struct view data = stage_queue_data(queue, item->what);
	struct tpm_event event = {
		.pcr = item->pcr,
		.type = item->event_type,
		.size = stage_event_size(queue, item->what),
	};
	void *bytes = malloc(event.size);
	bool good = false;

	if (!bytes)
		return false;
	stage_write_event(queue, item->what, bytes);
	event.data = bytes;
	if (item->what == STAGE_MEASURED_PAYLOAD)
		tpm_hash_image(&measure->tpm.tpm, pe, &event.digests);
	else
		tpm_hash(&measure->tpm.tpm, &data, 1, &event.digests);
	good = measure_add(measure,
			   measure->as_boot ? MEASURED_BY_FIRMWARE :
					      MEASURED_BY_KEXEC,
			   &event);
	free(bytes);
	return good;
}

static bool add_queue(struct measure *measure, const struct stage_queue *queue,
		      const struct pe_image *pe)
{
	struct stage_measurement item;
	u32 i;

	for (i = 0; stage_queue_item(queue, i, &item); i++) {
		if (measure->as_boot && item.what != STAGE_MEASURED_PAYLOAD)
			continue;
		if (!add_item(measure, queue, &item, pe))
			return false;
	}
	return true;
}

/* LoadOptions of a payload that is no UKI, as the kernel makes them. */
static bool encode(const char *cmdline, struct view *ret)
{
	const struct view text = { (const u8 *)cmdline, strlen(cmdline) };
	u64 size = 0;
	void *utf16;

	if (!stage_utf16(&text, NULL, &size))
		return false;
	utf16 = malloc(size);
	if (!utf16)
		return false;
	stage_utf16(&text, utf16, &size);
	ret->base = utf16;
	ret->size = size;
	return true;
}

bool measure_own(struct measure *measure, const struct pe_image *pe,
		 const char *cmdline)
{
	struct stage_queue queue = {
		.unverified = measure->unverified,
		.file_size = pe->file.size,
		.image_base = pe->image_base,
	};
	bool good;

	if (cmdline && *cmdline && !uki_is(pe) &&
	    !encode(cmdline, &queue.cmdline))
		return false;
	good = add_queue(measure, &queue, pe);
	free((void *)queue.cmdline.base);
	return good;
}
