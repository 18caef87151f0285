// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * EFI_TCG2_PROTOCOL over the virtual TPM: its seven methods, the log, the final
 * events, and what LoadImage measures.
 */
// sources: tests/unit/emulator/runtime_start.S tests/unit/emulator/machine.c
// sources: emulator/device_tree.c
// sources: emulator/config_table.c emulator/connect.c emulator/console.c
// sources: emulator/crc32.c emulator/device_path.c emulator/event_group.c
// sources: emulator/events.c emulator/exit_boot.c emulator/handles.c
// sources: emulator/image.c emulator/image_file.c emulator/image_payload.c
// sources: emulator/image_start.c emulator/install_multiple.c
// sources: emulator/locate.c emulator/main.c emulator/memory.c
// sources: emulator/object.c emulator/open_protocol.c emulator/page_table.c
// sources: emulator/panic.c emulator/pool.c emulator/print.c
// sources: emulator/protocol_notify.c emulator/protocols.c emulator/region.c
// sources: emulator/runtime_services.c emulator/systab.c emulator/text.c
// sources: emulator/time.c emulator/timer.c emulator/tpl.c emulator/trace.c
// sources: emulator/variables.c emulator/protocol/device_path_to_text.c
// sources: emulator/protocol/device_path_utilities.c
// sources: emulator/protocol/load_file2.c emulator/protocol/loaded_image.c
// sources: emulator/protocol/memory_attribute.c emulator/protocol/rng.c
// sources: emulator/protocol/text_input.c emulator/protocol/text_output.c
// sources: emulator/runtime/unsupported.c emulator/runtime/variables.c
// sources: emulator/runtime/virtual_map.c image/pe.c image/pe_layout.c
// sources: image/rule.c arch/host/sha256.c tests/unit/emulator/runtime_end.S
// sources: image/event_log.c emulator/protocol/tcg2.c emulator/tpm/log.c emulator/tpm/tpm.c
// sources: emulator/tpm/virtual.c arch/host/hash.c image/authenticode.c
// sources: tests/unit/image/build.c
// flags: -lmbedcrypto

#include <emulator/tpm/hash.h>
#include <emulator/tpm/measurement.h>
#include <emulator/tpm/virtual.h>
#include <mbedtls/sha1.h>
#include <mbedtls/sha256.h>

#include "../image/build.h"
#include "machine.h"
#include "unit.h"

/* By the library, as K1 would: of what it vouches for. */
static void vouch(struct handoff_digest *ret, const void *data, u64 size)
{
	memset(ret, 0, sizeof(*ret));
	ret->size = size;
	mbedtls_sha256_ret(data, size, ret->sha256, 0);
}

/* All that the payload would own: the emulator takes no other pointers. */
#define EVENT ((struct efi_tcg2_event *)MACHINE_FREE)
#define DATA ((u8 *)(MACHINE_FREE + 0x100000ULL))
#define CAPABILITY \
	((struct efi_tcg2_boot_service_capability *)(MACHINE_FREE + 0x8000ULL))
#define DATA_ADDRESS ((u64)(uintptr_t)DATA)

static const u16 two_banks[] = { TCG_ALG_SHA1, TCG_ALG_SHA256 };
static const u16 all_banks[] = { TCG_ALG_SHA1, TCG_ALG_SHA256, TCG_ALG_SHA384,
				 TCG_ALG_SHA512, TCG_ALG_SM3_256 };

static struct virtual_tpm virtual;
static struct efi_tcg2 *tcg2;
static u32 observed;
static bool dead;

static efi_status_t (*real_extend)(struct tpm *tpm, u32 pcr,
				   const struct tpm_digests *digests);

static efi_status_t extend(struct tpm *tpm, u32 pcr,
			   const struct tpm_digests *digests)
{
	return dead ? EFI_DEVICE_ERROR : real_extend(tpm, pcr, digests);
}

static void observe(struct tpm *tpm, const struct tpm_event *event)
{
	EXPECT_TRUE(tpm == &virtual.tpm);
	EXPECT_TRUE(event->pcr < TCG_PCR_COUNT);
	observed++;
}

