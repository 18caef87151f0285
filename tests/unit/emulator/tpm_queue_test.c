// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the emulator does of the queue of the handoff on a machine with a TPM:
 * which PCRs it extends, what it settles, what the log says, and what happens
 * when that fails.
 */
// sources: tests/unit/emulator/runtime_start.S tests/unit/emulator/machine.c
// sources: emulator/config_table.c emulator/connect.c emulator/console.c
// sources: emulator/crc32.c emulator/device_path.c emulator/device_tree.c
// sources: emulator/event_group.c emulator/events.c emulator/exit_boot.c
// sources: emulator/handles.c emulator/image.c emulator/image_file.c
// sources: emulator/image_payload.c emulator/image_start.c
// sources: emulator/install_multiple.c emulator/locate.c emulator/main.c
// sources: emulator/memory.c emulator/object.c emulator/open_protocol.c
// sources: emulator/page_table.c emulator/panic.c emulator/pool.c
// sources: emulator/print.c emulator/protocol_notify.c emulator/protocols.c
// sources: emulator/region.c emulator/runtime_services.c emulator/systab.c
// sources: emulator/text.c emulator/time.c emulator/timer.c emulator/tpl.c
// sources: emulator/trace.c emulator/variables.c
// sources: emulator/protocol/device_path_to_text.c
// sources: emulator/protocol/device_path_utilities.c
// sources: emulator/protocol/load_file2.c emulator/protocol/loaded_image.c
// sources: emulator/protocol/memory_attribute.c emulator/protocol/rng.c
// sources: emulator/protocol/text_input.c emulator/protocol/text_output.c
// sources: emulator/runtime/unsupported.c emulator/runtime/variables.c
// sources: emulator/runtime/virtual_map.c image/pe.c image/pe_layout.c
// sources: image/rule.c image/event_log.c image/authenticode.c
// sources: arch/host/sha256.c arch/host/hash.c
// sources: emulator/protocol/tcg2.c emulator/tpm/log.c emulator/tpm/tpm.c
// sources: emulator/tpm/queue.c emulator/tpm/virtual.c
// sources: emulator/tpm/device/acpi.c emulator/tpm/device/command.c
// sources: emulator/tpm/device/crb.c emulator/tpm/device/device.c
// sources: emulator/tpm/device/start.c emulator/tpm/device/tis.c
// sources: tests/unit/emulator/tpm_model.c
// sources: tests/unit/emulator/runtime_end.S
// flags: -lmbedcrypto

#include <emulator/tpm/queue.h>
#include <mbedtls/sha256.h>

#include "machine.h"
#include "tpm_model.h"
#include "unit.h"

#define STATE ((struct measurement_state *)(MACHINE_FREE + 0x1000ULL))
#define ACPI ((u8 *)(MACHINE_FREE + 0x3004ULL))
#define TAGGED "\1EPK\x0f\0\0\0kexec-separator" /* Documentation/measurement */
#define TAGGED_SIZE 23U

static const u16 banks[] = { TCG_ALG_SHA256, TCG_ALG_SHA1 };
static struct handoff *handoff;
static struct efi_tcg2 *tcg2;

static void add_item(u32 pcr, u32 type, const char *event, u32 event_size)
{
	struct {
		struct handoff_measurement item;
		u8 event[64];
	} both = { 0 };
	const struct tpm any = { .bank_count = 2,
				 .banks = { TCG_ALG_SHA256, TCG_ALG_SHA1 } };
	struct tpm_digests digests;

	tpm_hash_bytes(&any, event, event_size, &digests);
	both.item.item_size = (u32)(sizeof(both.item) + event_size + 7) & ~7U;
	both.item.pcr = pcr;
	both.item.event_type = type;
	both.item.event_size = event_size;
	memcpy(both.item.digests, &digests, sizeof(digests));
	memcpy(both.event, event, event_size);
	if (!handoff->measurements.count)
		handoff->measurements.offset = machine.blob_used;
	handoff->measurements.count += both.item.item_size;
	machine_add(NULL, 0, &both, both.item.item_size);
	STATE->count++;
}

