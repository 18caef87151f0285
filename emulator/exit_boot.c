// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ExitBootServices (UEFI 2.10, 7.4.6): the last thing that the emulator does.
 */
#include <emulator/emu.h>

static u32 services_used(void)
{
	u32 used = 0, i;

	for (i = 0; i < SERVICE_MAX; i++)
		used += emu.trace.counts[i] > 0;
	return used;
}

/* While the console is still ours. */
static void report(void)
{
	u32 i;

	summary("kexec-pe: ExitBootServices: %u EFI calls of %u services, ",
		emu.trace.calls, services_used());
	summary("%u allocations, %lu bytes\n", emu.allocations,
		emu.allocated_bytes);
	if (emu.tpm == &emu.device.tpm)
		summary("kexec-pe: TPM: %u commands, %u polls\n",
			emu.device.commands, emu.device.polls);
	for (i = 0; emu.handoff->log_level >= 2 && i < SERVICE_MAX; i++) {
		if (emu.trace.counts[i])
			print("kexec-pe: %6u %s\n", emu.trace.counts[i],
			      trace_name(i, NULL));
	}
}

/**
 * bs_exit_boot_services() - ExitBootServices (UEFI 2.10, 7.4.6)
 * @image: handle of the caller
 * @map_key: from the last GetMemoryMap
 *
 * Payloads call it again after a success, at least in their error paths; that
 * does nothing. After a failure all services go on.
 *
 * Return: EFI_SUCCESS; EFI_INVALID_PARAMETER when the map has changed
 */
efi_status_t EFIAPI bs_exit_boot_services(efi_handle_t image, u64 map_key)
{
	EFI_ENTRY(EXIT_BOOT_SERVICES, image, map_key);

	if (emu.boot_services_exited)
		return EFI_EXIT(EFI_SUCCESS);
	events_before_exit_boot();
	if (map_key != emu.map.key)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	events_exit_boot();
	report();
	config_table_fill_kept();
	runtime_take_over();
	systab_retire();
	systab_seal();
	emu.boot_services_exited = true;
	return EFI_EXIT(EFI_SUCCESS);
}