static void boot(const u16 *banks, u32 count)
{
	void *found = NULL;

	machine_start();
	machine_memory();
	virtual_tpm_start(&virtual, banks, count);
	real_extend = virtual.tpm.extend;
	virtual.tpm.extend = extend;
	virtual.tpm.observe = observe;
	observed = 0;
	dead = false;
	emu.tpm = &virtual.tpm;
	emu.measurement = &tcg2_measurement;
	machine_run();
	protocols_start();
	EXPECT_EQ(bs_locate_protocol(&EFI_TCG2_PROTOCOL_GUID, NULL, &found),
		  EFI_SUCCESS);
	tcg2 = found;
	/* As the payload would allocate it: the map must say that it is memory. */
	memset(EVENT, 0, 0x1000);
}

static void set_event(u32 pcr, u32 type, const char *text)
{
	const u32 size = text ? (u32)strlen(text) : 0;

	EVENT->size = sizeof(*EVENT) + size;
	EVENT->header.header_size = sizeof(EVENT->header);
	EVENT->header.header_version = 1;
	EVENT->header.pcr_index = pcr;
	EVENT->header.event_type = type;
	memcpy(EVENT->event, text ? text : "", size);
}

static efi_status_t extend_text(u64 flags, u32 pcr, const char *text)
{
	set_event(pcr, EV_IPL, "event");
	memcpy(DATA, text, strlen(text));
	return tcg2->hash_log_extend_event(tcg2, flags, DATA_ADDRESS,
					   strlen(text), EVENT);
}

/* SHA-256(old || SHA-256(text)), by the library and not by what is tested */
static void expect_pcr(u32 pcr, u32 bank, const char *first, const char *second)
{
	const char *texts[] = { first, second };
	u8 value[64] = { 0 };
	u32 i;

	for (i = 0; i < 2 && texts[i]; i++) {
		mbedtls_sha256_ret((const u8 *)texts[i], strlen(texts[i]),
				   value + 32, 0);
		mbedtls_sha256_ret(value, 64, value, 0);
	}
	EXPECT_MEM_EQ(virtual.pcr[pcr].digest[bank], value, 32);
}

struct log {
	const u8 *base;
	u64 last;
	efi_bool_t truncated;
};

static struct log get_log(void)
{
	struct log log = { 0 };
	u64 base = 0;

	EXPECT_EQ(tcg2->get_event_log(tcg2, EFI_TCG2_EVENT_LOG_FORMAT_TCG_2,
				      &base, &log.last, &log.truncated),
		  EFI_SUCCESS);
	log.base = (const u8 *)base;
	log.last -= base;
	return log;
}

static const struct efi_tcg2_final_events_table *final_events(void)
{
	return config_table_find(&LINUX_EFI_TPM_FINAL_LOG_GUID);
}

UNIT_TEST(capability)
{
	struct efi_tcg2_boot_service_capability *cap = CAPABILITY;

	boot(all_banks, 5);
	memset(cap, 0xee, sizeof(*cap) + 1);
	cap->size = sizeof(*cap);
	EXPECT_EQ(tcg2->get_capability(tcg2, cap), EFI_SUCCESS);
	EXPECT_EQ(cap->size, 36);
	EXPECT_EQ(cap->structure_version.major, 1);
	EXPECT_EQ(cap->structure_version.minor, 1);
	EXPECT_EQ(cap->protocol_version.major, 1);
	EXPECT_EQ(cap->protocol_version.minor, 1);
	EXPECT_EQ(cap->hash_algorithm_bitmap, 0x1f);
	EXPECT_EQ(cap->supported_event_logs, 2);
	EXPECT_EQ(cap->tpm_present_flag, 1);
	EXPECT_EQ(cap->number_of_pcr_banks, 5);
	EXPECT_EQ(cap->active_pcr_banks, 0x1f);
	EXPECT_EQ(((u8 *)cap)[36], 0xee);
}

UNIT_TEST(capability_that_has_no_room)
{
	struct efi_tcg2_boot_service_capability *cap = CAPABILITY;
	u32 size;

	boot(two_banks, 2);
	for (size = 0; size < 36; size++) {
		memset(cap, 0xee, sizeof(*cap));
		cap->size = (u8)size;
		EXPECT_EQ(tcg2->get_capability(tcg2, cap),
			  EFI_BUFFER_TOO_SMALL);
		EXPECT_EQ(cap->size, 36);
		/* Partially populated, and not a byte more. */
		EXPECT_EQ(((u8 *)cap)[35], 0xee);
		EXPECT_EQ(((u8 *)cap)[size ? size : 1], 0xee);
		if (size >= 12)
			EXPECT_EQ(cap->hash_algorithm_bitmap, 3);
	}
	EXPECT_EQ(tcg2->get_capability(tcg2, NULL), EFI_INVALID_PARAMETER);
	EXPECT_EQ(tcg2->get_capability(NULL, cap), EFI_INVALID_PARAMETER);
	/* A larger one is one of a later version of the specification. */
	cap->size = 200;
	EXPECT_EQ(tcg2->get_capability(tcg2, cap), EFI_SUCCESS);
	EXPECT_EQ(cap->size, 36);
}

