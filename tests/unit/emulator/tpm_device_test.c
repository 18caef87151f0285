// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The drivers of the machine's TPM, against a model of its registers: TIS, CRB,
 * CRB with SMC start, and what each of them does when the TPM does not.
 */
// sources: tests/unit/emulator/machine.c tests/unit/emulator/stubs.c
// sources: tests/unit/emulator/runtime_start.S emulator/config_table.c
// sources: emulator/console.c emulator/crc32.c emulator/exit_boot.c
// sources: emulator/main.c emulator/memory.c emulator/page_table.c
// sources: emulator/panic.c emulator/pool.c emulator/print.c
// sources: emulator/region.c emulator/runtime_services.c emulator/systab.c
// sources: emulator/text.c emulator/time.c emulator/trace.c
// sources: emulator/variables.c emulator/runtime/unsupported.c
// sources: emulator/runtime/variables.c emulator/runtime/virtual_map.c
// sources: tests/unit/emulator/runtime_end.S
// sources: emulator/device_tree.c tests/unit/emulator/tpm_model.c emulator/tpm/virtual.c
// sources: emulator/tpm/tpm.c emulator/tpm/device/device.c
// sources: emulator/tpm/device/command.c emulator/tpm/device/crb.c
// sources: emulator/tpm/device/tis.c arch/host/hash.c image/authenticode.c
// flags: -lmbedcrypto

#include <emulator/tpm/device/device.h>

#include "machine.h"
#include "tpm_model.h"
#include "unit.h"

static const u16 four[] = { TCG_ALG_SHA1, TCG_ALG_SHA256, TCG_ALG_SHA384,
			    TCG_ALG_SHA512 };
static const u16 five[] = { TCG_ALG_SHA256, TCG_ALG_SHA1, TCG_ALG_SHA384,
			    TCG_ALG_SM3_256, TCG_ALG_SHA512 };

static const u32 types[] = { HANDOFF_TPM_TIS, HANDOFF_TPM_CRB,
			     HANDOFF_TPM_CRB_SMC };

#define FOR_EACH_TYPE(i) for (u32 i = 0; i < ARRAY_SIZE(types); i++)

static struct tpm *const tpm = &emu.device.tpm;

/* A machine and a TPM; faults that it has from the start come in between. */
static struct handoff *prepare(u32 type, const u16 *banks, u32 count)
{
	struct handoff *handoff = (void *)MACHINE_HANDOFF;

	machine_start();
	machine_memory();
	model_start(type, banks, count, &handoff->tpm);
	machine_run();
	return handoff;
}

static bool start(u32 type)
{
	return tpm_device_start(&emu.device, prepare(type, four, 4));
}

static struct tpm_digests some_digests(void)
{
	struct tpm_digests digests;

	tpm_hash_bytes(tpm, "text", 4, &digests);
	return digests;
}

static efi_status_t extend(u32 pcr)
{
	const struct tpm_digests digests = some_digests();

	return tpm->extend(tpm, pcr, &digests);
}

/* What the model has in a PCR, extended once by some_digests(). */
static void expect_extended(u32 pcr)
{
	static struct virtual_tpm other;
	const struct tpm_digests digests = some_digests();

	virtual_tpm_start(&other, tpm->banks, tpm->bank_count);
	other.tpm.extend(&other.tpm, pcr, &digests);
	EXPECT_MEM_EQ(&model.tpm.pcr[pcr], &other.pcr[pcr],
		      sizeof(other.pcr[pcr]));
}

static u64 milliseconds(u64 since)
{
	return (machine.ticks - since) / 1000;
}

UNIT_TEST(extends_all_banks_at_once)
{
	FOR_EACH_TYPE(i)
	{
		EXPECT_TRUE(start(types[i]));
		EXPECT_EQ(model.int_enable,
			  types[i] == HANDOFF_TPM_CRB_SMC ? 0x80000000 : 0);
		EXPECT_EQ(model.commands, 0);
		EXPECT_TRUE(model_quiet());
		EXPECT_EQ(extend(11), EFI_SUCCESS);
		expect_extended(11);
		EXPECT_EQ(model.commands, 1);
		EXPECT_TRUE(model_quiet());
		EXPECT_EQ(extend(23), EFI_SUCCESS);
		expect_extended(23);
	}
}