static void prepare(u32 type)
{
	handoff = (void *)MACHINE_HANDOFF;
	tcg2 = NULL;
	machine_start();
	machine_memory();
	model_start(type, banks, 2, &handoff->tpm);
	handoff->measurement_state.address = (u64)(uintptr_t)STATE;
	handoff->measurement_state.size = 0x2000;
	memset(STATE, 0, 0x2000);
	STATE->magic = HANDOFF_MAGIC;
	STATE->version = HANDOFF_VERSION;
	add_item(4, EV_EVENT_TAG, TAGGED, TAGGED_SIZE);
	add_item(11, EV_EVENT_TAG, TAGGED, TAGGED_SIZE);
	add_item(4, EV_EFI_BOOT_SERVICES_APPLICATION, "image", 5);
}

/* K1 has done the first so many, and what it found before is in the state. */
static void done_by_k1(u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		STATE->items[i].state = MEASUREMENT_DONE;
		memset(STATE->items[i].before, 0xb0 + (int)i, 64 * 5);
	}
}

static bool run(void)
{
	emu.measurement = &machine_measurement;
	return MACHINE_SURVIVES({
		machine_run();
		protocols_start();
		bs_locate_protocol(&EFI_TCG2_PROTOCOL_GUID, NULL,
				   (void **)&tcg2);
	});
}

static const u8 *log_at(u64 offset)
{
	return emu.protocols.tcg2.log.base + offset;
}

/* SHA-256(before || digest of an event), by the library */
static void expect_pcr(u32 pcr, const char *const *events, const u32 *sizes,
		       u32 count)
{
	u8 value[64] = { 0 };
	u32 i;

	for (i = 0; i < count; i++) {
		mbedtls_sha256_ret((const u8 *)events[i], sizes[i], value + 32,
				   0);
		mbedtls_sha256_ret(value, 64, value, 0);
	}
	EXPECT_MEM_EQ(model.tpm.pcr[pcr].digest[0], value, 32);
}

static void expect_all_extended(void)
{
	static const char *const events[] = { TAGGED, "image" };
	static const u32 sizes[] = { TAGGED_SIZE, 5 };

	expect_pcr(4, events, sizes, 2);
	expect_pcr(11, events, sizes, 1);
}

UNIT_TEST(extends_what_k1_has_not)
{
	u32 i;

	prepare(HANDOFF_TPM_CRB);
	EXPECT_TRUE(run());
	EXPECT_TRUE(tcg2);
	expect_all_extended();
	EXPECT_EQ(model.extends, 3);
	EXPECT_EQ(model.reads, 3);
	for (i = 0; i < 3; i++)
		EXPECT_EQ(STATE->items[i].state, MEASUREMENT_DONE);
	EXPECT_EQ(emu.protocols.tcg2.log.records, 3);
	EXPECT_TRUE(model_quiet());
}

/* The separator's event: K1's tag, then the PCR's value of every bank. */
UNIT_TEST(log_of_separators_has_the_value_before)
{
	static const u8 value[] = { 3, 'E', 'P', 'K', 56, 0, 0, 0, 0x0b, 0 };
	u8 before[32];
	const u8 *event;

	prepare(HANDOFF_TPM_TIS);
	memset(model.tpm.pcr[4].digest[0], 0x77, 32);
	memset(before, 0x77, sizeof(before));
	EXPECT_TRUE(run());
	/* 28 + 4 of record, 37 of event; 12 + 34 + 22 of digests, 4 of size */
	event = log_at(69 + 68);
	EXPECT_EQ(*event, 23 + 8 + 34 + 22);
	EXPECT_MEM_EQ(event + 4, TAGGED, TAGGED_SIZE);
	EXPECT_MEM_EQ(event + 4 + 23, value, sizeof(value));
	EXPECT_MEM_EQ(event + 4 + 23 + 10, before, 32);
	EXPECT_MEM_EQ(event + 4 + 23 + 42, "\4\0\0\0\0", 5);
	/* Others have what K1 says. */
	EXPECT_MEM_EQ(log_at(emu.protocols.tcg2.log.last + 68), "\5\0\0\0image",
		      9);
}

UNIT_TEST(does_nothing_twice)
{
	prepare(HANDOFF_TPM_CRB);
	done_by_k1(3);
	EXPECT_TRUE(run());
	EXPECT_TRUE(tcg2);
	EXPECT_EQ(model.commands, 0);
	EXPECT_EQ(emu.protocols.tcg2.log.records, 3);
	/* The value before is K1's word. */
	EXPECT_EQ(*log_at(69 + 68 + 4 + 23 + 10), 0xb0);
}

