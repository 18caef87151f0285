// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The protocol database (UEFI 2.10, 7.3): install, reinstall, uninstall, look
 * up. open.c has OpenProtocol and its kin, locate.c the searches.
 */
#include "handles.h"

EFI_GUID guid_a = { 0xb8b2a4f0,
		    0x6f0b,
		    0x4f5c,
		    { 'k', 'p', 'e', 0, 0, 0, 0, 1 } };
EFI_GUID guid_b = { 0xb8b2a4f0,
		    0x6f0b,
		    0x4f5c,
		    { 'k', 'p', 'e', 0, 0, 0, 0, 2 } };
EFI_GUID guid_c = { 0xb8b2a4f0,
		    0x6f0b,
		    0x4f5c,
		    { 'k', 'p', 'e', 0, 0, 0, 0, 3 } };
EFI_GUID guid_none = { 0xb8b2a4f0,
		       0x6f0b,
		       0x4f5c,
		       { 'k', 'p', 'e', 0, 0, 0, 0, 9 } };
EFI_GUID device_path_guid = DEVICE_PATH_PROTOCOL;

static int interface_1, interface_2, interface_3;

EFI_HANDLE handle_with(struct selftest *st, EFI_GUID *guid, void *interface)
{
	EFI_HANDLE handle = NULL;

	EXPECT_STATUS(st,
		      st->boot->InstallProtocolInterface(
			      &handle, guid, EFI_NATIVE_INTERFACE, interface),
		      EFI_SUCCESS);
	EXPECT(st, handle);
	return handle;
}

void handle_without(struct selftest *st, EFI_HANDLE handle, EFI_GUID *guid,
		    void *interface)
{
	if (handle)
		EXPECT_STATUS(st,
			      st->boot->UninstallProtocolInterface(handle, guid,
								   interface),
			      EFI_SUCCESS);
}

EFI_HANDLE no_handle(void)
{
	static UINT64 zeroes[32];

	return zeroes;
}

EFI_DEVICE_PATH *path_of(struct vendor_path *path)
{
	return &path->vendor.Header;
}

static EFI_STATUS install(struct selftest *st, EFI_HANDLE *handle,
			  EFI_GUID *guid, void *interface)
{
	return st->boot->InstallProtocolInterface(
		handle, guid, EFI_NATIVE_INTERFACE, interface);
}

static EFI_STATUS look_up(struct selftest *st, EFI_HANDLE handle,
			  EFI_GUID *guid)
{
	VOID *interface;

	return st->boot->HandleProtocol(handle, guid, &interface);
}

static void protocols_install(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, &interface_1);

	if (!handle)
		return;
	EXPECT(st, protocol_on(st, handle, &guid_a) == &interface_1);
	EXPECT_STATUS(st, install(st, &handle, &guid_b, &interface_2),
		      EFI_SUCCESS);
	EXPECT(st, protocol_on(st, handle, &guid_a) == &interface_1);
	EXPECT(st, protocol_on(st, handle, &guid_b) == &interface_2);
	handle_without(st, handle, &guid_a, &interface_1);
	EXPECT_STATUS(st, look_up(st, handle, &guid_a), EFI_UNSUPPORTED);
	EXPECT(st, protocol_on(st, handle, &guid_b) == &interface_2);
	handle_without(st, handle, &guid_b, &interface_2);
}

/* A protocol may be a mere tag: systemd and Linux use such. */
static void protocols_null_interface(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, NULL);
	VOID *interface = &interface_1;

	if (!handle)
		return;
	EXPECT_STATUS(st, st->boot->HandleProtocol(handle, &guid_a, &interface),
		      EFI_SUCCESS);
	EXPECT(st, !interface);
	handle_without(st, handle, &guid_a, NULL);
}

static void protocols_install_twice(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, &interface_1);

	if (!handle)
		return;
	EXPECT_STATUS(st, install(st, &handle, &guid_a, &interface_2),
		      EFI_INVALID_PARAMETER);
	EXPECT(st, protocol_on(st, handle, &guid_a) == &interface_1);
	handle_without(st, handle, &guid_a, &interface_1);
}

static void protocols_install_invalid(struct selftest *st)
{
	EFI_HANDLE handle = NULL, bad = no_handle();

	EXPECT_STATUS(st, install(st, NULL, &guid_a, NULL),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, install(st, &handle, NULL, NULL),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      st->boot->InstallProtocolInterface(
			      &handle, &guid_a, EFI_PCODE_INTERFACE, NULL),
		      EFI_INVALID_PARAMETER);
	EXPECT(st, !handle);
	EXPECT_STATUS(st, install(st, &bad, &guid_a, NULL),
		      EFI_INVALID_PARAMETER);
}

/* The exact codes are what stubs decide by. */
static void protocols_handle_protocol(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, &interface_1);
	VOID *interface = &interface_2;

	if (!handle)
		return;
	EXPECT_STATUS(st,
		      st->boot->HandleProtocol(handle, &guid_none, &interface),
		      EFI_UNSUPPORTED);
	EXPECT(st, !interface);
	EXPECT_STATUS(st, look_up(st, NULL, &guid_a), EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, look_up(st, handle, NULL), EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, st->boot->HandleProtocol(handle, &guid_a, NULL),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, look_up(st, no_handle(), &guid_a),
		      EFI_INVALID_PARAMETER);
	handle_without(st, handle, &guid_a, &interface_1);
}

