// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The other half of the emulator, for tests of its core: services that are
 * never called, and a payload that is a function of the test.
 */
/* Without the types that services.h would give what is defined here. */
#define EMULATOR_SERVICES_H
#include <emulator/emu.h>

#include "stubs.h"

struct stubs stubs;

/* Slots must differ, so that a test can see each in its place. */
#define STUB(name)                                      \
	efi_status_t EFIAPI name(void);                 \
	efi_status_t EFIAPI name(void)                  \
	{                                               \
		return (efi_status_t)(uintptr_t) #name; \
	}

STUB(bs_raise_tpl)
STUB(bs_restore_tpl)
STUB(bs_create_event)
STUB(bs_set_timer)
STUB(bs_wait_for_event)
STUB(bs_signal_event)
STUB(bs_close_event)
STUB(bs_check_event)
STUB(bs_install_protocol_interface)
STUB(bs_reinstall_protocol_interface)
STUB(bs_uninstall_protocol_interface)
STUB(bs_handle_protocol)
STUB(bs_register_protocol_notify)
STUB(bs_locate_handle)
STUB(bs_locate_device_path)
STUB(bs_load_image)
STUB(bs_start_image)
STUB(bs_exit)
STUB(bs_unload_image)
STUB(bs_connect_controller)
STUB(bs_disconnect_controller)
STUB(bs_open_protocol)
STUB(bs_close_protocol)
STUB(bs_open_protocol_information)
STUB(bs_protocols_per_handle)
STUB(bs_locate_handle_buffer)
STUB(bs_locate_protocol)
STUB(bs_install_multiple_protocol_interfaces)
STUB(bs_uninstall_multiple_protocol_interfaces)
STUB(bs_create_event_ex)

void protocols_start(void)
{
	static struct efi_simple_text_output output;
	static struct efi_simple_text_input input;

	emu.systab->console_in_handle = &input;
	emu.systab->con_in = &input;
	emu.systab->console_out_handle = &output;
	emu.systab->con_out = &output;
	emu.systab->standard_error_handle = &output;
	emu.systab->std_err = &output;
}

efi_status_t image_run_payload(void)
{
	return stubs.payload ? stubs.payload() : EFI_SUCCESS;
}

void events_before_exit_boot(void)
{
	stubs.before_exit_boot++;
}

void events_exit_boot(void)
{
	stubs.exit_boot++;
}

void event_group_signal(const struct efi_guid *group)
{
	(void)group;
}

void events_poll(void)
{
}
