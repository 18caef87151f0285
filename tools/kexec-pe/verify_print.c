// SPDX-License-Identifier: GPL-2.0-or-later
/* The result of kexec-pe verify-log, for people and for programs. */
#include <tools/kexec-pe/verify_log.h>

static const char *const states[] = {
	[VERIFY_UNKNOWN] = "unknown",
	[VERIFY_REPLAYS] = "replays",
	[VERIFY_NATIVE] = "native",
	[VERIFY_DIFFERS] = "differs",
};

static void put_hex(FILE *to, const u8 *data, u32 size)
{
	u32 i;

	for (i = 0; i < size; i++)
		fprintf(to, "%02x", data[i]);
}

static void print_kexec(FILE *to, const struct verify_log *verify, u32 index)
{
	const struct verify_kexec *kexec = &verify->kexecs[index];
	u32 bank;

	if (kexec->native_before)
		fprintf(to, "%u native kexecs that the log does not have\n",
			kexec->native_before);
	fprintf(to, "kexec %u%s: ", index + 1, kexec->crash ? " (crash)" : "");
	if (!kexec->has_image) {
		fputs("no image\n", to);
		return;
	}
	fprintf(to, "image of %llu bytes, %s\n",
		(unsigned long long)kexec->image_size,
		kexec->unverified ? "no signature was enforced" :
				    "signature enforced");
	for (bank = 0; bank < verify->head.count; bank++) {
		fprintf(to, "  %-8s ",
			measure_algorithm_name(verify->head.algorithms[bank]));
		put_hex(to, kexec->digest[bank], verify->head.sizes[bank]);
		fputc('\n', to);
	}
}

static void print_pcr(FILE *to, const struct verify_log *verify, u32 pcr)
{
	const struct verify_pcr *state = &verify->pcr[pcr];

	fprintf(to, "PCR %2u: ", pcr);
	switch (state->state) {
	case VERIFY_REPLAYS:
		fputs("replays", to);
		break;
	case VERIFY_NATIVE:
		fprintf(to, "replays with %u native kexecs behind the log",
			state->native);
		break;
	case VERIFY_DIFFERS:
		fputs("differs: something was extended that the log does not have",
		      to);
		break;
	default:
		fputs("its value is not known", to);
	}
	if (state->rebased)
		fprintf(to,
			"; rebased at kexec %u: the log lacks history before it",
			state->rebased);
	fputc('\n', to);
}

void verify_print_text(FILE *to, const struct verify_log *verify)
{
	u32 i;

	fprintf(to, "%u records, %u kexecs\n", verify->records,
		verify->kexec_count);
	for (i = 0; i < verify->kexec_count; i++)
		print_kexec(to, verify, i);
	for (i = 0; i < TCG_PCR_COUNT; i++)
		if (verify->pcr[i].used)
			print_pcr(to, verify, i);
	if (verify->forged)
		fprintf(to,
			"Record %u claims a kexec's event, or a PCR, that it is not.\n",
			verify->forged);
	if (verify->rest)
		fprintf(to, "The last %llu bytes are no records.\n",
			(unsigned long long)verify->rest);
}

static void print_digests(FILE *to, const struct verify_log *verify,
			  const u8 *const *digest)
{
	u32 bank;

	fputs("{", to);
	for (bank = 0; bank < verify->head.count; bank++) {
		fprintf(to, "%s\"%s\":\"", bank ? "," : "",
			measure_algorithm_name(verify->head.algorithms[bank]));
		put_hex(to, digest[bank], verify->head.sizes[bank]);
		fputs("\"", to);
	}
	fputs("}", to);
}

static const char *truth(bool value)
{
	return value ? "true" : "false";
}

static void print_json_kexec(FILE *to, const struct verify_log *verify,
			     const struct verify_kexec *kexec)
{
	fprintf(to, "{\"crash\":%s,\"unverified\":%s,\"native_before\":%u,",
		truth(kexec->crash), truth(kexec->unverified),
		kexec->native_before);
	if (!kexec->has_image) {
		fputs("\"image_size\":null,\"digests\":null}", to);
		return;
	}
	fprintf(to, "\"image_size\":%llu,\"digests\":",
		(unsigned long long)kexec->image_size);
	print_digests(to, verify, kexec->digest);
	fputs("}", to);
}

static void print_json_pcr(FILE *to, const struct verify_log *verify, u32 pcr)
{
	const struct verify_pcr *state = &verify->pcr[pcr];
	const u8 *values[EVENT_LOG_ALGORITHMS_MAX];
	u32 bank;

	for (bank = 0; bank < EVENT_LOG_ALGORITHMS_MAX; bank++)
		values[bank] = state->value[bank];
	fprintf(to, "\"%u\":{\"state\":\"%s\",\"native\":%u,\"rebased\":", pcr,
		states[state->state], state->native);
	if (state->rebased)
		fprintf(to, "%u", state->rebased);
	else
		fputs("null", to);
	fputs(",\"replayed\":", to);
	print_digests(to, verify, values);
	fputs("}", to);
}

void verify_print_json(FILE *to, const struct verify_log *verify)
{
	const char *separator = "";
	u32 i;

	fprintf(to, "{\"records\":%u,\"forged\":", verify->records);
	if (verify->forged)
		fprintf(to, "%u", verify->forged);
	else
		fputs("null", to);
	fprintf(to, ",\"rest\":%llu,\"kexecs\":[",
		(unsigned long long)verify->rest);
	for (i = 0; i < verify->kexec_count; i++) {
		fputs(i ? "," : "", to);
		print_json_kexec(to, verify, &verify->kexecs[i]);
	}
	fputs("],\"pcrs\":{", to);
	for (i = 0; i < TCG_PCR_COUNT; i++) {
		if (!verify->pcr[i].used)
			continue;
		fputs(separator, to);
		print_json_pcr(to, verify, i);
		separator = ",";
	}
	fputs("}}\n", to);
}
