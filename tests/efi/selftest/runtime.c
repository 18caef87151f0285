// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runtime services after ExitBootServices (UEFI 2.10, 8), before and after
 * SetVirtualAddressMap, and whether EFI_RT_PROPERTIES_TABLE (4.6.2) says what
 * is so.
 */
#include "exit.h"
#include "variables.h"

/* EFI_RT_SUPPORTED_*, by the order of the table from GetTime on. */
#define RT_GET_TIME 0x0001
#define RT_GET_VARIABLE 0x0010
#define RT_GET_NEXT_VARIABLE_NAME 0x0020
#define RT_SET_VARIABLE 0x0040
#define RT_SET_VIRTUAL_ADDRESS_MAP 0x0080
#define RT_CONVERT_POINTER 0x0100
#define RT_QUERY_VARIABLE_INFO 0x2000
#define RT_ALL 0x3fff

#define DESCRIPTORS_MAX 128

struct rt_properties {
	UINT16 version;
	UINT16 length;
	UINT32 supported;
};

static const EFI_GUID rt_properties_guid = { 0xeb66918a,
					     0x7eef,
					     0x402a,
					     { 0x84, 0x2e, 0x93, 0x1d, 0x21,
					       0xc3, 0x8a, 0xe9 } };

/* No table means that everything is supported. */
static UINT32 supported(struct selftest *st)
{
	const struct rt_properties *table =
		config_table(st, &rt_properties_guid);

	return table ? table->supported : RT_ALL;
}

static bool has(struct selftest *st, UINT32 service)
{
	if (supported(st) & service)
		return true;
	selftest_skip(st, "not supported at run time");
	return false;
}

static void runtime_properties(struct selftest *st)
{
	const struct rt_properties *table =
		config_table(st, &rt_properties_guid);

	if (!table) {
		selftest_skip(st, "no EFI_RT_PROPERTIES_TABLE");
		return;
	}
	EXPECT(st, table->version == 1);
	EXPECT(st, table->length == sizeof(*table));
	EXPECT(st, !(table->supported & ~RT_ALL));
	selftest_note(st, "supported %x", (UINT64)table->supported);
}

static void expect_support(struct selftest *st, UINT32 service,
			   EFI_STATUS status)
{
	if (supported(st) & service)
		EXPECT(st, status != EFI_UNSUPPORTED);
	else
		EXPECT_STATUS(st, status, EFI_UNSUPPORTED);
}

static EFI_STATUS next_name(struct selftest *st)
{
	static CHAR16 name[512];
	EFI_GUID guid = {};
	UINTN size = sizeof(name);

	name[0] = 0;
	return st->runtime->GetNextVariableName(&size, name, &guid);
}

/* Services that can be called without consequence. */
static void runtime_support(struct selftest *st)
{
	EFI_RUNTIME_SERVICES *runtime = st->runtime;
	UINT64 most, left, largest;
	EFI_TIME time;
	UINTN size = 0;

	expect_support(st, RT_GET_TIME, runtime->GetTime(&time, NULL));
	expect_support(st, RT_GET_VARIABLE,
		       variable_get(st, VARIABLE_RUNTIME, NULL, NULL, &size));
	expect_support(st, RT_GET_NEXT_VARIABLE_NAME, next_name(st));
	expect_support(st, RT_SET_VARIABLE,
		       runtime->SetVariable(L"SelfTestNothing", &variable_guid,
					    0, 0, NULL));
	expect_support(st, RT_QUERY_VARIABLE_INFO,
		       runtime->QueryVariableInfo(VARIABLE_NV_BS_RT, &most,
						  &left, &largest));
}

static void runtime_slots(struct selftest *st)
{
	void *const *slot = (void *const *)&st->runtime->GetTime;

	for (; slot < (void *const *)(st->runtime + 1); slot++)
		EXPECT(st, *slot);
	EXPECT(st, crc32_table_good(&st->runtime->Hdr));
}

