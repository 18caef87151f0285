// SPDX-License-Identifier: GPL-2.0-or-later
/* The result of kexec-pe measure, for people and for programs. */
#include <tools/kexec-pe/json.h>
#include <tools/kexec-pe/measure.h>

#define FIRMWARE_PCRS 8 /* 0 to 7: what firmware measures, nobody knows */

static const char *const by_names[] = {
	[MEASURED_BY_KEXEC] = "kexec",
	[MEASURED_BY_FIRMWARE] = "firmware",
	[MEASURED_BY_PAYLOAD] = "payload",
};

bool measure_pcr_shown(const struct measure *measure, u32 pcr)
{
	u32 i;

	if (measure->as_boot && pcr < FIRMWARE_PCRS)
		return false;
	for (i = 0; i < measure->event_count; i++)
		if (measure->events[i].pcr == pcr)
			return true;
	return false;
}

static void put_hex(FILE *to, const u8 *data, u32 size)
{
	u32 i;

	for (i = 0; i < size; i++)
		fprintf(to, "%02x", data[i]);
}

static void put_digest(FILE *to, const struct tpm *tpm, u32 bank,
		       const struct tpm_digests *digests)
{
	put_hex(to, digests->digest[bank], tpm_digest_size(tpm->banks[bank]));
}

static void print_events(FILE *to, const struct measure *measure)
{
	const struct tpm *tpm = &measure->tpm.tpm;
	u32 i, bank;

	fprintf(to, "%3s  %-8s %-32s %s\n", "PCR", "by", "event",
		"description");
	for (i = 0; i < measure->event_count; i++) {
		const struct measure_event *event = &measure->events[i];

		fprintf(to, "%3u  %-8s %-32s %s\n", event->pcr,
			by_names[event->by], measure_event_name(event->type),
			event->text);
		for (bank = 0; bank < tpm->bank_count; bank++) {
			fprintf(to, "     %-8s ",
				measure_algorithm_name(tpm->banks[bank]));
			put_digest(to, tpm, bank, &event->digests);
			fputc('\n', to);
		}
	}
}

void measure_print_text(FILE *to, const struct measure *measure)
{
	const struct tpm *tpm = &measure->tpm.tpm;
	u32 bank, pcr;

	print_events(to, measure);
	fprintf(to, "\nPCR values after %s, from %s:\n",
		measure->as_boot ? "a boot" : "a kexec",
		measure->current ? measure->current : "zero");
	for (bank = 0; bank < tpm->bank_count; bank++) {
		fprintf(to, "  %s:\n",
			measure_algorithm_name(tpm->banks[bank]));
		for (pcr = 0; pcr < TCG_PCR_COUNT; pcr++) {
			if (!measure_pcr_shown(measure, pcr))
				continue;
			fprintf(to, "    %-2u: 0x", pcr);
			put_digest(to, tpm, bank, &measure->tpm.pcr[pcr]);
			fputc('\n', to);
		}
	}
	if (measure->as_boot)
		fputs("PCR 0 to 7 have firmware's own measurements, too: no values.\n",
		      to);
	else if (!measure->current)
		fputs("Note: PCRs of a running machine are not zero; give them with --current.\n",
		      to);
	if (!measure->complete)
		fputs("Note: the payload did not come to its end; there may be more.\n",
		      to);
}

static void json_digests(FILE *to, const struct tpm *tpm,
			 const struct tpm_digests *digests)
{
	u32 bank;

	for (bank = 0; bank < tpm->bank_count; bank++) {
		fprintf(to, "%s\"%s\": \"", bank ? ", " : "",
			measure_algorithm_name(tpm->banks[bank]));
		put_digest(to, tpm, bank, digests);
		fputc('"', to);
	}
}

static void json_events(FILE *to, const struct measure *measure)
{
	u32 i;

	for (i = 0; i < measure->event_count; i++) {
		const struct measure_event *event = &measure->events[i];

		fprintf(to,
			"%s{\"pcr\": %u, \"by\": \"%s\", \"type\": %u, \"event\": \"%s\", \"digests\": {",
			i ? ", " : "", event->pcr, by_names[event->by],
			event->type, measure_event_name(event->type));
		json_digests(to, &measure->tpm.tpm, &event->digests);
		fputs("}, \"description\": ", to);
		json_string(to, event->text);
		fputc('}', to);
	}
}

static void json_pcrs(FILE *to, const struct measure *measure)
{
	const char *comma = "";
	u32 pcr;

	for (pcr = 0; pcr < TCG_PCR_COUNT; pcr++) {
		if (!measure_pcr_shown(measure, pcr))
			continue;
		fprintf(to, "%s\"%u\": {", comma, pcr);
		json_digests(to, &measure->tpm.tpm, &measure->tpm.pcr[pcr]);
		fputc('}', to);
		comma = ", ";
	}
}

void measure_print_json(FILE *to, const struct measure *measure)
{
	const struct tpm *tpm = &measure->tpm.tpm;
	u32 bank;

	fputs("{\"file\": ", to);
	json_string(to, measure->file);
	fprintf(to, ", \"mode\": \"%s\", \"start\": ",
		measure->as_boot ? "boot" : "kexec");
	json_string(to, measure->current);
	fprintf(to, ", \"complete\": %s, \"banks\": [",
		measure->complete ? "true" : "false");
	for (bank = 0; bank < tpm->bank_count; bank++)
		fprintf(to, "%s\"%s\"", bank ? ", " : "",
			measure_algorithm_name(tpm->banks[bank]));
	fputs("], \"measurements\": [", to);
	json_events(to, measure);
	fputs("], \"pcrs\": {", to);
	json_pcrs(to, measure);
	fputs("}}\n", to);
}