UNIT_TEST(settles_what_was_begun)
{
	u32 k;

	/* Begun and not done; begun and done. */
	for (k = 0; k < 2; k++) {
		prepare(HANDOFF_TPM_CRB);
		STATE->items[0].state = MEASUREMENT_STARTED;
		if (k) {
			const struct handoff_measurement *item =
				(void *)(machine.blob +
					 handoff->measurements.offset);

			model.tpm.tpm.extend(&model.tpm.tpm, 4,
					     (const void *)item->digests);
		}
		EXPECT_TRUE(run());
		EXPECT_EQ(model.extends, 3 - k);
		expect_all_extended();
		EXPECT_EQ(emu.protocols.tcg2.log.records, 3);
	}
}

/* Neither of both: somebody has been there. */
UNIT_TEST(a_value_that_cannot_be_resets)
{
	prepare(HANDOFF_TPM_CRB);
	STATE->items[0].state = MEASUREMENT_STARTED;
	model.tpm.pcr[4].digest[1][3] = 1;
	EXPECT_FALSE(run());
	EXPECT_TRUE(strstr(machine.console, "cannot have"));
	EXPECT_EQ(model.extends, 0);

	prepare(HANDOFF_TPM_CRB);
	STATE->items[1].state = 7;
	EXPECT_FALSE(run());

	/* A dump beats a measurement. */
	prepare(HANDOFF_TPM_CRB);
	handoff->flags = HANDOFF_FLAG_CRASH;
	STATE->items[0].state = MEASUREMENT_STARTED;
	model.tpm.pcr[4].digest[1][3] = 1;
	EXPECT_TRUE(run());
	EXPECT_FALSE(tcg2);
}

UNIT_TEST(a_dead_tpm)
{
	prepare(HANDOFF_TPM_TIS);
	model.nobody = true;
	EXPECT_TRUE(run());
	EXPECT_FALSE(tcg2);
	EXPECT_TRUE(!emu.measurement);
	EXPECT_TRUE(strstr(machine.console, "going on without it"));

	prepare(HANDOFF_TPM_TIS);
	model.nobody = true;
	handoff->tpm.flags = HANDOFF_TPM_FLAG_REQUIRED;
	EXPECT_FALSE(run());
	EXPECT_TRUE(strstr(machine.console, "is required"));

	prepare(HANDOFF_TPM_NONE);
	handoff->tpm.flags = HANDOFF_TPM_FLAG_REQUIRED;
	EXPECT_FALSE(run());
}

/* Later, too: what the payload could not measure it must not do. */
UNIT_TEST(a_tpm_that_dies_under_the_payload)
{
	struct efi_tcg2_event *event = (void *)MACHINE_FREE;
	static u32 required;

	for (required = 0; required < 2; required++) {
		static efi_status_t status;

		status = EFI_SUCCESS;
		prepare(HANDOFF_TPM_CRB);
		handoff->tpm.flags = required ? HANDOFF_TPM_FLAG_REQUIRED : 0;
		EXPECT_TRUE(run());
		memset(event, 0, sizeof(*event));
		event->size = sizeof(*event);
		event->header.header_size = sizeof(event->header);
		event->header.header_version = 1;
		event->header.event_type = EV_IPL;
		model.stuck = true;
		EXPECT_EQ(MACHINE_SURVIVES(
				  status = tcg2->hash_log_extend_event(
					  tcg2, 0, MACHINE_FREE, 4, event)),
			  !required);
		EXPECT_EQ(status, required ? EFI_SUCCESS : EFI_DEVICE_ERROR);
	}
}

