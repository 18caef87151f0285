// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Measured boot of a machine: what K1 left undone, then either the TPM and its
 * log to the payload, or the log alone to K2.
 */
#include <emulator/emu.h>
#include <emulator/tpm/device/acpi.h>
#include <emulator/tpm/device/device.h>
#include <emulator/tpm/queue.h>

static bool is_crash(void)
{
	return emu.handoff->flags & HANDOFF_FLAG_CRASH;
}

static bool is_required(void)
{
	return emu.handoff->tpm.flags & HANDOFF_TPM_FLAG_REQUIRED;
}

/*
 * Linux' table of the log, for a K2 whose payload finds no TCG2 and so makes
 * none itself. In memory that the next hop keeps.
 */
static void hand_on_log(const struct event_log *log)
{
	const u64 size = sizeof(struct linux_efi_tpm_event_log) + log->used;
	struct linux_efi_tpm_event_log *table;
	u64 address;

	if (EFI_ERROR(memory_allocate(EFI_ACPI_RECLAIM_MEMORY,
				      EFI_SIZE_TO_PAGES(size), 0, &address)))
		return;
	table = (struct linux_efi_tpm_event_log *)address;
	table->size = (u32)log->used;
	table->final_events_preboot_size = 0;
	table->version = EFI_TCG2_EVENT_LOG_FORMAT_TCG_2;
	memcpy(table->log, log->base, log->used);
	config_table_install(&LINUX_EFI_TPM_EVENT_LOG_GUID, table);
	/* K1's log has firmware's final events: K2 would append them again. */
	config_table_install(&LINUX_EFI_TPM_FINAL_LOG_GUID, NULL);
}

/*
 * A dump beats a measurement, so nothing stops a crash kernel; else what must
 * be measured is, and what cannot be right is not gone on with.
 */
static void judge(efi_status_t status)
{
	const u32 type = emu.handoff->tpm.type;

	if (!EFI_ERROR(status))
		return;
	if (!is_crash() && status == EFI_COMPROMISED_DATA)
		emulator_panic("a PCR has a value that it cannot have");
	if (!is_crash() && is_required())
		emulator_panic("the TPM (type %u) failed, and is required: %s",
			       type, trace_status(status));
	print("kexec-pe: the TPM (type %u) failed: %s; going on without it\n",
	      type, trace_status(status));
}

static void start(efi_handle_t *handle)
{
	struct event_log *log = &emu.protocols.tcg2.log;
	const struct handoff *handoff = emu.handoff;
	efi_status_t status;
	bool reachable;

	emu.measurement = NULL;
	if (handoff->tpm.type == HANDOFF_TPM_NONE) {
		if (is_required() && !is_crash())
			emulator_panic("there is no TPM, and one is required");
		return;
	}
	reachable = tpm_device_start(&emu.device, handoff);
	if (!emu.device.tpm.bank_count || !queue_check(handoff)) {
		judge(EFI_DEVICE_ERROR);
		return;
	}
	tcg2_log_start(&emu.device.tpm);
	status = queue_run(handoff, &emu.device.tpm, reachable, log);
	judge(status);
	summary("kexec-pe: TPM of type %u: %u records\n", handoff->tpm.type,
		log->records);
	acpi_show_log();
	/* Time for a crash is short, and its TPM may not be what it was. */
	if (EFI_ERROR(status) || !reachable || is_crash()) {
		hand_on_log(log);
		return;
	}
	emu.tpm = &emu.device.tpm;
	emu.measurement = &tcg2_measurement;
	tcg2_measurement.start(handle);
}

const struct measurement machine_measurement = {
	.start = start,
};
