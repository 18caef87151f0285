// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Components for systemd-pcrlock, systemd.pcrlock(5): what a kexec of a file
 * adds to the PCRs.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <tools/kexec-pe/commands.h>
#include <tools/kexec-pe/measure.h>

/* Separators are the same for every file, so they are a component alone. */
enum part { PART_SEPARATOR, PART_PAYLOAD, PART_BOOT };

static enum part part_of(const struct measure_event *event, u32 index)
{
	if (event->by == MEASURED_BY_PAYLOAD)
		return PART_BOOT;
	return index < (u32)__builtin_popcountl(KEXEC_SEPARATOR_PCRS) ?
		       PART_SEPARATOR :
		       PART_PAYLOAD;
}

static void put_record(FILE *to, const struct tpm *tpm,
		       const struct measure_event *event)
{
	u32 bank, i;

	fprintf(to, "{\"pcr\":%u,\"digests\":[", event->pcr);
	for (bank = 0; bank < tpm->bank_count; bank++) {
		fprintf(to, "%s{\"hashAlg\":\"%s\",\"digest\":\"",
			bank ? "," : "",
			measure_algorithm_name(tpm->banks[bank]));
		for (i = 0; i < tpm_digest_size(tpm->banks[bank]); i++)
			fprintf(to, "%02x", event->digests.digest[bank][i]);
		fputs("\"}", to);
	}
	fputs("]}", to);
}

static void put_records(FILE *to, const struct measure *measure, enum part part)
{
	const char *separator = "";
	u32 i;

	fputs("{\"records\":[", to);
	for (i = 0; i < measure->event_count; i++) {
		const struct measure_event *event = &measure->events[i];

		if (event->type == EV_NO_ACTION || part_of(event, i) != part)
			continue;
		fputs(separator, to);
		put_record(to, &measure->tpm.tpm, event);
		separator = ",";
	}
	fputs("]}\n", to);
}

static bool make_folder(const char *path)
{
	if (!mkdir(path, 0777) || errno == EEXIST)
		return true;
	complain("%s: %s", path, strerror(errno));
	return false;
}

static bool write_part(const char *path, const struct measure *measure,
		       enum part part)
{
	FILE *to = fopen(path, "w");
	bool good = to;

	if (to) {
		put_records(to, measure, part);
		good = !ferror(to);
		good = !fclose(to) && good;
	}
	if (!good)
		complain("%s: %s", path, strerror(errno));
	return good;
}

/* FOLDER/COMPONENT.pcrlock.d/FILE.pcrlock, a variant for each file. */
static bool write_variant(const char *folder, const char *component,
			  const struct measure *measure, enum part part)
{
	const char *slash = strrchr(measure->file, '/');
	char path[PATH_MAX];
	int length;

	length = snprintf(path, sizeof(path), "%s/%s.pcrlock.d", folder,
			  component);
	if (length >= (int)sizeof(path) || !make_folder(path))
		return false;
	snprintf(path + length, sizeof(path) - (size_t)length, "/%s.pcrlock",
		 slash ? slash + 1 : measure->file);
	return write_part(path, measure, part);
}

int measure_write_pcrlock(const char *folder, const struct measure *measure)
{
	char path[PATH_MAX];

	if (!make_folder(folder))
		return STATUS_USAGE;
	snprintf(path, sizeof(path), "%s/991-kexec-separator.pcrlock", folder);
	if (!write_part(path, measure, PART_SEPARATOR) ||
	    !write_variant(folder, "992-kexec-payload", measure,
			   PART_PAYLOAD) ||
	    !write_variant(folder, "993-kexec-boot", measure, PART_BOOT))
		return STATUS_USAGE;
	return STATUS_DONE;
}