UNIT_TEST(reads_all_banks)
{
	FOR_EACH_TYPE(i)
	{
		struct tpm_digests value;

		EXPECT_TRUE(tpm_device_start(&emu.device,
					     prepare(types[i], five, 5)));
		EXPECT_EQ(extend(14), EFI_SUCCESS);
		EXPECT_EQ(tpm->read(tpm, 14, &value), EFI_SUCCESS);
		EXPECT_MEM_EQ(&value, &model.tpm.pcr[14], sizeof(value));
		EXPECT_EQ(model.reads, 1);
		/* As few as a TPM may answer with */
		model.banks_per_read = 2;
		memset(&value, 0, sizeof(value));
		EXPECT_EQ(tpm->read(tpm, 14, &value), EFI_SUCCESS);
		EXPECT_MEM_EQ(&value, &model.tpm.pcr[14], sizeof(value));
		EXPECT_EQ(model.reads, 4);
		EXPECT_TRUE(model_quiet());
	}
}

UNIT_TEST(bursts_of_one)
{
	EXPECT_TRUE(start(HANDOFF_TPM_TIS));
	model.burst = 1;
	EXPECT_EQ(extend(4), EFI_SUCCESS);
	expect_extended(4);
	EXPECT_TRUE(model_quiet());
}

UNIT_TEST(slow_is_not_dead)
{
	FOR_EACH_TYPE(i)
	{
		EXPECT_TRUE(start(types[i]));
		model.slow = 1500; /* looks, a millisecond each */
		EXPECT_EQ(extend(4), EFI_SUCCESS);
		expect_extended(4);
		EXPECT_TRUE(model_quiet());
	}
}

/* Dead after two seconds, and not asked again. */
UNIT_TEST(stuck_is_dead)
{
	FOR_EACH_TYPE(i)
	{
		u64 since;

		EXPECT_TRUE(start(types[i]));
		model.stuck = true;
		model.stuck_for_good = true;
		since = machine.ticks;
		EXPECT_EQ(extend(4), EFI_DEVICE_ERROR);
		EXPECT_TRUE(milliseconds(since) >= 2000);
		EXPECT_TRUE(milliseconds(since) <= 2300);
		since = machine.ticks;
		model.stuck = false;
		EXPECT_EQ(extend(4), EFI_DEVICE_ERROR);
		EXPECT_EQ(machine.ticks, since);
		EXPECT_EQ(model.extends, 0);
		EXPECT_FALSE(model.held);
	}
}

/* K1 crashed in the middle of a command. */
UNIT_TEST(takes_back_what_was_under_way)
{
	FOR_EACH_TYPE(i)
	{
		struct handoff *handoff = prepare(types[i], four, 4);

		model.held = types[i] != HANDOFF_TPM_CRB_SMC;
		model.state = MODEL_EXECUTION;
		model.start = types[i] != HANDOFF_TPM_TIS;
		model.stuck = true;
		EXPECT_TRUE(tpm_device_start(&emu.device, handoff));
		EXPECT_EQ(model.cancels, 1);
		EXPECT_EQ(model.cancel, 0);
		EXPECT_EQ(extend(4), EFI_SUCCESS);
		expect_extended(4);
		EXPECT_TRUE(model_quiet());
	}
}

UNIT_TEST(what_will_not_be_taken_back_is_dead)
{
	FOR_EACH_TYPE(i)
	{
		struct handoff *handoff = prepare(types[i], four, 4);
		u64 since = machine.ticks;

		model.state = MODEL_EXECUTION;
		model.start = 1;
		model.stuck = true;
		model.stuck_for_good = true;
		EXPECT_FALSE(tpm_device_start(&emu.device, handoff));
		EXPECT_TRUE(milliseconds(since) <= 4300);
		EXPECT_EQ(extend(4), EFI_DEVICE_ERROR);
	}
}