/* K1's driver could, we cannot: K2 still gets the log. */
UNIT_TEST(a_tpm_of_k1_alone)
{
	struct handoff_table final = { .address = MACHINE_FREE };
	const struct linux_efi_tpm_event_log *table;

	prepare(HANDOFF_TPM_OTHER);
	memcpy(final.guid, &LINUX_EFI_TPM_FINAL_LOG_GUID, sizeof(final.guid));
	machine_add(&handoff->tables, 1, &final, sizeof(final));
	handoff->tpm.flags = HANDOFF_TPM_FLAG_REQUIRED;
	done_by_k1(3);
	EXPECT_TRUE(run());
	EXPECT_FALSE(tcg2);
	table = config_table_find(&LINUX_EFI_TPM_EVENT_LOG_GUID);
	if (!EXPECT_TRUE(table))
		return;
	EXPECT_EQ(table->version, 2);
	EXPECT_EQ(table->final_events_preboot_size, 0);
	EXPECT_EQ(table->size, emu.protocols.tcg2.log.used);
	EXPECT_MEM_EQ(table->log, log_at(0), table->size);
	EXPECT_EQ(region_find(&emu.map, (u64)(uintptr_t)table)->type,
		  EFI_ACPI_RECLAIM_MEMORY);
	/* What K1's driver has read it has put behind the log. */
	EXPECT_FALSE(config_table_find(&LINUX_EFI_TPM_FINAL_LOG_GUID));

	/* But not what is still to be done, if it must be. */
	prepare(HANDOFF_TPM_OTHER);
	handoff->tpm.flags = HANDOFF_TPM_FLAG_REQUIRED;
	done_by_k1(2);
	EXPECT_FALSE(run());
	prepare(HANDOFF_TPM_OTHER);
	done_by_k1(2);
	EXPECT_TRUE(run());
	EXPECT_EQ(emu.protocols.tcg2.log.records, 2);
}

UNIT_TEST(a_crash_is_measured_without_tcg2)
{
	prepare(HANDOFF_TPM_CRB);
	handoff->flags = HANDOFF_FLAG_CRASH;
	handoff->tpm.flags = HANDOFF_TPM_FLAG_REQUIRED;
	EXPECT_TRUE(run());
	EXPECT_FALSE(tcg2);
	expect_all_extended();

	prepare(HANDOFF_TPM_CRB);
	handoff->flags = HANDOFF_FLAG_CRASH;
	handoff->tpm.flags = HANDOFF_TPM_FLAG_REQUIRED;
	model.slow = 1900;
	EXPECT_TRUE(run());
	EXPECT_FALSE(tcg2);
	EXPECT_TRUE(machine.ticks <= 3400000);
	EXPECT_TRUE(model.extends < 3);
}

UNIT_TEST(queues_that_are_none)
{
	prepare(HANDOFF_TPM_CRB);
	EXPECT_TRUE(queue_check(handoff));
	STATE->count--;
	EXPECT_FALSE(queue_check(handoff));
	STATE->count++;
	STATE->magic++;
	EXPECT_FALSE(queue_check(handoff));
	STATE->magic--;
	handoff->measurement_state.size = sizeof(struct measurement_state) +
					  3 * sizeof(struct measurement_item) -
					  1;
	EXPECT_FALSE(queue_check(handoff));
	handoff->measurement_state.size++;
	EXPECT_TRUE(queue_check(handoff));
	handoff->measurements.count -= 8;
	EXPECT_FALSE(queue_check(handoff));
	handoff->measurements.count = 0;
	EXPECT_TRUE(queue_check(handoff));
	/* Refused is not believed, and not passed over if it must be measured. */
	prepare(HANDOFF_TPM_CRB);
	STATE->count = 2;
	handoff->tpm.flags = HANDOFF_TPM_FLAG_REQUIRED;
	EXPECT_FALSE(run());
	EXPECT_EQ(model.commands, 0);
}

/* K1's log goes on, with its own list of algorithms: SHA-384, too, no SHA-1 */
UNIT_TEST(log_of_k1_goes_on)
{
	static const u8 log[] = {
		0,
		0,
		0,
		0,
		3,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		37,
		0,
		0,
		0, /**/
		'S',
		'p',
		'e',
		'c',
		' ',
		'I',
		'D',
		' ',
		'E',
		'v',
		'e',
		'n',
		't',
		'0',
		'3',
		0,
		0,
		0,
		0,
		0,
		0,
		2,
		0,
		2,
		2,
		0,
		0,
		0,
		0x0c,
		0,
		48,
		0,
		0x0b,
		0,
		32,
		0,
		0, /**/
		/* no record */
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
		0,
	};
	const u8 zeros[48] = { 0 };

	prepare(HANDOFF_TPM_CRB);
	machine_add(&handoff->event_log, sizeof(log), log, sizeof(log));
	EXPECT_TRUE(run());
	EXPECT_MEM_EQ(log_at(0), log, 69);
	EXPECT_EQ(emu.protocols.tcg2.log.records, 3);
	EXPECT_MEM_EQ(log_at(69), "\4\0\0\0\6\0\0\0\2\0\0\0\x0c\0", 14);
	EXPECT_MEM_EQ(log_at(69 + 14), zeros, 48);
	EXPECT_MEM_EQ(log_at(69 + 14 + 48), "\x0b\0", 2);
	/* Of a separator's PCR, the values of these algorithms */
	EXPECT_MEM_EQ(log_at(69 + 96), "\x41\0\0\0", 4);
	EXPECT_MEM_EQ(log_at(69 + 96 + 4 + 23), "\3EPK\x22\0\0\0\x0b\0", 10);
	EXPECT_TRUE(strstr(machine.console, "69 of 81 bytes"));
}

