// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * LocateHandle, LocateHandleBuffer, LocateProtocol and RegisterProtocolNotify
 * (UEFI 2.10, 7.3.3, 7.3.5, 7.3.15 and 7.3.16).
 */
#include "handles.h"

static int interface_1, interface_2;

static bool has_handle(const EFI_HANDLE *handles, UINTN count,
		       EFI_HANDLE handle)
{
	for (UINTN i = 0; i < count; i++)
		if (handles[i] == handle)
			return true;
	return false;
}

static void locate_handle(struct selftest *st)
{
	EFI_HANDLE one = handle_with(st, &guid_a, &interface_1);
	EFI_HANDLE two = handle_with(st, &guid_a, &interface_2);
	EFI_HANDLE found[4] = {};
	UINTN size = 0;

	EXPECT_STATUS(st,
		      st->boot->LocateHandle(ByProtocol, &guid_a, NULL, &size,
					     NULL),
		      EFI_BUFFER_TOO_SMALL);
	EXPECT(st, size == 2 * sizeof(EFI_HANDLE));
	size = sizeof(EFI_HANDLE);
	EXPECT_STATUS(st,
		      st->boot->LocateHandle(ByProtocol, &guid_a, NULL, &size,
					     found),
		      EFI_BUFFER_TOO_SMALL);
	EXPECT(st, size == 2 * sizeof(EFI_HANDLE));
	size = sizeof(found);
	EXPECT_STATUS(st,
		      st->boot->LocateHandle(ByProtocol, &guid_a, NULL, &size,
					     found),
		      EFI_SUCCESS);
	EXPECT(st, size == 2 * sizeof(EFI_HANDLE));
	EXPECT(st, has_handle(found, 2, one) && has_handle(found, 2, two));
	handle_without(st, one, &guid_a, &interface_1);
	handle_without(st, two, &guid_a, &interface_2);
}

/* Linux looks for GOP so: BUFFER_TOO_SMALL would mean "there is one". */
static void locate_handle_none(struct selftest *st)
{
	EFI_HANDLE found[2];
	UINTN size = 0;

	EXPECT_STATUS(st,
		      st->boot->LocateHandle(ByProtocol, &guid_none, NULL,
					     &size, NULL),
		      EFI_NOT_FOUND);
	size = sizeof(found);
	EXPECT_STATUS(st,
		      st->boot->LocateHandle(ByProtocol, &guid_none, NULL,
					     &size, found),
		      EFI_NOT_FOUND);
}

static void locate_handle_invalid(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, &interface_1);
	EFI_HANDLE found[2];
	UINTN size = sizeof(found);
	EFI_BOOT_SERVICES *boot = st->boot;

	EXPECT_STATUS(st,
		      boot->LocateHandle(ByProtocol, NULL, NULL, &size, found),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(
		st, boot->LocateHandle(ByProtocol, &guid_a, NULL, NULL, found),
		EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      boot->LocateHandle(ByRegisterNotify, NULL, NULL, &size,
					 found),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      boot->LocateHandle((EFI_LOCATE_SEARCH_TYPE)3, NULL, NULL,
					 &size, found),
		      EFI_INVALID_PARAMETER);
	handle_without(st, handle, &guid_a, &interface_1);
}

static void locate_handle_null_buffer(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, &interface_1);
	UINTN size = 64;

	EXPECT_STATUS(st,
		      st->boot->LocateHandle(ByProtocol, &guid_a, NULL, &size,
					     NULL),
		      EFI_INVALID_PARAMETER);
	handle_without(st, handle, &guid_a, &interface_1);
}

static void locate_all_handles(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, &interface_1);
	EFI_HANDLE *found = NULL;
	UINTN count = 0;

	if (EXPECT_STATUS(st,
			  st->boot->LocateHandleBuffer(AllHandles, NULL, NULL,
						       &count, &found),
			  EFI_SUCCESS)) {
		EXPECT(st, has_handle(found, count, handle));
		EXPECT(st, has_handle(found, count, st->image));
		EXPECT_STATUS(st, st->boot->FreePool(found), EFI_SUCCESS);
	}
	handle_without(st, handle, &guid_a, &interface_1);
}

static void locate_buffer(struct selftest *st)
{
	EFI_HANDLE one = handle_with(st, &guid_a, &interface_1);
	EFI_HANDLE two = handle_with(st, &guid_a, &interface_2);
	EFI_HANDLE *found = NULL;
	UINTN count = 0;

	if (EXPECT_STATUS(st,
			  st->boot->LocateHandleBuffer(ByProtocol, &guid_a,
						       NULL, &count, &found),
			  EFI_SUCCESS)) {
		EXPECT(st, count == 2);
		EXPECT(st, has_handle(found, count, one));
		EXPECT(st, has_handle(found, count, two));
		EXPECT_STATUS(st, st->boot->FreePool(found), EFI_SUCCESS);
	}
	handle_without(st, one, &guid_a, &interface_1);
	handle_without(st, two, &guid_a, &interface_2);
}