/* All commands of a crash together have three seconds. */
UNIT_TEST(crash_has_three_seconds)
{
	FOR_EACH_TYPE(i)
	{
		struct handoff *handoff = prepare(types[i], four, 4);
		u64 since = machine.ticks;
		u32 done = 0;

		handoff->flags = HANDOFF_FLAG_CRASH;
		EXPECT_TRUE(tpm_device_start(&emu.device, handoff));
		model.slow = 700;
		while (done < 100 && extend(4) == EFI_SUCCESS)
			done++;
		EXPECT_EQ(done, 4);
		EXPECT_TRUE(milliseconds(since) >= 3000);
		EXPECT_TRUE(milliseconds(since) <= 3300);
	}
}

UNIT_TEST(locality_that_is_not_granted)
{
	EXPECT_TRUE(start(HANDOFF_TPM_TIS));
	model.no_grant = true;
	EXPECT_EQ(extend(4), EFI_DEVICE_ERROR);
	EXPECT_EQ(model.commands, 0);
	EXPECT_TRUE(start(HANDOFF_TPM_CRB));
	model.no_grant = true;
	EXPECT_EQ(extend(4), EFI_DEVICE_ERROR);
	EXPECT_EQ(model.commands, 0);
	EXPECT_EQ(model.misuse, 0);
}

UNIT_TEST(nobody_there)
{
	FOR_EACH_TYPE(i)
	{
		struct handoff *handoff = prepare(types[i], four, 4);

		model.nobody = true;
		EXPECT_FALSE(tpm_device_start(&emu.device, handoff));
		/* The log needs them all the same. */
		EXPECT_EQ(tpm->bank_count, 4);
	}
}

UNIT_TEST(never_ready)
{
	EXPECT_TRUE(start(HANDOFF_TPM_TIS));
	model.state = MODEL_IDLE;
	model.no_ready = true;
	EXPECT_EQ(extend(4), EFI_DEVICE_ERROR);
	EXPECT_TRUE(start(HANDOFF_TPM_CRB));
	model.no_ready = true;
	EXPECT_EQ(extend(4), EFI_DEVICE_ERROR);
}

UNIT_TEST(error_bits)
{
	EXPECT_TRUE(start(HANDOFF_TPM_TIS));
	model.expect_early = true;
	EXPECT_EQ(extend(4), EFI_DEVICE_ERROR);
	EXPECT_EQ(model.commands, 0);
	EXPECT_TRUE(start(HANDOFF_TPM_TIS));
	model.expect_late = true;
	EXPECT_EQ(extend(4), EFI_DEVICE_ERROR);
	EXPECT_EQ(model.commands, 0);
	EXPECT_TRUE(start(HANDOFF_TPM_CRB));
	model.error = true;
	EXPECT_EQ(extend(4), EFI_DEVICE_ERROR);
	EXPECT_TRUE(start(HANDOFF_TPM_CRB_SMC));
	model.no_smc = true;
	EXPECT_EQ(extend(4), EFI_DEVICE_ERROR);
	EXPECT_EQ(model.commands, 0);
}

UNIT_TEST(again_and_again)
{
	static const u32 codes[] = { 0x922, 0x908, 0x90a, 0x920 };
	u64 since;
	u32 k;

	FOR_EACH_TYPE(i)
	{
		for (k = 0; k < ARRAY_SIZE(codes); k++) {
			EXPECT_TRUE(start(types[i]));
			model.again = 5;
			model.retry_code = codes[k];
			EXPECT_EQ(extend(4), EFI_SUCCESS);
			expect_extended(4);
			EXPECT_EQ(model.commands, 6);
			EXPECT_EQ(model.extends, 1);
		}
		EXPECT_TRUE(start(types[i]));
		model.again = 100000;
		model.retry_code = 0x922;
		since = machine.ticks;
		EXPECT_EQ(extend(4), EFI_DEVICE_ERROR);
		EXPECT_TRUE(milliseconds(since) <= 2300);
		EXPECT_TRUE(model.commands > 10);
	}
}

