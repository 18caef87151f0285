// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * OpenProtocol, CloseProtocol, OpenProtocolInformation, ConnectController and
 * DisconnectController (UEFI 2.10, 7.3.9 to 7.3.13).
 */
#include "handles.h"

static int interface_1;

static EFI_STATUS open(struct selftest *st, EFI_HANDLE handle,
		       EFI_HANDLE controller, UINT32 attributes)
{
	VOID *interface = NULL;
	EFI_STATUS status;

	status = st->boot->OpenProtocol(handle, &guid_a, &interface, st->image,
					controller, attributes);
	if (status == EFI_SUCCESS &&
	    attributes != EFI_OPEN_PROTOCOL_TEST_PROTOCOL)
		EXPECT(st, interface == &interface_1);
	return status;
}

static EFI_STATUS close(struct selftest *st, EFI_HANDLE handle,
			EFI_HANDLE controller)
{
	return st->boot->CloseProtocol(handle, &guid_a, st->image, controller);
}

static void open_get(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, &interface_1);
	EFI_BOOT_SERVICES *boot = st->boot;
	VOID *interface = NULL;

	if (!handle)
		return;
	/* systemd-stub 252 gets its LoadedImage so. */
	EXPECT_STATUS(st,
		      open(st, handle, NULL, EFI_OPEN_PROTOCOL_GET_PROTOCOL),
		      EFI_SUCCESS);
	/* gnu-efi's way, without an agent's controller. */
	EXPECT_STATUS(st,
		      open(st, handle, NULL,
			   EFI_OPEN_PROTOCOL_BY_HANDLE_PROTOCOL),
		      EFI_SUCCESS);
	EXPECT_STATUS(st,
		      boot->OpenProtocol(handle, &guid_a, NULL, st->image, NULL,
					 EFI_OPEN_PROTOCOL_TEST_PROTOCOL),
		      EFI_SUCCESS);
	EXPECT_STATUS(st,
		      boot->OpenProtocol(handle, &guid_none, &interface,
					 st->image, NULL,
					 EFI_OPEN_PROTOCOL_GET_PROTOCOL),
		      EFI_UNSUPPORTED);
	EXPECT_STATUS(st,
		      boot->OpenProtocol(handle, &guid_none, NULL, st->image,
					 NULL, EFI_OPEN_PROTOCOL_TEST_PROTOCOL),
		      EFI_UNSUPPORTED);
	handle_without(st, handle, &guid_a, &interface_1);
}

static void open_invalid(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, &interface_1);
	EFI_BOOT_SERVICES *boot = st->boot;
	const UINT32 get = EFI_OPEN_PROTOCOL_GET_PROTOCOL;
	VOID *interface;

	if (!handle)
		return;
	EXPECT_STATUS(st,
		      boot->OpenProtocol(NULL, &guid_a, &interface, st->image,
					 NULL, get),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      boot->OpenProtocol(handle, NULL, &interface, st->image,
					 NULL, get),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      boot->OpenProtocol(handle, &guid_a, NULL, st->image, NULL,
					 get),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, open(st, handle, NULL, 0), EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, open(st, handle, NULL, 0x80), EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, open(st, handle, NULL, EFI_OPEN_PROTOCOL_BY_DRIVER),
		      EFI_INVALID_PARAMETER);
	/* A child controller can't be its own parent. */
	EXPECT_STATUS(st,
		      open(st, handle, handle,
			   EFI_OPEN_PROTOCOL_BY_CHILD_CONTROLLER),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      boot->OpenProtocol(handle, &guid_a, &interface, NULL,
					 handle, EFI_OPEN_PROTOCOL_BY_DRIVER),
		      EFI_INVALID_PARAMETER);
	handle_without(st, handle, &guid_a, &interface_1);
}

static void open_by_driver(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, &interface_1);
	const UINT32 driver = EFI_OPEN_PROTOCOL_BY_DRIVER;

	if (!handle)
		return;
	EXPECT_STATUS(st, open(st, handle, handle, driver), EFI_SUCCESS);
	EXPECT_STATUS(st, open(st, handle, handle, driver),
		      EFI_ALREADY_STARTED);
	EXPECT_STATUS(st,
		      open(st, handle, NULL, EFI_OPEN_PROTOCOL_GET_PROTOCOL),
		      EFI_SUCCESS);
	EXPECT_STATUS(st, close(st, handle, handle), EFI_SUCCESS);
	EXPECT_STATUS(st, open(st, handle, handle, driver), EFI_SUCCESS);
	EXPECT_STATUS(st, close(st, handle, handle), EFI_SUCCESS);
	close(st, handle, NULL);
	handle_without(st, handle, &guid_a, &interface_1);
}

