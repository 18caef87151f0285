// SPDX-License-Identifier: GPL-2.0-or-later
/* Device registers in memory. */
#include <arch/x86/cpu.h>
#include <emulator/arch.h>

u8 arch_read8(u64 address)
{
	return cpu_read8(address);
}

u32 arch_read32(u64 address)
{
	return cpu_read32(address);
}

void arch_write8(u64 address, u8 value)
{
	cpu_write8(address, value);
}

void arch_write32(u64 address, u32 value)
{
	cpu_write32(address, value);
}

bool arch_firmware_call(u32 function, u64 *ret)
{
	(void)function;
	(void)ret;
	return false;
}