/* TPM_RC_INITIALIZE, TPM_RC_LOCALITY: not to be tried again */
UNIT_TEST(errors_are_final)
{
	FOR_EACH_TYPE(i)
	{
		EXPECT_TRUE(start(types[i]));
		model.code = i ? 0x907 : 0x100;
		EXPECT_EQ(extend(4), EFI_DEVICE_ERROR);
		EXPECT_EQ(model.commands, 1);
		EXPECT_TRUE(model_quiet());
	}
}

UNIT_TEST(sizes_that_do_not_agree)
{
	static const u32 claims[] = { 9, 1, 0xf81, 0xffffffff };
	u32 k;

	FOR_EACH_TYPE(i)
	{
		for (k = 0; k < ARRAY_SIZE(claims); k++) {
			EXPECT_TRUE(start(types[i]));
			model.claim = claims[k];
			EXPECT_EQ(extend(4), EFI_DEVICE_ERROR);
			EXPECT_FALSE(model.held);
			EXPECT_EQ(model.misuse, 0);
		}
	}
	/* A FIFO knows how many bytes there are. */
	EXPECT_TRUE(start(HANDOFF_TPM_TIS));
	model.cut = 3;
	EXPECT_EQ(extend(4), EFI_DEVICE_ERROR);
	EXPECT_TRUE(start(HANDOFF_TPM_TIS));
	model.extra = 1;
	EXPECT_EQ(extend(4), EFI_DEVICE_ERROR);
	EXPECT_EQ(model.misuse, 0);
}

static void spoil_count(u8 *response, u32 *size)
{
	(void)size;
	response[17] = 9; /* selections */
}

static void spoil_algorithm(u8 *response, u32 *size)
{
	(void)size;
	response[19]++;
}

static void spoil_digest_size(u8 *response, u32 *size)
{
	(void)size;
	response[18 + 4 * 6 + 4 + 1]--;
}

static void spoil_digest_count(u8 *response, u32 *size)
{
	(void)size;
	response[18 + 4 * 6 + 3]--;
}

static void spoil_end(u8 *response, u32 *size)
{
	*size -= 8;
	response[5] -= 8;
}

static void spoil_other_pcr(u8 *response, u32 *size)
{
	u32 i;

	(void)size;
	for (i = 0; i < 4; i++)
		response[18 + 6 * i + 3] ^= 3;
}

static void spoil_tag(u8 *response, u32 *size)
{
	(void)size;
	response[1] = 3;
}

UNIT_TEST(read_answers_that_make_no_sense)
{
	static void (*const spoils[])(u8 *, u32 *) = {
		spoil_count,	    spoil_algorithm, spoil_digest_size,
		spoil_digest_count, spoil_end,	     spoil_other_pcr,
		spoil_tag,
	};
	struct tpm_digests value, before;
	u32 k;

	memset(&before, 0x5a, sizeof(before));
	for (k = 0; k < ARRAY_SIZE(spoils); k++) {
		EXPECT_TRUE(start(HANDOFF_TPM_CRB));
		model.spoil = spoils[k];
		value = before;
		if (!EXPECT_EQ(tpm->read(tpm, 1, &value), EFI_DEVICE_ERROR))
			UNIT_NOTE("spoil %u", k);
		EXPECT_MEM_EQ(&value, &before, sizeof(value));
		EXPECT_EQ(model.commands, 1);
	}
}

/* Intel's: after idle its buffer is wherever it is told. */
UNIT_TEST(buffers_that_are_forgotten)
{
	EXPECT_TRUE(start(HANDOFF_TPM_CRB));
	model.forgetful = true;
	memset(model.buffer, 0, sizeof(model.buffer));
	EXPECT_EQ(extend(4), EFI_SUCCESS);
	EXPECT_EQ(extend(5), EFI_SUCCESS);
	expect_extended(4);
	EXPECT_TRUE(model_quiet());
}

