// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The payload's own measurements: it runs hosted, with a virtual TPM in the
 * child, which tells each event to the parent.
 */
#include <string.h>

#include <arch/host/run.h>
#include <emulator/emu.h>

#include <tools/kexec-pe/commands.h>
#include <tools/kexec-pe/measure.h>

#define NOTE_EVENT 0x45564e54 /* "EVNT": struct note, then the data */
#define NOTE_DATA_MAX 4096
#define SECONDS_MAX 60

struct note {
	u32 pcr;
	u32 type;
	struct tpm_digests digests;
	u8 data[NOTE_DATA_MAX]; /* as much as was sent */
};

/* In the child, where the payload can reach it: the parent has its own. */
static struct {
	struct virtual_tpm tpm;
	struct note note;
} child;

static void observe(struct tpm *tpm, const struct tpm_event *event)
{
	u32 size = event->size < NOTE_DATA_MAX ? event->size : NOTE_DATA_MAX;
	struct note *note = &child.note;

	(void)tpm;
	note->pcr = event->pcr;
	note->type = event->type;
	note->digests = event->digests;
	memcpy(note->data, event->data, size);
	host_note(NOTE_EVENT, note, (u32)offsetof(struct note, data) + size);
}

static void prepare(void *argument)
{
	const struct measure *measure = argument;
	const struct tpm *tpm = &measure->tpm.tpm;

	virtual_tpm_start(&child.tpm, tpm->banks, tpm->bank_count);
	child.tpm.tpm.observe = observe;
	emu.tpm = &child.tpm.tpm;
	emu.measurement = &tcg2_measurement;
}

/* What the child says is the payload's word: sizes and PCRs are checked. */
static bool add_note(struct measure *measure, const struct host_note *sent)
{
	struct tpm_event event = { 0 };
	struct note note;

	if (sent->kind != NOTE_EVENT)
		return true;
	if (sent->size < offsetof(struct note, data) ||
	    sent->size > sizeof(note))
		return false;
	memcpy(&note, sent->data, sent->size);
	event.pcr = note.pcr;
	event.type = note.type;
	event.digests = note.digests;
	event.data = note.data;
	event.size = sent->size - (u32)offsetof(struct note, data);
	return measure_add(measure, MEASURED_BY_PAYLOAD, &event);
}

static int take(struct measure *measure, const struct host_report *report)
{
	u32 i;

	for (i = 0; i < report->note_count; i++) {
		if (!add_note(measure, &report->notes[i])) {
			complain("%s: a measurement that cannot be",
				 measure->file);
			return STATUS_REFUSED;
		}
	}
	measure->complete = report->outcome == HOST_EXITED_BOOT_SERVICES;
	if (measure->complete)
		return STATUS_DONE;
	complain("%s: not all is known: %s", measure->file, report->sentence);
	return STATUS_REFUSED;
}

int measure_payload(struct measure *measure, const void *file, u64 size,
		    const char *cmdline, const void *initrd, u64 initrd_size)
{
	const struct host_request request = {
		.file = file,
		.size = size,
		.cmdline = cmdline,
		.initrd = initrd,
		.initrd_size = initrd_size,
		.seconds = SECONDS_MAX,
		.prepare = prepare,
		.prepare_argument = measure,
	};
	struct host_report report = { 0 };
	int status;

	if (host_run(&request, &report)) {
		complain("%s: %s", measure->file, report.sentence);
		status = STATUS_USAGE;
	} else {
		status = take(measure, &report);
	}
	host_report_free(&report);
	return status;
}
