// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * InstallConfigurationTable (UEFI 2.10, 7.5.6), and what tables there are.
 */
#include "map.h"
#include "selftest.h"

static EFI_GUID own_guid = { 0x6a1c2d55,
			     0x3c8d,
			     0x4b7b,
			     { 'k', 'p', 'e', 1, 2, 3, 4, 5 } };

static UINTN count_of(struct selftest *st, const EFI_GUID *guid)
{
	UINTN count = 0;

	for (UINTN i = 0; i < st->systab->NumberOfTableEntries; i++)
		if (guid_equal(&st->systab->ConfigurationTable[i].VendorGuid,
			       guid))
			count++;
	return count;
}

static EFI_STATUS install(struct selftest *st, void *table)
{
	return st->boot->InstallConfigurationTable(&own_guid, table);
}

/* The system table's checksum covers count and address of the array. */
static void expect_table(struct selftest *st, UINTN number, void *table)
{
	EXPECT(st, st->systab->NumberOfTableEntries == number);
	EXPECT(st, config_table(st, &own_guid) == table);
	EXPECT(st, count_of(st, &own_guid) == (table ? 1 : 0));
	EXPECT(st, crc32_table_good(&st->systab->Hdr));
}

static void config_install(struct selftest *st)
{
	static UINT64 one, two;
	UINTN before = st->systab->NumberOfTableEntries;

	expect_table(st, before, NULL);
	EXPECT_STATUS(st, install(st, &one), EFI_SUCCESS);
	expect_table(st, before + 1, &one);
	EXPECT_STATUS(st, install(st, &two), EFI_SUCCESS);
	expect_table(st, before + 1, &two);
	EXPECT_STATUS(st, install(st, NULL), EFI_SUCCESS);
	expect_table(st, before, NULL);
}

static void config_codes(struct selftest *st)
{
	static UINT64 one;

	EXPECT_STATUS(st, install(st, NULL), EFI_NOT_FOUND);
	EXPECT_STATUS(st, st->boot->InstallConfigurationTable(NULL, &one),
		      EFI_INVALID_PARAMETER);
}

static EFI_GUID numbered(UINT8 number)
{
	EFI_GUID guid = own_guid;

	guid.Data4[7] = 100 + number;
	return guid;
}

static void *numbered_table(UINT8 number)
{
	return (void *)(UINTN)(number * 8);
}

static void install_numbered(struct selftest *st, UINT8 number, void *table)
{
	EFI_GUID guid = numbered(number);

	EXPECT_STATUS(st, st->boot->InstallConfigurationTable(&guid, table),
		      EFI_SUCCESS);
}

/* Removing one of many leaves the others as they were. */
static void config_many(struct selftest *st)
{
	static const UINT8 order[] = { 3, 1, 5, 2, 4 };
	UINTN before = st->systab->NumberOfTableEntries;

	for (UINT8 i = 1; i <= 5; i++)
		install_numbered(st, i, numbered_table(i));
	for (UINTN i = 0; i < ARRAY_SIZE(order); i++) {
		EXPECT(st, st->systab->NumberOfTableEntries ==
				   before + ARRAY_SIZE(order) - i);
		for (UINTN j = i; j < ARRAY_SIZE(order); j++) {
			EFI_GUID guid = numbered(order[j]);

			EXPECT(st, config_table(st, &guid) ==
					   numbered_table(order[j]));
		}
		install_numbered(st, order[i], NULL);
	}
	EXPECT(st, st->systab->NumberOfTableEntries == before);
	EXPECT(st, crc32_table_good(&st->systab->Hdr));
}

static VOID EFIAPI count_event(EFI_EVENT event, VOID *context)
{
	(void)event;
	++*(UINTN *)context;
}