/* Registers may name any memory; the emulator's own is not the TPM's. */
UNIT_TEST(buffers_in_our_memory)
{
	EXPECT_TRUE(start(HANDOFF_TPM_CRB_SMC));
	model.buffer[0] = MACHINE_FREE;
	EXPECT_EQ(extend(4), EFI_DEVICE_ERROR);
	EXPECT_TRUE(start(HANDOFF_TPM_CRB_SMC));
	model.buffer[1] = ~0ULL - 0x100;
	EXPECT_EQ(extend(4), EFI_DEVICE_ERROR);
	EXPECT_TRUE(start(HANDOFF_TPM_CRB_SMC));
	model.buffer_size[1] = 9;
	EXPECT_EQ(extend(4), EFI_DEVICE_ERROR);
	EXPECT_TRUE(start(HANDOFF_TPM_CRB_SMC));
	model.buffer_size[0] = 64;
	EXPECT_EQ(extend(4), EFI_DEVICE_ERROR);
	EXPECT_EQ(model.commands, 0);
	EXPECT_EQ(model.misuse, 0);
}

UNIT_TEST(banks_that_nobody_knows)
{
	struct handoff *handoff = prepare(HANDOFF_TPM_CRB, four, 4);

	handoff->tpm.banks[3] = 0x27;
	EXPECT_FALSE(tpm_device_start(&emu.device, handoff));
	handoff->tpm.bank_count = 0;
	EXPECT_FALSE(tpm_device_start(&emu.device, handoff));
	handoff->tpm.bank_count = 6;
	EXPECT_FALSE(tpm_device_start(&emu.device, handoff));
	handoff->tpm.bank_count = 3;
	handoff->tpm.type = HANDOFF_TPM_OTHER;
	EXPECT_FALSE(tpm_device_start(&emu.device, handoff));
	EXPECT_EQ(tpm->bank_count, 3);
	handoff->tpm.type = HANDOFF_TPM_CRB;
	EXPECT_TRUE(tpm_device_start(&emu.device, handoff));
}

UNIT_TEST(passes_commands_on)
{
	u8 command[12] = { 0x80, 1, 0, 0, 0, 12, 0, 0, 1, 0x7b, 0, 4 };
	u8 response[32];

	FOR_EACH_TYPE(i)
	{
		EXPECT_TRUE(start(types[i]));
		memset(response, 0xee, sizeof(response));
		EXPECT_EQ(tpm->submit(tpm, command, 12, response, 32),
			  EFI_SUCCESS);
		EXPECT_MEM_EQ(response, "\x80\1\0\0\0\x0a\0\0\0\0\xee", 11);
		/* What the TPM thinks of it is the payload's affair. */
		model.code = 0x922;
		EXPECT_EQ(tpm->submit(tpm, command, 12, response, 10),
			  EFI_SUCCESS);
		EXPECT_MEM_EQ(response + 6, "\0\0\x09\x22", 4);
		EXPECT_EQ(model.commands, 2);
		EXPECT_EQ(tpm->submit(tpm, command, 12, response, 9),
			  EFI_BUFFER_TOO_SMALL);
		EXPECT_EQ(tpm->submit(tpm, command, 11, response, 32),
			  EFI_INVALID_PARAMETER);
		EXPECT_EQ(tpm->submit(tpm, command, 9, response, 32),
			  EFI_INVALID_PARAMETER);
		EXPECT_EQ(model.commands, 2);
		model.code = 0;
		model.lie = 30;
		EXPECT_EQ(tpm->submit(tpm, command, 12, response, 32),
			  EFI_BUFFER_TOO_SMALL);
		EXPECT_TRUE(model_quiet());
		/* And goes on. */
		model.lie = 0;
		EXPECT_EQ(extend(4), EFI_SUCCESS);
	}
}