UNIT_TEST(extends_every_bank)
{
	u8 sha1[40] = { 0 };

	boot(two_banks, 2);
	EXPECT_EQ(extend_text(0, 11, "first"), EFI_SUCCESS);
	expect_pcr(11, 1, "first", NULL);
	mbedtls_sha1_ret((const u8 *)"first", 5, sha1 + 20);
	mbedtls_sha1_ret(sha1, 40, sha1);
	EXPECT_MEM_EQ(virtual.pcr[11].digest[0], sha1, 20);
	EXPECT_EQ(extend_text(0, 11, "second"), EFI_SUCCESS);
	expect_pcr(11, 1, "first", "second");
	EXPECT_EQ(observed, 2);
	/* A string of no bytes has a digest, too. */
	EXPECT_EQ(extend_text(0, 12, ""), EFI_SUCCESS);
	expect_pcr(12, 1, "", NULL);
}

UNIT_TEST(unknown_bank_is_capped)
{
	u8 untouched[32] = { 0 };

	boot(all_banks, 5);
	EXPECT_EQ(extend_text(0, 11, "text"), EFI_SUCCESS);
	EXPECT_TRUE(memcmp(virtual.pcr[11].digest[4], untouched, 32));
	memset(untouched, 0xff, sizeof(untouched));
	EXPECT_MEM_EQ(virtual.pcr[11].digest[4], untouched, 32);
}

