// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ExitBootServices (UEFI 2.10, 7.4.6): wrong keys, the right one, and once
 * more.
 */
#include "exit.h"
#include "variables.h"

#define ATTEMPTS 4

static EFI_EVENT exit_event, group_event, closed_event;
static UINTN exit_count, group_count, closed_count;

/* Kept, as the table itself is cleared. */
static EFI_EXIT_BOOT_SERVICES exit_boot_services;

static EFI_GUID exit_group = { 0x27abf055,
			       0xb1b8,
			       0x4c26,
			       { 0x80, 0x48, 0x74, 0x8f, 0x37, 0xba, 0xa2,
				 0xdf } };

struct leftover *exit_leftover(void)
{
	static struct leftover leftover;

	return &leftover;
}

static VOID EFIAPI count(EFI_EVENT event, VOID *context)
{
	(void)event;
	++*(volatile UINTN *)context;
}

/* Before the map is read for the last time. */
static void exit_prepare(struct selftest *st)
{
	struct leftover *left = exit_leftover();
	EFI_EVENT change;
	EFI_BOOT_SERVICES *boot = st->boot;

	left->fingerprint = variable_fingerprint(st, &left->variables);

	EXPECT_STATUS(st,
		      boot->CreateEvent(EVT_SIGNAL_EXIT_BOOT_SERVICES,
					TPL_NOTIFY, count, &exit_count,
					&exit_event),
		      EFI_SUCCESS);
	EXPECT_STATUS(st,
		      boot->CreateEventEx(EVT_NOTIFY_SIGNAL, TPL_NOTIFY, count,
					  &group_count, &exit_group,
					  &group_event),
		      EFI_SUCCESS);
	EXPECT_STATUS(st,
		      boot->CreateEvent(EVT_SIGNAL_EXIT_BOOT_SERVICES,
					TPL_NOTIFY, count, &closed_count,
					&closed_event),
		      EFI_SUCCESS);
	EXPECT_STATUS(st, boot->CloseEvent(closed_event), EFI_SUCCESS);
	EXPECT_STATUS(st,
		      boot->CreateEvent(EVT_SIGNAL_VIRTUAL_ADDRESS_CHANGE,
					TPL_NOTIFY, count,
					&exit_leftover()->address_changes,
					&change),
		      EFI_SUCCESS);
}

/* Not yet at run time: there is nothing to convert. */
static void exit_early_virtual_map(struct selftest *st)
{
	EFI_MEMORY_DESCRIPTOR none = {};

	EXPECT_STATUS(st,
		      st->runtime->SetVirtualAddressMap(
			      0, sizeof(none), EFI_MEMORY_DESCRIPTOR_VERSION,
			      &none),
		      EFI_UNSUPPORTED);
}

static void exit_wrong_key(struct selftest *st)
{
	struct map *map = map_read_checked(st);
	UINT64 page;

	if (!map)
		return;
	EXPECT_STATUS(st,
		      st->boot->ExitBootServices(st->image, map->key + 12345),
		      EFI_INVALID_PARAMETER);
	EXPECT(st, exit_count == 0 && group_count == 0);
	EXPECT(st, st->systab->BootServices == st->boot);
	/* Still alive: memory services must go on. */
	page = allocate(st, EfiLoaderData, 1);
	release(st, page, 1);
}

static void exit_stale_key(struct selftest *st)
{
	struct map *map = map_read_checked(st);
	UINTN key;
	UINT64 page;

	if (!map)
		return;
	key = map->key;
	page = allocate(st, EfiLoaderData, 1);
	EXPECT_STATUS(st, st->boot->ExitBootServices(st->image, key),
		      EFI_INVALID_PARAMETER);
	release(st, page, 1);
}

/* Firmware may change the map once more while it tries: so stubs retry. */
static void exit_right_key(struct selftest *st)
{
	struct map *map = &exit_leftover()->map;
	EFI_STATUS status = EFI_ABORTED;
	UINT64 attempt;

	exit_boot_services = st->boot->ExitBootServices;
	for (attempt = 1; attempt <= ATTEMPTS; attempt++) {
		if (!EXPECT_STATUS(st, map_read(st, map), EFI_SUCCESS))
			return;
		status = exit_boot_services(st->image, map->key);
		if (status != EFI_INVALID_PARAMETER)
			break;
	}
	st->exited = status == EFI_SUCCESS;
	EXPECT_STATUS(st, status, EFI_SUCCESS);
	if (attempt > 1)
		selftest_note(st, "attempt %u", attempt);
}

static bool exited(struct selftest *st)
{
	if (!st->exited)
		selftest_skip(st, "boot services were not exited");
	return st->exited;
}

static void exit_events(struct selftest *st)
{
	if (!exited(st))
		return;
	EXPECT(st, exit_count == 1);
	EXPECT(st, group_count == 1);
	EXPECT(st, closed_count == 0);
}

/* UEFI 2.10, 7.4.6: the loader clears these; firmware does so as well. */
static void exit_system_table(struct selftest *st)
{
	const EFI_SYSTEM_TABLE *systab = st->systab;

	if (!exited(st))
		return;
	EXPECT(st, !systab->BootServices);
	EXPECT(st, !systab->ConIn && !systab->ConsoleInHandle);
	EXPECT(st, !systab->ConOut && !systab->ConsoleOutHandle);
	EXPECT(st, !systab->StdErr && !systab->StandardErrorHandle);
	EXPECT(st, systab->RuntimeServices == st->runtime);
	EXPECT(st, crc32_table_good(&systab->Hdr));
}

static bool vendor_is(struct selftest *st, const CHAR16 *name)
{
	const CHAR16 *vendor = st->systab->FirmwareVendor;

	for (; *vendor == *name; vendor++, name++)
		if (!*name)
			return true;
	return false;
}

/*
 * Not defined by UEFI; a payload that retries once too often must survive it.
 * Memory is the caller's now: only code that still lies there can answer.
 */
static void exit_again(struct selftest *st)
{
	if (!exited(st))
		return;
	/* K1's firmware may be named so, and another one be asked. */
	if (vendor_is(st, L"EDK II") && !selftest_option(st, "again")) {
		selftest_skip(st, "EDK II calls through its cleared tables");
		return;
	}
	EXPECT_EITHER(st,
		      exit_boot_services(st->image, exit_leftover()->map.key),
		      EFI_SUCCESS, EFI_INVALID_PARAMETER);
	EXPECT(st, exit_count == 1 && group_count == 1);
}

const struct check exit_checks[] = {
	{ "exit.prepare", exit_prepare, PHASE_EXIT },
	{ "exit.early_virtual_map", exit_early_virtual_map, PHASE_EXIT },
	{ "exit.wrong_key", exit_wrong_key, PHASE_EXIT },
	{ "exit.stale_key", exit_stale_key, PHASE_EXIT },
	{ "exit.right_key", exit_right_key, PHASE_EXIT },
	{ "exit.events", exit_events, PHASE_EXIT },
	{ "exit.system_table", exit_system_table, PHASE_EXIT },
	{ "exit.again", exit_again, PHASE_EXIT },
	{},
};