/* The table's GUID is an event group (UEFI 2.10, 7.5.6). */
static void config_event(struct selftest *st)
{
	static UINT64 one;
	EFI_EVENT event;
	UINTN count = 0;

	if (!EXPECT_STATUS(st,
			   st->boot->CreateEventEx(EVT_NOTIFY_SIGNAL,
						   TPL_CALLBACK, count_event,
						   &count, &own_guid, &event),
			   EFI_SUCCESS))
		return;
	EXPECT_STATUS(st, install(st, &one), EFI_SUCCESS);
	EXPECT(st, count == 1);
	EXPECT_STATUS(st, install(st, NULL), EFI_SUCCESS);
	EXPECT(st, count == 2);
	EXPECT_STATUS(st, st->boot->CloseEvent(event), EFI_SUCCESS);
}

static bool sums_to_zero(const UINT8 *bytes, UINTN size)
{
	UINT8 sum = 0;

	while (size--)
		sum += *bytes++;
	return !sum;
}

static void config_acpi(struct selftest *st)
{
	static const EFI_GUID guid = ACPI_20_TABLE_GUID;
	const UINT8 *rsdp = config_table(st, &guid);
	UINT32 type;

	if (!rsdp) {
		selftest_skip(st, "no ACPI 2.0 table");
		return;
	}
	EXPECT(st, !memcmp(rsdp, "RSD PTR ", 8));
	EXPECT(st, sums_to_zero(rsdp, 20));
	EXPECT(st, rsdp[15] < 2 || sums_to_zero(rsdp, 36));
	type = type_at(st, rsdp);
	EXPECT(st, type != EfiConventionalMemory);
	EXPECT(st, type != EfiBootServicesData && type != EfiLoaderData);
}

static void config_smbios(struct selftest *st)
{
	static const EFI_GUID guid_2 = SMBIOS_TABLE_GUID;
	static const EFI_GUID guid_3 = SMBIOS3_TABLE_GUID;
	const UINT8 *two = config_table(st, &guid_2);
	const UINT8 *three = config_table(st, &guid_3);

	if (!two && !three) {
		selftest_skip(st, "no SMBIOS table");
		return;
	}
	if (two)
		EXPECT(st,
		       !memcmp(two, "_SM_", 4) && sums_to_zero(two, two[5]));
	if (three)
		EXPECT(st, !memcmp(three, "_SM3_", 5) &&
				   sums_to_zero(three, three[6]));
}

static void config_device_tree(struct selftest *st)
{
	static const EFI_GUID guid = EFI_DTB_TABLE_GUID;
	const UINT8 *tree = config_table(st, &guid);

	if (!tree) {
		selftest_skip(st, "no device tree");
		return;
	}
	EXPECT(st, !memcmp(tree, "\xd0\x0d\xfe\xed", 4));
	EXPECT(st, type_at(st, tree) != EfiConventionalMemory);
}

static void config_conformance(struct selftest *st)
{
	static const EFI_GUID guid = { 0x36122546,
				       0xf7e7,
				       0x4c8f,
				       { 0xbd, 0x9b, 0xeb, 0x85, 0x25, 0xb5,
					 0x0c, 0x0b } };
	const UINT16 *profiles = config_table(st, &guid);

	if (!profiles) {
		selftest_skip(st, "no conformance profile table");
		return;
	}
	EXPECT(st, profiles[0] == 1); /* version */
	EXPECT(st, profiles[1] >= 1); /* number of profiles */
}

const struct check config_table_checks[] = {
	{ "config_table.install", config_install, PHASE_BOOT },
	{ "config_table.codes", config_codes, PHASE_BOOT },
	{ "config_table.many", config_many, PHASE_BOOT },
	{ "config_table.event", config_event, PHASE_BOOT },
	{ "config_table.acpi", config_acpi, PHASE_BOOT },
	{ "config_table.smbios", config_smbios, PHASE_BOOT },
	{ "config_table.device_tree", config_device_tree, PHASE_BOOT },
	{ "config_table.conformance", config_conformance, PHASE_BOOT },
	{},
};
