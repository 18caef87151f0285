// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzes what a TPM answers: extends, reads and a command passed on, over all
 * kinds of registers. Whatever comes back, nothing waits for ever, nothing is
 * used that K2 could not find in order, and a PCR's value is the TPM's or none.
 *
 * An input: the kind, the bytes that the header says too many, then the answer.
 */
// sources: tests/fuzz/emulator.c tests/unit/emulator/stubs.c
// sources: tests/unit/emulator/runtime_start.S emulator/config_table.c
// sources: emulator/console.c emulator/crc32.c emulator/device_tree.c
// sources: emulator/exit_boot.c emulator/main.c emulator/memory.c
// sources: emulator/page_table.c emulator/panic.c emulator/pool.c
// sources: emulator/print.c emulator/region.c emulator/runtime_services.c
// sources: emulator/systab.c emulator/text.c emulator/time.c emulator/trace.c
// sources: emulator/variables.c emulator/runtime/unsupported.c
// sources: emulator/runtime/variables.c emulator/runtime/virtual_map.c
// sources: tests/unit/emulator/runtime_end.S
// sources: tests/unit/emulator/tpm_model.c emulator/tpm/virtual.c
// sources: emulator/tpm/tpm.c emulator/tpm/device/device.c
// sources: emulator/tpm/device/command.c emulator/tpm/device/crb.c
// sources: emulator/tpm/device/tis.c arch/host/hash.c image/authenticode.c
// flags: -lmbedcrypto

#include <string.h>

#include "../unit/emulator/tpm_model.h"
#include "emulator.h"

static struct input input;

static void answer(u8 *response, u32 *size)
{
	u32 i, left = (u32)input.left;

	/* The rest of the input; where that ends, what the TPM would say. */
	for (i = 0; i < left && i < MODEL_ROOM; i++)
		response[i] = input_u8(&input);
	if (i > *size)
		*size = i;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const u16 banks[] = { TCG_ALG_SHA1, TCG_ALG_SHA256,
				     TCG_ALG_SM3_256 };
	static const u32 types[] = { HANDOFF_TPM_TIS, HANDOFF_TPM_CRB,
				     HANDOFF_TPM_CRB_SMC };
	const u8 command[12] = { 0x80, 1, 0, 0, 0, 12, 0, 0, 1, 0x7b, 0, 4 };
	struct handoff *handoff = (void *)MACHINE_HANDOFF;
	struct tpm *tpm = &emu.device.tpm;
	struct tpm_digests value, before;
	u8 what, response[64];
	u64 since;

	input.data = data;
	input.left = size;
	what = input_u8(&input);
	machine_start();
	machine_memory();
	model_start(types[what % 3], banks, 3, &handoff->tpm);
	machine_run();
	FUZZ_CHECK(tpm_device_start(&emu.device, handoff));
	model.lie = (s8)input_u8(&input);
	model.spoil = answer;
	memset(&before, 0x5a, sizeof(before));
	value = before;
	since = machine.ticks;
	if (what & 0x40)
		tpm->submit(tpm, command, sizeof(command), response,
			    sizeof(response));
	else if (what & 0x80)
		tpm->extend(tpm, 4, &before);
	else if (EFI_ERROR(tpm->read(tpm, 4, &value)))
		FUZZ_CHECK(!memcmp(&value, &before, sizeof(value)));
	FUZZ_CHECK(machine.ticks - since <
		   (TPM_SUBMIT_TIMEOUT + 1000) * MACHINE_FREQUENCY / 1000);
	FUZZ_CHECK(!model.held && !model.misuse);
	return 0;
}
