// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reset of the machine: by the PSCI conduit that K1 used, or the register that
 * the firmware's ACPI tables name, then by whatever conduit answers, then by
 * firmware itself.
 */
#include <arch/arm64/cpu.h>
#include <arch/arm64/exception.h>
#include <emulator/arch.h>

/* Arm Power State Coordination Interface (DEN0022), 5.9. */
#define PSCI_SYSTEM_RESET 0x84000009

void arch_reset(const struct handoff_reset *reset)
{
	struct handoff_reset means = *reset;

	/* From here on what this machine does not have is passed over. */
	cpu_write_vbar((u64)exception_skip_vectors);
	if (means.type == HANDOFF_RESET_PSCI_SMC)
		cpu_smc(PSCI_SYSTEM_RESET);
	else if (means.type == HANDOFF_RESET_PSCI_HVC)
		cpu_hvc(PSCI_SYSTEM_RESET);
	else if (means.type == HANDOFF_RESET_MMIO)
		cpu_write8(means.address, (u8)means.value);
	/* At EL2 HVC would come back to ourselves; there SMC is all there is. */
	if (!cpu_at_el2())
		cpu_hvc(PSCI_SYSTEM_RESET);
	cpu_smc(PSCI_SYSTEM_RESET);
	cpu_write_vbar((u64)exception_again_vectors);
	emulator_firmware_reset();
	for (;;)
		cpu_halt();
}