static void open_exclusive(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, &interface_1);
	EFI_BOOT_SERVICES *boot = st->boot;
	VOID *interface;

	if (!handle)
		return;
	EXPECT_STATUS(st, open(st, handle, NULL, EFI_OPEN_PROTOCOL_EXCLUSIVE),
		      EFI_SUCCESS);
	EXPECT_STATUS(st,
		      boot->OpenProtocol(handle, &guid_a, &interface,
					 st->loaded->DeviceHandle, NULL,
					 EFI_OPEN_PROTOCOL_EXCLUSIVE),
		      EFI_ACCESS_DENIED);
	EXPECT_STATUS(st, close(st, handle, NULL), EFI_SUCCESS);
	handle_without(st, handle, &guid_a, &interface_1);
}

static void open_close_codes(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, &interface_1);
	EFI_BOOT_SERVICES *boot = st->boot;

	if (!handle)
		return;
	EXPECT_STATUS(st, close(st, handle, NULL), EFI_NOT_FOUND);
	EXPECT_STATUS(st,
		      boot->CloseProtocol(handle, &guid_none, st->image, NULL),
		      EFI_NOT_FOUND);
	EXPECT_STATUS(st, boot->CloseProtocol(NULL, &guid_a, st->image, NULL),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, boot->CloseProtocol(handle, NULL, st->image, NULL),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, boot->CloseProtocol(handle, &guid_a, NULL, NULL),
		      EFI_INVALID_PARAMETER);
	handle_without(st, handle, &guid_a, &interface_1);
}

static void open_information(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, &interface_1);
	EFI_OPEN_PROTOCOL_INFORMATION_ENTRY *entries = NULL;
	EFI_BOOT_SERVICES *boot = st->boot;
	UINTN count = 99;

	if (!handle)
		return;
	open(st, handle, handle, EFI_OPEN_PROTOCOL_BY_DRIVER);
	if (EXPECT_STATUS(st,
			  boot->OpenProtocolInformation(handle, &guid_a,
							&entries, &count),
			  EFI_SUCCESS) &&
	    EXPECT(st, count == 1)) {
		EXPECT(st, entries->AgentHandle == st->image);
		EXPECT(st, entries->ControllerHandle == handle);
		EXPECT(st, entries->Attributes == EFI_OPEN_PROTOCOL_BY_DRIVER);
		EXPECT(st, entries->OpenCount == 1);
	}
	if (entries)
		EXPECT_STATUS(st, boot->FreePool(entries), EFI_SUCCESS);
	close(st, handle, handle);
	EXPECT_STATUS(st,
		      boot->OpenProtocolInformation(handle, &guid_none,
						    &entries, &count),
		      EFI_NOT_FOUND);
	handle_without(st, handle, &guid_a, &interface_1);
}

/* Nobody can be asked to let go: the agent has no driver binding. */
static void open_uninstall_in_use(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, &interface_1);

	if (!handle)
		return;
	EXPECT_STATUS(st, open(st, handle, handle, EFI_OPEN_PROTOCOL_BY_DRIVER),
		      EFI_SUCCESS);
	EXPECT_STATUS(st,
		      st->boot->UninstallProtocolInterface(handle, &guid_a,
							   &interface_1),
		      EFI_ACCESS_DENIED);
	EXPECT(st, protocol_on(st, handle, &guid_a) == &interface_1);
	EXPECT_STATUS(st, close(st, handle, handle), EFI_SUCCESS);
	handle_without(st, handle, &guid_a, &interface_1);
}

static void open_connect(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, &interface_1);

	if (!handle)
		return;
	EXPECT_STATUS(st, st->boot->ConnectController(NULL, NULL, NULL, FALSE),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      st->boot->ConnectController(handle, NULL, NULL, FALSE),
		      EFI_NOT_FOUND);
	EXPECT_STATUS(st, st->boot->DisconnectController(NULL, NULL, NULL),
		      EFI_INVALID_PARAMETER);
	handle_without(st, handle, &guid_a, &interface_1);
}

static void open_disconnect_nothing(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, &interface_1);

	if (!handle)
		return;
	EXPECT_STATUS(st, st->boot->DisconnectController(handle, NULL, NULL),
		      EFI_SUCCESS);
	handle_without(st, handle, &guid_a, &interface_1);
}

const struct check open_checks[] = {
	{ "open.get", open_get, PHASE_BOOT },
	{ "open.invalid", open_invalid, PHASE_BOOT },
	{ "open.by_driver", open_by_driver, PHASE_BOOT },
	{ "open.exclusive", open_exclusive, PHASE_BOOT },
	{ "open.close_codes", open_close_codes, PHASE_BOOT },
	{ "open.information", open_information, PHASE_BOOT },
	{ "open.uninstall_in_use", open_uninstall_in_use, PHASE_BOOT },
	{ "open.connect", open_connect, PHASE_BOOT },
	{ "open.disconnect_nothing", open_disconnect_nothing, PHASE_BOOT },
	{},
};