static void runtime_get_variable(struct selftest *st)
{
	const UINTN wanted = sizeof(VARIABLE_RUNTIME_VALUE) - 1;
	UINT32 attributes = 0;
	char data[64];
	UINTN size = sizeof(data);

	if (!has(st, RT_GET_VARIABLE))
		return;
	EXPECT_STATUS(st,
		      variable_get(st, VARIABLE_RUNTIME, &attributes, data,
				   &size),
		      EFI_SUCCESS);
	EXPECT(st, attributes == VARIABLE_BS_RT);
	EXPECT(st, size == wanted);
	EXPECT(st, !memcmp(data, VARIABLE_RUNTIME_VALUE, wanted));
}

static void runtime_get_variable_codes(struct selftest *st)
{
	char data[64];
	UINTN size = sizeof(data);

	if (!has(st, RT_GET_VARIABLE))
		return;
	EXPECT_STATUS(st,
		      variable_get(st, L"SelfTestNothing", NULL, data, &size),
		      EFI_NOT_FOUND);
	EXPECT_STATUS(st,
		      st->runtime->GetVariable(NULL, &variable_guid, NULL,
					       &size, data),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      st->runtime->GetVariable(VARIABLE_RUNTIME, &variable_guid,
					       NULL, NULL, data),
		      EFI_INVALID_PARAMETER);
}

/* What only boot services may see is gone. */
static void runtime_boot_only(struct selftest *st)
{
	char data[64];
	UINTN size = sizeof(data);

	if (has(st, RT_GET_VARIABLE))
		EXPECT_STATUS(st,
			      variable_get(st, VARIABLE_BOOT_ONLY, NULL, data,
					   &size),
			      EFI_NOT_FOUND);
}

static void runtime_enumerate(struct selftest *st)
{
	UINTN count;

	if (!has(st, RT_GET_NEXT_VARIABLE_NAME))
		return;
	EXPECT(st, variable_find(st, VARIABLE_BOOT_ONLY, &count) == 0);
	EXPECT(st, variable_find(st, VARIABLE_RUNTIME, &count) == 1);
}

/* What was there before the application is there as it was. */
static void runtime_firmware_variables(struct selftest *st)
{
	const struct leftover *left = exit_leftover();
	UINTN count;

	if (!has(st, RT_GET_NEXT_VARIABLE_NAME))
		return;
	if (!left->variables)
		selftest_skip(st, "the firmware has no variables");
	EXPECT(st, variable_fingerprint(st, &count) == left->fingerprint);
	EXPECT(st, count == left->variables);
}

/* Volatile variables can't be made at run time (UEFI 2.10, 8.2.3). */
static void runtime_set_volatile(struct selftest *st)
{
	if (has(st, RT_SET_VARIABLE))
		EXPECT_EITHER(st,
			      st->runtime->SetVariable(L"SelfTestVolatile",
						       &variable_guid,
						       VARIABLE_BS_RT, 1, "x"),
			      EFI_INVALID_PARAMETER, EFI_WRITE_PROTECTED);
}

static EFI_STATUS set_map(struct selftest *st, UINTN size, UINT32 version)
{
	static EFI_MEMORY_DESCRIPTOR none[2];

	return st->runtime->SetVirtualAddressMap(sizeof(none), size, version,
						 none);
}

static void runtime_virtual_map_codes(struct selftest *st)
{
	const UINT32 version = EFI_MEMORY_DESCRIPTOR_VERSION;

	if (!has(st, RT_SET_VIRTUAL_ADDRESS_MAP))
		return;
	EXPECT_STATUS(st,
		      set_map(st, sizeof(EFI_MEMORY_DESCRIPTOR), version + 1),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      set_map(st, sizeof(EFI_MEMORY_DESCRIPTOR) - 8, version),
		      EFI_INVALID_PARAMETER);
}

/* As Linux does it: the runtime entries, and only those. */
static UINTN identity_map(struct selftest *st, EFI_MEMORY_DESCRIPTOR *ret)
{
	struct map *map = &exit_leftover()->map;
	UINTN count = 0;

	for (UINTN i = 0; i < map_count(map); i++) {
		EFI_MEMORY_DESCRIPTOR *entry = map_entry(map, i);

		if (!(entry->Attribute & EFI_MEMORY_RUNTIME))
			continue;
		if (!EXPECT(st, count < DESCRIPTORS_MAX))
			break;
		ret[count] = *entry;
		ret[count++].VirtualStart = entry->PhysicalStart;
	}
	return count;
}