static void protocols_handle_vanishes(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, &interface_1);

	if (!handle)
		return;
	handle_without(st, handle, &guid_a, &interface_1);
	EXPECT_STATUS(st, look_up(st, handle, &guid_a), EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, install(st, &handle, &guid_a, &interface_1),
		      EFI_INVALID_PARAMETER);
}

static void protocols_reinstall(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, &interface_1);

	if (!handle)
		return;
	EXPECT_STATUS(st,
		      st->boot->ReinstallProtocolInterface(
			      handle, &guid_a, &interface_1, &interface_2),
		      EFI_SUCCESS);
	EXPECT(st, protocol_on(st, handle, &guid_a) == &interface_2);
	/* Old and new the same: only to notify. */
	EXPECT_STATUS(st,
		      st->boot->ReinstallProtocolInterface(
			      handle, &guid_a, &interface_2, &interface_2),
		      EFI_SUCCESS);
	EXPECT(st, protocol_on(st, handle, &guid_a) == &interface_2);
	handle_without(st, handle, &guid_a, &interface_2);
}

static void protocols_reinstall_codes(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, &interface_1);
	EFI_BOOT_SERVICES *boot = st->boot;

	if (!handle)
		return;
	EXPECT_STATUS(st,
		      boot->ReinstallProtocolInterface(
			      handle, &guid_a, &interface_2, &interface_3),
		      EFI_NOT_FOUND);
	EXPECT_STATUS(st,
		      boot->ReinstallProtocolInterface(
			      handle, &guid_b, &interface_1, &interface_3),
		      EFI_NOT_FOUND);
	EXPECT_STATUS(st,
		      boot->ReinstallProtocolInterface(
			      NULL, &guid_a, &interface_1, &interface_3),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      boot->ReinstallProtocolInterface(
			      handle, NULL, &interface_1, &interface_3),
		      EFI_INVALID_PARAMETER);
	EXPECT(st, protocol_on(st, handle, &guid_a) == &interface_1);
	handle_without(st, handle, &guid_a, &interface_1);
}

static void protocols_uninstall_codes(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, &interface_1);
	EFI_BOOT_SERVICES *boot = st->boot;

	if (!handle)
		return;
	EXPECT_STATUS(st,
		      boot->UninstallProtocolInterface(handle, &guid_b,
						       &interface_1),
		      EFI_NOT_FOUND);
	EXPECT_STATUS(st,
		      boot->UninstallProtocolInterface(handle, &guid_a,
						       &interface_2),
		      EFI_NOT_FOUND);
	EXPECT_STATUS(st,
		      boot->UninstallProtocolInterface(handle, NULL,
						       &interface_1),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      boot->UninstallProtocolInterface(NULL, &guid_a,
						       &interface_1),
		      EFI_INVALID_PARAMETER);
	EXPECT(st, protocol_on(st, handle, &guid_a) == &interface_1);
	handle_without(st, handle, &guid_a, &interface_1);
}

static void protocols_multiple(struct selftest *st)
{
	EFI_HANDLE handle = NULL;

	EXPECT_STATUS(st,
		      st->boot->InstallMultipleProtocolInterfaces(
			      &handle, &guid_a, &interface_1, &guid_b,
			      &interface_2, &guid_c, &interface_3, NULL),
		      EFI_SUCCESS);
	if (!EXPECT(st, handle))
		return;
	EXPECT(st, protocol_on(st, handle, &guid_a) == &interface_1);
	EXPECT(st, protocol_on(st, handle, &guid_b) == &interface_2);
	EXPECT(st, protocol_on(st, handle, &guid_c) == &interface_3);
	EXPECT_STATUS(st,
		      st->boot->UninstallMultipleProtocolInterfaces(
			      handle, &guid_a, &interface_1, &guid_b,
			      &interface_2, &guid_c, &interface_3, NULL),
		      EFI_SUCCESS);
	EXPECT_STATUS(st, look_up(st, handle, &guid_a), EFI_INVALID_PARAMETER);
}

static void protocols_multiple_rollback(struct selftest *st)
{
	EFI_HANDLE handle = NULL;
	VOID *interface;

	EXPECT_STATUS(st,
		      st->boot->InstallMultipleProtocolInterfaces(
			      &handle, &guid_a, &interface_1, &guid_b,
			      &interface_2, &guid_a, &interface_3, NULL),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, st->boot->LocateProtocol(&guid_a, NULL, &interface),
		      EFI_NOT_FOUND);
	EXPECT_STATUS(st, st->boot->LocateProtocol(&guid_b, NULL, &interface),
		      EFI_NOT_FOUND);
}

