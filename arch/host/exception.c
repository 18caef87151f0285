// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Exceptions are signals, which fault.c has taken over before the emulator
 * starts; here are only the guard pages.
 */
#include <arch/host/child.h>

void arch_exceptions_start(void)
{
}

u64 arch_guard_page(unsigned int index)
{
	u64 base = (u64)(uintptr_t)emu.header;

	switch (index) {
	case 0:
		return base + HOST_STACK_OFFSET - EFI_PAGE_SIZE;
	case 1:
		return base + HOST_STACK_END;
	default:
		return 0;
	}
}