static EFI_STATUS set_identity_map(struct selftest *st)
{
	static EFI_MEMORY_DESCRIPTOR entries[DESCRIPTORS_MAX];
	UINTN count = identity_map(st, entries);

	EXPECT(st, count > 0);
	return st->runtime->SetVirtualAddressMap(count * sizeof(entries[0]),
						 sizeof(entries[0]),
						 EFI_MEMORY_DESCRIPTOR_VERSION,
						 entries);
}

static void runtime_virtual_map(struct selftest *st)
{
	EFI_STATUS status;

	if (!has(st, RT_SET_VIRTUAL_ADDRESS_MAP))
		return;
	status = set_identity_map(st);
	EXPECT_STATUS(st, status, EFI_SUCCESS);
	st->virtual_map = status == EFI_SUCCESS;
	/* Identity: nothing has moved. */
	EXPECT(st, st->systab->RuntimeServices == st->runtime);
	EXPECT(st, crc32_table_good(&st->systab->Hdr));
}

static void runtime_virtual_map_event(struct selftest *st)
{
	if (!st->virtual_map)
		selftest_skip(st, "no virtual address map");
	else
		EXPECT(st, exit_leftover()->address_changes == 1);
}

static void runtime_virtual_map_again(struct selftest *st)
{
	if (!st->virtual_map)
		selftest_skip(st, "no virtual address map");
	else
		EXPECT_STATUS(st, set_identity_map(st), EFI_UNSUPPORTED);
}

/* Only for those whom that event notifies; there are no others any more. */
static void runtime_convert_pointer(struct selftest *st)
{
	VOID *pointer = st->runtime;

	if (!st->virtual_map)
		selftest_skip(st, "no virtual address map");
	else
		EXPECT_EITHER(st, st->runtime->ConvertPointer(0, &pointer),
			      EFI_UNSUPPORTED, EFI_NOT_FOUND);
}

const struct check runtime_checks[] = {
	{ "runtime.properties", runtime_properties, PHASE_RUNTIME },
	{ "runtime.slots", runtime_slots, PHASE_RUNTIME },
	{ "runtime.support", runtime_support, PHASE_RUNTIME },
	{ "runtime.get_variable", runtime_get_variable, PHASE_RUNTIME },
	{ "runtime.get_variable_codes", runtime_get_variable_codes,
	  PHASE_RUNTIME },
	{ "runtime.boot_only", runtime_boot_only, PHASE_RUNTIME },
	{ "runtime.enumerate", runtime_enumerate, PHASE_RUNTIME },
	{ "runtime.firmware_variables", runtime_firmware_variables,
	  PHASE_RUNTIME },
	{ "runtime.set_volatile", runtime_set_volatile, PHASE_RUNTIME },
	{ "runtime.virtual_map_codes", runtime_virtual_map_codes,
	  PHASE_RUNTIME },
	{ "runtime.virtual_map", runtime_virtual_map, PHASE_RUNTIME },
	{ "runtime.virtual_map_event", runtime_virtual_map_event,
	  PHASE_RUNTIME },
	{ "runtime.virtual_map_again", runtime_virtual_map_again,
	  PHASE_RUNTIME },
	{ "runtime.convert_pointer", runtime_convert_pointer, PHASE_RUNTIME },
	{ "runtime.virtual_slots", runtime_slots, PHASE_RUNTIME },
	{ "runtime.virtual_support", runtime_support, PHASE_RUNTIME },
	{ "runtime.virtual_get_variable", runtime_get_variable, PHASE_RUNTIME },
	{ "runtime.virtual_enumerate", runtime_enumerate, PHASE_RUNTIME },
	{ "runtime.virtual_firmware_variables", runtime_firmware_variables,
	  PHASE_RUNTIME },
	{},
};
