// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ConnectController and DisconnectController (UEFI 2.10, 7.3.12, 7.3.13).
 *
 * The emulator drives no device, so there is nothing to connect: no handle of
 * it waits for a driver, and a payload that brings drivers (EFI_DRIVER_BINDING)
 * finds no bus to bind them to. What the services answer is what firmware
 * answers when it has no driver for a controller; systemd-stub >= 257 calls
 * and ignores it (minimal-efi 2.1).
 */
#include <emulator/emu.h>

/**
 * bs_connect_controller() - ConnectController (UEFI 2.10, 7.3.12)
 * @controller: the handle
 * @drivers: not used
 * @remaining: an end node stops before any driver is asked
 * @recursive: not used
 *
 * Return: EFI_INVALID_PARAMETER for no handle; EFI_SUCCESS when no driver was
 *         to be asked; EFI_NOT_FOUND
 */
efi_status_t EFIAPI bs_connect_controller(efi_handle_t controller,
					  efi_handle_t *drivers,
					  struct efi_device_path *remaining,
					  efi_bool_t recursive)
{
	EFI_ENTRY(CONNECT_CONTROLLER, controller, drivers, remaining,
		  recursive);

	if (!handle_find(controller))
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	if (remaining && device_path_is_end(remaining))
		return EFI_EXIT(EFI_SUCCESS);
	return EFI_EXIT(EFI_NOT_FOUND);
}

/**
 * bs_disconnect_controller() - DisconnectController (UEFI 2.10, 7.3.13)
 * @controller: the handle
 * @driver: NULL: whatever manages it
 * @child: NULL: all children
 *
 * Return: EFI_INVALID_PARAMETER for what is no handle; EFI_SUCCESS: no driver
 *         manages the controller
 */
efi_status_t EFIAPI bs_disconnect_controller(efi_handle_t controller,
					     efi_handle_t driver,
					     efi_handle_t child)
{
	EFI_ENTRY(DISCONNECT_CONTROLLER, controller, driver, child);

	if (!handle_find(controller) || (driver && !handle_find(driver)) ||
	    (child && !handle_find(child)))
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	return EFI_EXIT(EFI_SUCCESS);
}