UNIT_TEST(refuses_bad_events)
{
	boot(two_banks, 2);
	EXPECT_EQ(extend_text(0, 24, "x"), EFI_INVALID_PARAMETER);
	EXPECT_EQ(extend_text(0, 0xffffffff, "x"), EFI_INVALID_PARAMETER);
	EXPECT_EQ(extend_text(4, 11, "x"), EFI_INVALID_PARAMETER);

	set_event(11, EV_IPL, "event");
	EXPECT_EQ(tcg2->hash_log_extend_event(tcg2, 0, 0, 0, EVENT),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(tcg2->hash_log_extend_event(tcg2, 0, DATA_ADDRESS, 1, NULL),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(tcg2->hash_log_extend_event(NULL, 0, DATA_ADDRESS, 1, EVENT),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(tcg2->hash_log_extend_event(tcg2, 0, DATA_ADDRESS,
					      MACHINE_SIZE, EVENT),
		  EFI_INVALID_PARAMETER);
	EVENT->size = sizeof(*EVENT) - 1;
	EXPECT_EQ(tcg2->hash_log_extend_event(tcg2, 0, DATA_ADDRESS, 1, EVENT),
		  EFI_INVALID_PARAMETER);
	EVENT->size = 0xffffffff;
	EXPECT_EQ(tcg2->hash_log_extend_event(tcg2, 0, DATA_ADDRESS, 1, EVENT),
		  EFI_INVALID_PARAMETER);
	set_event(11, EV_IPL, "event");
	EVENT->header.header_size++;
	EXPECT_EQ(tcg2->hash_log_extend_event(tcg2, 0, DATA_ADDRESS, 1, EVENT),
		  EFI_INVALID_PARAMETER);
	set_event(11, EV_IPL, "event");
	EVENT->header.header_version = 2;
	EXPECT_EQ(tcg2->hash_log_extend_event(tcg2, 0, DATA_ADDRESS, 1, EVENT),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(observed, 0);
	EXPECT_EQ(emu.protocols.tcg2.log.last, 0);
	/* The dynamic launch's PCRs are of another locality. */
	EXPECT_EQ(extend_text(0, 17, "x"), EFI_DEVICE_ERROR);
	EXPECT_EQ(observed, 0);
}

/* Bytes by hand, from PFP 10.2 and 10.4.5.1 */
UNIT_TEST(log_bytes)
{
	static const u8 head[] = {
		0,   0,	  0,   0,   3,	 0,   0,   0, /* PCR 0, EV_NO_ACTION */
		0,   0,	  0,   0,   0,	 0,   0,   0,	0,  0, 0,  0, 0, 0,
		0,   0,	  0,   0,   0,	 0, /**/
		37,  0,	  0,   0, /* bytes of event */
		'S', 'p', 'e', 'c', ' ', 'I', 'D', ' ', /**/
		'E', 'v', 'e', 'n', 't', '0', '3', 0, /**/
		0,   0,	  0,   0,   0,	 2,   0,   2, /* class, version 2.0, 64 bits */
		2,   0,	  0,   0,   4,	 0,   20,  0,	11, 0, 32, 0, 0, /* SHA-1, SHA-256 */
	};
	static const u8 record[] = {
		11, 0, 0, 0, 13, 0, 0, 0, 2, 0, 0, 0, 4, 0,
	};
	u8 digest[32];
	struct log log;

	boot(two_banks, 2);
	EXPECT_EQ(extend_text(0, 11, "text"), EFI_SUCCESS);
	log = get_log();
	EXPECT_MEM_EQ(log.base, head, sizeof(head));
	EXPECT_EQ(log.last, sizeof(head));
	EXPECT_EQ(log.truncated, 0);
	EXPECT_MEM_EQ(log.base + log.last, record, sizeof(record));
	EXPECT_EQ(log.base[log.last + 34], 11); /* behind 20 bytes of SHA-1 */
	EXPECT_EQ(log.base[log.last + 35], 0);
	mbedtls_sha256_ret((const u8 *)"text", 4, digest, 0);
	EXPECT_MEM_EQ(log.base + log.last + 36, digest, 32);
	EXPECT_MEM_EQ(log.base + log.last + 68, "\5\0\0\0event\0\0\0\0", 13);
}

UNIT_TEST(final_events_after_the_log_was_fetched)
{
	const struct efi_tcg2_final_events_table *final;
	struct log log;

	boot(two_banks, 2);
	final = final_events();
	if (!EXPECT_TRUE(final))
		return;
	EXPECT_EQ(region_find(&emu.map, (u64)(uintptr_t) final)->type,
		  EFI_ACPI_MEMORY_NVS);
	EXPECT_EQ(final->version, 1);
	EXPECT_EQ(extend_text(0, 11, "before"), EFI_SUCCESS);
	EXPECT_EQ(final->number_of_events, 0);
	get_log();
	EXPECT_EQ(final->number_of_events, 0);
	EXPECT_EQ(extend_text(0, 9, "behind"), EFI_SUCCESS);
	EXPECT_EQ(final->number_of_events, 1);
	log = get_log();
	/* The same record in both, 77 bytes with its 5 of event. */
	EXPECT_MEM_EQ(final + 1, log.base + log.last, 77);
	EXPECT_EQ(log.base[log.last], 9);
	EXPECT_EQ(extend_text(0, 9, "more"), EFI_SUCCESS);
	EXPECT_EQ(final->number_of_events, 2);
	EXPECT_EQ(((const u8 *)(final + 1))[77], 9);
}

UNIT_TEST(only_one_format)
{
	u64 base = 1, last = 2;
	efi_bool_t truncated = 3;

	boot(two_banks, 2);
	EXPECT_EQ(tcg2->get_event_log(tcg2, 1, &base, &last, &truncated),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(tcg2->get_event_log(tcg2, 3, &base, &last, &truncated),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(base, 1);
	EXPECT_EQ(tcg2->get_event_log(NULL, 2, &base, &last, &truncated),
		  EFI_INVALID_PARAMETER);
	/* A call that failed has fetched nothing. */
	EXPECT_EQ(extend_text(0, 9, "x"), EFI_SUCCESS);
	EXPECT_EQ(final_events()->number_of_events, 0);
	EXPECT_EQ(tcg2->get_event_log(tcg2, 2, NULL, NULL, NULL), EFI_SUCCESS);
}

UNIT_TEST(full_log_extends_all_the_same)
{
	u32 extends = 0;
	efi_status_t status;
	struct log log;
	u64 used;

	boot(two_banks, 2);
	do {
		status = extend_text(0, 11, "x");
		extends++;
	} while (status == EFI_SUCCESS && extends < 2000);
	EXPECT_EQ(status, EFI_VOLUME_FULL);
	/* 69 bytes of head, 77 each: (65536 - 69) / 77 fit, one did not. */
	EXPECT_EQ(extends, 851);
	EXPECT_EQ(observed, extends);
	log = get_log();
	EXPECT_EQ(log.truncated, 1);
	used = emu.protocols.tcg2.log.used;
	EXPECT_TRUE(used <= 0x10000);
	/* A short one would fit, but behind a hole. */
	set_event(11, EV_IPL, NULL);
	EXPECT_EQ(tcg2->hash_log_extend_event(tcg2, 0, DATA_ADDRESS, 1, EVENT),
		  EFI_VOLUME_FULL);
	EXPECT_EQ(emu.protocols.tcg2.log.used, used);
	/* The final events still have room for it. */
	EXPECT_EQ(final_events()->number_of_events, 1);
}

UNIT_TEST(extend_only_is_not_logged)
{
	boot(two_banks, 2);
	EXPECT_EQ(extend_text(EFI_TCG2_EXTEND_ONLY, 11, "text"), EFI_SUCCESS);
	expect_pcr(11, 1, "text", NULL);
	EXPECT_EQ(get_log().last, 0);
	EXPECT_EQ(observed, 1);
}

UNIT_TEST(no_action_is_not_extended)
{
	const u8 zeros[32] = { 0 };
	struct log log;

	boot(two_banks, 2);
	set_event(11, EV_NO_ACTION, "note");
	EXPECT_EQ(tcg2->hash_log_extend_event(tcg2, 0, 0, 0, EVENT),
		  EFI_SUCCESS);
	EXPECT_MEM_EQ(virtual.pcr[11].digest[1], zeros, 32);
	log = get_log();
	EXPECT_EQ(log.base[log.last + 4], EV_NO_ACTION);
	EXPECT_MEM_EQ(log.base + log.last + 36, zeros, 32);
}

UNIT_TEST(dead_tpm_is_a_device_error)
{
	boot(two_banks, 2);
	dead = true;
	EXPECT_EQ(extend_text(0, 11, "text"), EFI_DEVICE_ERROR);
	EXPECT_EQ(get_log().last, 0);
	EXPECT_EQ(observed, 0);
}

UNIT_TEST(banks_and_commands)
{
	u32 banks = 0, present = 7, response = 7;
	u8 command[10] = { 0 };

	boot(two_banks, 2);
	EXPECT_EQ(tcg2->get_active_pcr_banks(tcg2, &banks), EFI_SUCCESS);
	EXPECT_EQ(banks, 3);
	EXPECT_EQ(tcg2->get_active_pcr_banks(tcg2, NULL),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(tcg2->set_active_pcr_banks(tcg2, 2), EFI_UNSUPPORTED);
	EXPECT_EQ(tcg2->set_active_pcr_banks(tcg2, 0), EFI_INVALID_PARAMETER);
	EXPECT_EQ(tcg2->get_result_of_set_active_pcr_banks(tcg2, &present,
							   &response),
		  EFI_SUCCESS);
	EXPECT_EQ(present, 0);
	EXPECT_EQ(response, 0);
	EXPECT_EQ(tcg2->submit_command(tcg2, 10, command, 10, command),
		  EFI_UNSUPPORTED);
	EXPECT_EQ(tcg2->submit_command(tcg2, 0, command, 10, command),
		  EFI_INVALID_PARAMETER);
}

/* A PE file in DATA; returns its size. */
static u64 make_file(void)
{
	struct build build;
	u64 size;

	build_app(&build);
	size = build.size;
	memcpy(DATA, build.data, size);
	build_free(&build);
	return size;
}

UNIT_TEST(pe_image_is_hashed_as_authenticode)
{
	struct pe_image pe;
	u8 before[32], plain[32];
	u64 size;

	boot(two_banks, 2);
	size = make_file();
	EXPECT_EQ(pe_parse(DATA, size, 0, &pe), RULE_OK);
	set_event(4, EV_EFI_BOOT_SERVICES_APPLICATION, "event");
	EXPECT_EQ(tcg2->hash_log_extend_event(tcg2, PE_COFF_IMAGE, DATA_ADDRESS,
					      size, EVENT),
		  EFI_SUCCESS);
	memcpy(before, virtual.pcr[4].digest[1], 32);
	mbedtls_sha256_ret(DATA, size, plain, 0);
	/* CheckSum is not hashed; anything else is. */
	boot(two_banks, 2);
	make_file();
	DATA[pe.checksum]++;
	set_event(4, EV_EFI_BOOT_SERVICES_APPLICATION, "event");
	EXPECT_EQ(tcg2->hash_log_extend_event(tcg2, PE_COFF_IMAGE, DATA_ADDRESS,
					      size, EVENT),
		  EFI_SUCCESS);
	EXPECT_MEM_EQ(virtual.pcr[4].digest[1], before, 32);
	DATA[size - 1]++;
	tcg2->hash_log_extend_event(tcg2, PE_COFF_IMAGE, DATA_ADDRESS, size,
				    EVENT);
	EXPECT_TRUE(memcmp(virtual.pcr[4].digest[1], before, 32));

	DATA[0] = 0;
	observed = 0;
	EXPECT_EQ(tcg2->hash_log_extend_event(tcg2, PE_COFF_IMAGE, DATA_ADDRESS,
					      size, EVENT),
		  EFI_UNSUPPORTED);
	EXPECT_EQ(observed, 0);
}

UNIT_TEST(images_are_measured)
{
	static const u8 path[] = { 4,	 3,    20, 0,  1,  2,  3,  4,  5,  6, 7,
				   8,	 9,    10, 11, 12, 13, 14, 15, 16, /**/
				   0x7f, 0xff, 4,  0 };
	const struct tcg_image_load_event *event;
	struct tpm_digests digests;
	struct pe_image pe;
	struct log log;
	u64 size;

	boot(two_banks, 2);
	size = make_file();
	EXPECT_EQ(pe_parse(DATA, size, 0, &pe), RULE_OK);
	EXPECT_EQ(emu.measurement->image(&pe, 0x1234000,
					 (const struct efi_device_path *)path),
		  EFI_SUCCESS);
	EXPECT_EQ(observed, 1);
	log = get_log();
	EXPECT_EQ(log.base[log.last], 4);
	EXPECT_MEM_EQ(log.base + log.last + 4, "\3\0\0\x80", 4);
	EXPECT_MEM_EQ(log.base + log.last + 68, "\x38\0\0\0", 4);
	event = (const void *)(log.base + log.last + 72);
	EXPECT_EQ(event->image_location, 0x1234000);
	EXPECT_EQ(event->image_length, size);
	EXPECT_EQ(event->image_link_time_address, pe.image_base);
	EXPECT_EQ(event->device_path_length, sizeof(path));
	EXPECT_MEM_EQ(event + 1, path, sizeof(path));
	tpm_hash_image(emu.tpm, &pe, &digests);
	EXPECT_MEM_EQ(log.base + log.last + 36, digests.digest[1], 32);

	/* Without a path; and what cannot be measured must not run. */
	EXPECT_EQ(emu.measurement->image(&pe, 0x1234000, NULL), EFI_SUCCESS);
	dead = true;
	EXPECT_EQ(emu.measurement->image(&pe, 0x1234000, NULL),
		  EFI_DEVICE_ERROR);
}

/* Through LoadImage: measured once it is loaded, and only then. */
UNIT_TEST(load_image_measures)
{
	struct handoff *handoff = (void *)MACHINE_HANDOFF;
	struct handoff_digest digest;
	efi_handle_t image = NULL;
	u64 size;

	boot(two_banks, 2);
	size = make_file();
	emu.header->machine = IMAGE_FILE_MACHINE_AMD64;
	EXPECT_EQ(bs_load_image(false, emu.protocols.payload, NULL, DATA, size,
				&image),
		  EFI_SECURITY_VIOLATION);
	EXPECT_EQ(observed, 0);
	vouch(&digest, DATA, size);
	machine_add(&handoff->digests, 1, &digest, sizeof(digest));
	EXPECT_EQ(bs_load_image(false, emu.protocols.payload, NULL, DATA, size,
				&image),
		  EFI_SUCCESS);
	EXPECT_EQ(observed, 1);
	EXPECT_EQ(get_log().base[69], 4);
	EXPECT_EQ(bs_unload_image(image), EFI_SUCCESS);
	dead = true;
	EXPECT_EQ(bs_load_image(false, emu.protocols.payload, NULL, DATA, size,
				&image),
		  EFI_DEVICE_ERROR);
}

UNIT_TEST(without_measurement_there_is_no_tcg2)
{
	void *found = NULL;

	machine_start();
	machine_memory();
	machine_run();
	protocols_start();
	EXPECT_EQ(bs_locate_protocol(&EFI_TCG2_PROTOCOL_GUID, NULL, &found),
		  EFI_NOT_FOUND);
	EXPECT_TRUE(!final_events());
}
