// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of tools/kexec-pe/measure_events.c and measure_print.c: events into
 * PCRs and into words, which a payload may choose as it likes.
 */
// sources: tools/kexec-pe/measure_events.c tools/kexec-pe/measure_print.c
// sources: tools/kexec-pe/measure_pcrs.c tools/kexec-pe/files.c
// sources: tools/kexec-pe/errors.c tools/kexec-pe/policy.c
// sources: tools/kexec-pe/json.c emulator/tpm/tpm.c emulator/tpm/virtual.c
// sources: arch/host/hash.c image/authenticode.c
// flags: -lmbedcrypto

#include <mbedtls/sha256.h>
#include <stdlib.h>
#include <unit.h>

#include <tools/kexec-pe/measure.h>

static struct measure measure;

static void start(void)
{
	static const u16 bank = TCG_ALG_SHA256;

	free(measure.events);
	memset(&measure, 0, sizeof(measure));
	measure.file = "uki.efi";
	measure.complete = true;
	virtual_tpm_start(&measure.tpm, &bank, 1);
}

static bool add(u32 pcr, u32 type, const void *data, u32 size, const char *text)
{
	struct tpm_event event = {
		.pcr = pcr,
		.type = type,
		.data = data,
		.size = size,
	};

	tpm_hash_bytes(&measure.tpm.tpm, text, strlen(text), &event.digests);
	return measure_add(&measure, MEASURED_BY_PAYLOAD, &event);
}

static const char *last(void)
{
	return measure.events[measure.event_count - 1].text;
}

UNIT_TEST(words_of_systemd_stub)
{
	static const u8 name[] = ".\0l\0i\0n\0u\0x\0\0";
	u8 digest[32];

	start();
	EXPECT_TRUE(add(11, EV_IPL, name, sizeof(name), "data"));
	EXPECT_STR_EQ(last(), ".linux");
	/* The name itself: digest of ".linux" with its NUL. */
	{
		struct tpm_event event = {
			.pcr = 11,
			.type = EV_IPL,
			.data = name,
			.size = sizeof(name),
		};

		mbedtls_sha256_ret((const u8 *)".linux", 7, digest, 0);
		memcpy(event.digests.digest[0], digest, 32);
		measure_add(&measure, MEASURED_BY_PAYLOAD, &event);
	}
	EXPECT_STR_EQ(last(), ".linux (its name)");
}

UNIT_TEST(words_of_linux)
{
	static const u8 tag[] = "\xec\x22\x3b\x8f\x0d\0\0\0Linux initrd";

	start();
	add(9, EV_EVENT_TAG, tag, sizeof(tag), "data");
	EXPECT_STR_EQ(last(), "Linux initrd");
	add(9, EV_EVENT_TAG, "\1\2\3\4\0\0\0\0", 8, "data");
	EXPECT_STR_EQ(last(), "tag 0x04030201");
	/* The size in it is not to be trusted. */
	add(9, EV_EVENT_TAG,
	    "\1\2\3\4\xff\xff\xff\xff"
	    "ab",
	    10, "data");
	EXPECT_STR_EQ(last(), "ab");
	add(9, EV_EVENT_TAG, "\1\2\3", 3, "data");
	EXPECT_STR_EQ(last(), "");
}

UNIT_TEST(hostile_words)
{
	char text[2000];

	start();
	add(12, EV_IPL, "\x1b[31mred\n", 9, "x");
	EXPECT_STR_EQ(last(), "?[31mred?");
	memset(text, 'x', sizeof(text));
	add(12, EV_IPL, text, sizeof(text), "x");
	EXPECT_EQ(strlen(last()), MEASURE_TEXT - 1);
	add(12, EV_IPL, NULL, 0, "x");
	EXPECT_STR_EQ(last(), "");
	add(12, EV_IPL, "a", 1, "x");
	EXPECT_STR_EQ(last(), "a");
	add(4, EV_EFI_BOOT_SERVICES_APPLICATION, "short", 5, "x");
	EXPECT_STR_EQ(last(), "");
	EXPECT_FALSE(add(24, EV_IPL, "a", 1, "x"));
	EXPECT_FALSE(add(17, EV_IPL, "a", 1, "x"));
}

/* H(H(zeros || H(a)) || H(b)), by the library */
UNIT_TEST(extends_in_order)
{
	u8 value[64] = { 0 };
	u32 i;

	start();
	for (i = 0; i < 200; i++)
		EXPECT_TRUE(add(8, EV_IPL, "a", 1, i % 2 ? "b" : "a"));
	for (i = 0; i < 200; i++) {
		mbedtls_sha256_ret((const u8 *)(i % 2 ? "b" : "a"), 1,
				   value + 32, 0);
		mbedtls_sha256_ret(value, 64, value, 0);
	}
	EXPECT_MEM_EQ(measure.tpm.pcr[8].digest[0], value, 32);
	EXPECT_EQ(measure.event_count, 200);
}

UNIT_TEST(shows_what_it_knows)
{
	start();
	add(4, EV_IPL, "a", 1, "a");
	add(11, EV_IPL, "a", 1, "a");
	EXPECT_TRUE(measure_pcr_shown(&measure, 4));
	EXPECT_TRUE(measure_pcr_shown(&measure, 11));
	EXPECT_FALSE(measure_pcr_shown(&measure, 12));
	measure.as_boot = true;
	EXPECT_FALSE(measure_pcr_shown(&measure, 4));
	EXPECT_TRUE(measure_pcr_shown(&measure, 11));
}

UNIT_TEST(json)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	start();
	add(11, EV_EFI_ACTION, "\"a\\", 3, "kexec-separator");
	measure_print_json(to, &measure);
	fclose(to);
	/* The digest that tpm-tools' users can compute: H("kexec-separator") */
	EXPECT_STR_EQ(
		text,
		"{\"file\": \"uki.efi\", \"mode\": \"kexec\", \"start\": null, \"complete\": true, \"banks\": [\"sha256\"], \"measurements\": [{\"pcr\": 11, \"by\": \"payload\", \"type\": 2147483655, \"event\": \"EV_EFI_ACTION\", \"digests\": {\"sha256\": \"673874d4802e2b4ade5594c67b3ecc1f1e438fd729a6643772d7b15f4fae9425\"}, \"description\": \"\\\"a\\\\\"}], \"pcrs\": {\"11\": {\"sha256\": \"4cd9ad40409cdb24748c0f9a2ad811491e5a6d68756cb8edd7ddf2b5fecd0c85\"}}}\n");
	free(text);
}