/* The TPM has them the other way round. */
UNIT_TEST(values_before_are_in_the_order_of_the_log)
{
	u8 log[69], before[64];

	/* A log that starts anew has the TPM's order: exchanged, it is K1's. */
	prepare(HANDOFF_TPM_CRB);
	EXPECT_TRUE(run());
	memcpy(log, log_at(0), 60);
	memcpy(log + 60, "\4\0\x14\0\x0b\0\x20\0", 9);

	prepare(HANDOFF_TPM_CRB);
	machine_add(&handoff->event_log, sizeof(log), log, sizeof(log));
	memset(model.tpm.pcr[4].digest[0], 0x77, 32);
	memset(model.tpm.pcr[4].digest[1], 0x55, 20);
	EXPECT_TRUE(run());
	EXPECT_MEM_EQ(log_at(69), "\4\0\0\0\6\0\0\0\2\0\0\0\4\0", 14);
	EXPECT_MEM_EQ(log_at(69 + 68 + 4 + 23), "\3EPK\x38\0\0\0\4\0", 10);
	memset(before, 0x55, 20);
	memcpy(before + 20, "\x0b\0", 2);
	memset(before + 22, 0x77, 32);
	EXPECT_MEM_EQ(log_at(69 + 68 + 4 + 23 + 10), before, 54);
}

UNIT_TEST(acpi_does_not_hide_the_log)
{
	static const u8 head[] = { 'T', 'P', 'M', '2', 76, 0, 0, 0, 4, 0x55 };
	u8 sum = 0, others;
	u32 i;

	prepare(HANDOFF_TPM_CRB);
	memset(ACPI, 0x11, 80);
	memcpy(ACPI, head, sizeof(head));
	others = ACPI[63];
	handoff->tpm.acpi_table = (u64)(uintptr_t)ACPI;
	EXPECT_TRUE(run());
	for (i = 0; i < 76; i++)
		sum = (u8)(sum + ACPI[i]);
	EXPECT_EQ(sum, 0);
	for (i = 64; i < 76; i++)
		EXPECT_EQ(ACPI[i], 0);
	EXPECT_EQ(ACPI[63], others);
	EXPECT_EQ(ACPI[76], 0x11);

	/* Not a table of that kind, or not in memory: left alone. */
	prepare(HANDOFF_TPM_CRB);
	memset(ACPI, 0x11, 80);
	handoff->tpm.acpi_table = (u64)(uintptr_t)ACPI;
	EXPECT_TRUE(run());
	EXPECT_EQ(ACPI[64], 0x11);
	prepare(HANDOFF_TPM_CRB);
	handoff->tpm.acpi_table = 0x1000;
	EXPECT_TRUE(run());
}

UNIT_TEST(newer_stubs_leave_pcr_1_alone)
{
	efi_char16_t *value = (efi_char16_t *)(MACHINE_FREE + 0x8000);
	u64 size = 16;
	u32 attributes = 0;

	prepare(HANDOFF_TPM_CRB);
	EXPECT_TRUE(run());
	EXPECT_EQ(rt_get_variable(machine_utf16("LoaderPcrSMBIOS"),
				  &SYSTEMD_LOADER_GUID, &attributes, &size,
				  value),
		  EFI_SUCCESS);
	EXPECT_EQ(attributes, EFI_VARIABLE_BOOTSERVICE_ACCESS);
	EXPECT_EQ(size, 4);
	EXPECT_EQ(value[0], '1');
	EXPECT_EQ(value[1], 0);
}