static void protocols_unmultiple_rollback(struct selftest *st)
{
	EFI_HANDLE handle = NULL;

	EXPECT_STATUS(st,
		      st->boot->InstallMultipleProtocolInterfaces(
			      &handle, &guid_a, &interface_1, &guid_b,
			      &interface_2, NULL),
		      EFI_SUCCESS);
	EXPECT_STATUS(st,
		      st->boot->UninstallMultipleProtocolInterfaces(
			      handle, &guid_a, &interface_1, &guid_c,
			      &interface_3, &guid_b, &interface_2, NULL),
		      EFI_INVALID_PARAMETER);
	EXPECT(st, protocol_on(st, handle, &guid_a) == &interface_1);
	EXPECT(st, protocol_on(st, handle, &guid_b) == &interface_2);
	EXPECT_STATUS(st,
		      st->boot->UninstallMultipleProtocolInterfaces(
			      handle, &guid_a, &interface_1, &guid_b,
			      &interface_2, NULL),
		      EFI_SUCCESS);
}

/* How systemd-stub notices that an initrd was registered before. */
static void protocols_multiple_same_path(struct selftest *st)
{
	static struct vendor_path path = VENDOR_PATH(
		{ 0xb8b2a4f0, 0x6f0b, 0x4f5c, { 1, 1, 1, 1, 1, 1, 1, 1 } });
	static struct vendor_path same;
	EFI_HANDLE first = NULL, second = NULL;

	same = path;
	EXPECT_STATUS(st,
		      st->boot->InstallMultipleProtocolInterfaces(
			      &first, &device_path_guid, &path, &guid_a,
			      &interface_1, NULL),
		      EFI_SUCCESS);
	EXPECT_STATUS(st,
		      st->boot->InstallMultipleProtocolInterfaces(
			      &second, &device_path_guid, &same, &guid_a,
			      &interface_2, NULL),
		      EFI_ALREADY_STARTED);
	EXPECT(st, !second);
	EXPECT_STATUS(st,
		      st->boot->UninstallMultipleProtocolInterfaces(
			      first, &device_path_guid, &path, &guid_a,
			      &interface_1, NULL),
		      EFI_SUCCESS);
}

static bool has_guid(EFI_GUID **guids, UINTN count, const EFI_GUID *guid)
{
	for (UINTN i = 0; i < count; i++)
		if (guid_equal(guids[i], guid))
			return true;
	return false;
}

static void protocols_per_handle(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, &interface_1);
	EFI_GUID **guids = NULL;
	UINTN count = 0;

	if (!handle)
		return;
	EXPECT_STATUS(st, install(st, &handle, &guid_b, &interface_2),
		      EFI_SUCCESS);
	if (EXPECT_STATUS(st,
			  st->boot->ProtocolsPerHandle(handle, &guids, &count),
			  EFI_SUCCESS)) {
		EXPECT(st, count == 2);
		EXPECT(st, has_guid(guids, count, &guid_a));
		EXPECT(st, has_guid(guids, count, &guid_b));
		EXPECT_STATUS(st, st->boot->FreePool(guids), EFI_SUCCESS);
	}
	handle_without(st, handle, &guid_a, &interface_1);
	handle_without(st, handle, &guid_b, &interface_2);
}

static void protocols_per_handle_codes(struct selftest *st)
{
	EFI_GUID **guids;
	UINTN count;

	EXPECT_STATUS(st, st->boot->ProtocolsPerHandle(NULL, &guids, &count),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      st->boot->ProtocolsPerHandle(no_handle(), &guids, &count),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, st->boot->ProtocolsPerHandle(st->image, NULL, &count),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, st->boot->ProtocolsPerHandle(st->image, &guids, NULL),
		      EFI_INVALID_PARAMETER);
}

const struct check protocol_checks[] = {
	{ "protocols.install", protocols_install, PHASE_BOOT },
	{ "protocols.null_interface", protocols_null_interface, PHASE_BOOT },
	{ "protocols.install_twice", protocols_install_twice, PHASE_BOOT },
	{ "protocols.install_invalid", protocols_install_invalid, PHASE_BOOT },
	{ "protocols.handle_protocol", protocols_handle_protocol, PHASE_BOOT },
	{ "protocols.handle_vanishes", protocols_handle_vanishes, PHASE_BOOT },
	{ "protocols.reinstall", protocols_reinstall, PHASE_BOOT },
	{ "protocols.reinstall_codes", protocols_reinstall_codes, PHASE_BOOT },
	{ "protocols.uninstall_codes", protocols_uninstall_codes, PHASE_BOOT },
	{ "protocols.multiple", protocols_multiple, PHASE_BOOT },
	{ "protocols.multiple_rollback", protocols_multiple_rollback,
	  PHASE_BOOT },
	{ "protocols.unmultiple_rollback", protocols_unmultiple_rollback,
	  PHASE_BOOT },
	{ "protocols.multiple_same_path", protocols_multiple_same_path,
	  PHASE_BOOT },
	{ "protocols.per_handle", protocols_per_handle, PHASE_BOOT },
	{ "protocols.per_handle_codes", protocols_per_handle_codes,
	  PHASE_BOOT },
	{},
};