static void locate_buffer_codes(struct selftest *st)
{
	EFI_BOOT_SERVICES *boot = st->boot;
	EFI_HANDLE *found = (EFI_HANDLE *)&interface_1;
	UINTN count = 77;

	EXPECT_STATUS(st,
		      boot->LocateHandleBuffer(ByProtocol, &guid_none, NULL,
					       &count, &found),
		      EFI_NOT_FOUND);
	EXPECT_STATUS(st,
		      boot->LocateHandleBuffer(ByProtocol, &guid_a, NULL, NULL,
					       &found),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      boot->LocateHandleBuffer(ByProtocol, &guid_a, NULL,
					       &count, NULL),
		      EFI_INVALID_PARAMETER);
}

/* Linux tests the pointer and not the status: it must become NULL. */
static void locate_protocol(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, &interface_1);
	VOID *interface = NULL;

	EXPECT_STATUS(st, st->boot->LocateProtocol(&guid_a, NULL, &interface),
		      EFI_SUCCESS);
	EXPECT(st, interface == &interface_1);
	EXPECT_STATUS(st,
		      st->boot->LocateProtocol(&guid_none, NULL, &interface),
		      EFI_NOT_FOUND);
	EXPECT(st, !interface);
	EXPECT_STATUS(st, st->boot->LocateProtocol(NULL, NULL, &interface),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, st->boot->LocateProtocol(&guid_a, NULL, NULL),
		      EFI_INVALID_PARAMETER);
	handle_without(st, handle, &guid_a, &interface_1);
}

static VOID EFIAPI count_event(EFI_EVENT event, VOID *context)
{
	(void)event;
	++*(UINTN *)context;
}

static void notified(struct selftest *st, EFI_HANDLE handle, VOID *key,
		     const UINTN *count)
{
	EFI_HANDLE found = NULL;
	UINTN size = sizeof(found);

	EXPECT(st, *count == 1);
	EXPECT_STATUS(st,
		      st->boot->LocateHandle(ByRegisterNotify, NULL, key, &size,
					     &found),
		      EFI_SUCCESS);
	EXPECT(st, found == handle);
	size = sizeof(found);
	/* Each installation is reported once. */
	EXPECT_STATUS(st,
		      st->boot->LocateHandle(ByRegisterNotify, NULL, key, &size,
					     &found),
		      EFI_NOT_FOUND);
	EXPECT_STATUS(st,
		      st->boot->ReinstallProtocolInterface(
			      handle, &guid_a, &interface_1, &interface_1),
		      EFI_SUCCESS);
	EXPECT(st, *count == 2);
}

static void locate_notify(struct selftest *st)
{
	UINTN count = 0;
	EFI_EVENT event;
	EFI_HANDLE handle;
	VOID *key = NULL;

	if (!EXPECT_STATUS(st,
			   st->boot->CreateEvent(EVT_NOTIFY_SIGNAL, TPL_NOTIFY,
						 count_event, &count, &event),
			   EFI_SUCCESS))
		return;
	if (EXPECT_STATUS(
		    st, st->boot->RegisterProtocolNotify(&guid_a, event, &key),
		    EFI_SUCCESS)) {
		EXPECT(st, key);
		handle = handle_with(st, &guid_a, &interface_1);
		notified(st, handle, key, &count);
		handle_without(st, handle, &guid_a, &interface_1);
	}
	EXPECT_STATUS(st, st->boot->CloseEvent(event), EFI_SUCCESS);
}

static void locate_notify_codes(struct selftest *st)
{
	VOID *key;

	EXPECT_STATUS(st,
		      st->boot->RegisterProtocolNotify(NULL, st->image, &key),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, st->boot->RegisterProtocolNotify(&guid_a, NULL, &key),
		      EFI_INVALID_PARAMETER);
}

const struct check locate_checks[] = {
	{ "locate.handle", locate_handle, PHASE_BOOT },
	{ "locate.handle_none", locate_handle_none, PHASE_BOOT },
	{ "locate.handle_invalid", locate_handle_invalid, PHASE_BOOT },
	{ "locate.handle_null_buffer", locate_handle_null_buffer, PHASE_BOOT },
	{ "locate.all_handles", locate_all_handles, PHASE_BOOT },
	{ "locate.buffer", locate_buffer, PHASE_BOOT },
	{ "locate.buffer_codes", locate_buffer_codes, PHASE_BOOT },
	{ "locate.protocol", locate_protocol, PHASE_BOOT },
	{ "locate.notify", locate_notify, PHASE_BOOT },
	{ "locate.notify_codes", locate_notify_codes, PHASE_BOOT },
	{},
};
