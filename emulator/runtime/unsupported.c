// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The slots of the runtime table that have nothing behind them after
 * ExitBootServices; EFI_RT_PROPERTIES_TABLE says so too (UEFI 2.10, 4.6.2).
 */
#include <emulator/runtime/inline.h>

/**
 * runtime_unsupported() - any service that K2 has not got
 *
 * Serves all of them: callers clean up their arguments in both ABIs.
 *
 * Return: EFI_UNSUPPORTED
 */
__runtime efi_status_t EFIAPI runtime_unsupported(void)
{
	return EFI_UNSUPPORTED;
}

/**
 * runtime_device_error() - GetNextHighMonotonicCount (EBBR 2.4, 2.6)
 *
 * Return: EFI_DEVICE_ERROR
 */
__runtime efi_status_t EFIAPI runtime_device_error(void)
{
	return EFI_DEVICE_ERROR;
}
