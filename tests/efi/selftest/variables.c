// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Variable services before ExitBootServices (UEFI 2.10, 8.2).
 */
#include "variables.h"

#define NAME L"SelfTest"
#define NAME_MAX 512 /* characters */
#define VARIABLES_MAX 2000
#define DATA_MAX 0x10000

EFI_GUID variable_guid = { 0x39e5ffbd,
			   0x9d6e,
			   0x4c84,
			   { 0x8e, 0x2b, 'k', 'p', 'e', 0, 0, 1 } };
static EFI_GUID global_guid = EFI_GLOBAL_VARIABLE;

static EFI_STATUS set(struct selftest *st, const CHAR16 *name,
		      UINT32 attributes, const char *text)
{
	return st->runtime->SetVariable((CHAR16 *)name, &variable_guid,
					attributes, strlen(text), (void *)text);
}

/* A deletion needs no attributes (UEFI 2.10, 8.2.3). */
static EFI_STATUS erase(struct selftest *st, const CHAR16 *name)
{
	return st->runtime->SetVariable((CHAR16 *)name, &variable_guid, 0, 0,
					NULL);
}

EFI_STATUS variable_get(struct selftest *st, const CHAR16 *name,
			UINT32 *attributes, void *data, UINTN *size)
{
	return st->runtime->GetVariable((CHAR16 *)name, &variable_guid,
					attributes, size, data);
}

static bool same(const CHAR16 *a, const CHAR16 *b)
{
	for (; *a == *b; a++, b++)
		if (!*a)
			return true;
	return false;
}

UINTN variable_find(struct selftest *st, const CHAR16 *name, UINTN *ret_count)
{
	static CHAR16 at[NAME_MAX];
	EFI_GUID guid = {};
	EFI_STATUS status;
	UINTN seen = 0;

	at[0] = 0;
	for (*ret_count = 0; *ret_count < VARIABLES_MAX; ++*ret_count) {
		UINTN size = sizeof(at);

		status = st->runtime->GetNextVariableName(&size, at, &guid);
		if (status != EFI_SUCCESS) {
			EXPECT_STATUS(st, status, EFI_NOT_FOUND);
			return seen;
		}
		EXPECT(st, size >= 4 && size <= sizeof(at));
		if (guid_equal(&guid, &variable_guid) && same(at, name))
			seen++;
	}
	EXPECT(st, *ret_count < VARIABLES_MAX); /* it never ends */
	return seen;
}

static UINT32 print_of(struct selftest *st, CHAR16 *name, UINTN name_size,
		       EFI_GUID *guid)
{
	static UINT8 data[DATA_MAX];
	UINTN size = sizeof(data);
	UINT32 attributes = 0;

	if (st->runtime->GetVariable(name, guid, &attributes, &size, data) !=
		    EFI_SUCCESS ||
	    !(attributes & EFI_VARIABLE_RUNTIME_ACCESS))
		return 0;
	return crc32_of(name, name_size) + crc32_of(guid, sizeof(*guid)) +
	       crc32_of(&attributes, sizeof(attributes)) + crc32_of(data, size);
}

UINT32 variable_fingerprint(struct selftest *st, UINTN *ret_count)
{
	static CHAR16 name[NAME_MAX];
	EFI_GUID guid = {};
	UINT32 sum = 0;

	name[0] = 0;
	*ret_count = 0;
	for (UINTN i = 0; i < VARIABLES_MAX; i++) {
		UINTN size = sizeof(name);
		UINT32 one;

		if (st->runtime->GetNextVariableName(&size, name, &guid) !=
		    EFI_SUCCESS)
			break;
		if (guid_equal(&guid, &variable_guid))
			continue;
		one = print_of(st, name, size, &guid);
		sum += one;
		*ret_count += one != 0;
	}
	return sum;
}

static void expect_value(struct selftest *st, const CHAR16 *name,
			 UINT32 attributes, const char *text)
{
	UINT32 have = 0;
	char data[64];
	UINTN size = sizeof(data);

	EXPECT_STATUS(st, variable_get(st, name, &have, data, &size),
		      EFI_SUCCESS);
	EXPECT(st, have == attributes);
	EXPECT(st, size == strlen(text));
	EXPECT(st, !memcmp(data, text, strlen(text)));
}

static void expect_none(struct selftest *st, const CHAR16 *name)
{
	char data[64];
	UINTN size = sizeof(data);

	EXPECT_STATUS(st, variable_get(st, name, NULL, data, &size),
		      EFI_NOT_FOUND);
}

/* What Linux concludes "Secure Boot off" from. */
static void variables_not_found(struct selftest *st)
{
	UINTN size = 0;

	expect_none(st, NAME);
	EXPECT_STATUS(st, variable_get(st, NAME, NULL, NULL, &size),
		      EFI_NOT_FOUND);
	EXPECT_STATUS(st, variable_get(st, L"", NULL, NULL, &size),
		      EFI_NOT_FOUND);
}

static void variables_get_invalid(struct selftest *st)
{
	EFI_RUNTIME_SERVICES *runtime = st->runtime;
	char data[8];
	UINTN size = sizeof(data);

	EXPECT_STATUS(st,
		      runtime->GetVariable(NULL, &variable_guid, NULL, &size,
					   data),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, runtime->GetVariable(NAME, NULL, NULL, &size, data),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      runtime->GetVariable(NAME, &variable_guid, NULL, NULL,
					   data),
		      EFI_INVALID_PARAMETER);
}

static void variables_set_get(struct selftest *st)
{
	if (!EXPECT_STATUS(st, set(st, NAME, VARIABLE_BS, "first"),
			   EFI_SUCCESS))
		return;
	expect_value(st, NAME, VARIABLE_BS, "first");
	EXPECT_STATUS(st, set(st, NAME, VARIABLE_BS, "a longer one"),
		      EFI_SUCCESS);
	expect_value(st, NAME, VARIABLE_BS, "a longer one");
	EXPECT_STATUS(st, set(st, NAME, VARIABLE_BS, "short"), EFI_SUCCESS);
	expect_value(st, NAME, VARIABLE_BS, "short");
	EXPECT_STATUS(st, erase(st, NAME), EFI_SUCCESS);
	expect_none(st, NAME);
	EXPECT_STATUS(st, erase(st, NAME), EFI_NOT_FOUND);
}

/* The attributes that systemd-stub uses: volatile, seen at run time. */
static void variables_volatile_runtime(struct selftest *st)
{
	if (!EXPECT_STATUS(st, set(st, NAME, VARIABLE_BS_RT, "value"),
			   EFI_SUCCESS))
		return;
	expect_value(st, NAME, VARIABLE_BS_RT, "value");
	EXPECT_STATUS(st, erase(st, NAME), EFI_SUCCESS);
	expect_none(st, NAME);
}

static void variables_non_volatile(struct selftest *st)
{
	if (!EXPECT_STATUS(st, set(st, NAME, VARIABLE_NV_BS_RT, "value"),
			   EFI_SUCCESS))
		return;
	expect_value(st, NAME, VARIABLE_NV_BS_RT, "value");
	EXPECT_STATUS(st, erase(st, NAME), EFI_SUCCESS);
	expect_none(st, NAME);
}

static void variables_too_small(struct selftest *st)
{
	UINT32 attributes = 0;
	char data[16];
	UINTN size = 0;

	if (!EXPECT_STATUS(st, set(st, NAME, VARIABLE_BS, "twelve bytes"),
			   EFI_SUCCESS))
		return;
	EXPECT_STATUS(st, variable_get(st, NAME, NULL, NULL, &size),
		      EFI_BUFFER_TOO_SMALL);
	EXPECT(st, size == 12);
	memset(data, 'x', sizeof(data));
	size = 5;
	EXPECT_STATUS(st, variable_get(st, NAME, &attributes, data, &size),
		      EFI_BUFFER_TOO_SMALL);
	EXPECT(st, size == 12);
	EXPECT(st, bytes_are(data, sizeof(data), 'x'));
	/* UEFI 2.10, 8.2.1: attributes come even so. */
	EXPECT(st, attributes == VARIABLE_BS);
	EXPECT_STATUS(st, variable_get(st, NAME, NULL, NULL, &size),
		      EFI_INVALID_PARAMETER);
	erase(st, NAME);
}

static void variables_append(struct selftest *st)
{
	const UINT32 append = VARIABLE_BS | EFI_VARIABLE_APPEND_WRITE;

	if (!EXPECT_STATUS(st, set(st, NAME, VARIABLE_BS, "one"), EFI_SUCCESS))
		return;
	EXPECT_STATUS(st, set(st, NAME, append, "two"), EFI_SUCCESS);
	expect_value(st, NAME, VARIABLE_BS, "onetwo");
	/* Appending nothing changes nothing. */
	EXPECT_STATUS(st,
		      st->runtime->SetVariable(NAME, &variable_guid, append, 0,
					       NULL),
		      EFI_SUCCESS);
	expect_value(st, NAME, VARIABLE_BS, "onetwo");
	erase(st, NAME);
}

static void variables_other_attributes(struct selftest *st)
{
	if (!EXPECT_STATUS(st, set(st, NAME, VARIABLE_BS, "one"), EFI_SUCCESS))
		return;
	EXPECT_STATUS(st, set(st, NAME, VARIABLE_BS_RT, "two"),
		      EFI_INVALID_PARAMETER);
	expect_value(st, NAME, VARIABLE_BS, "one");
	erase(st, NAME);
}

static void variables_set_invalid(struct selftest *st)
{
	EFI_RUNTIME_SERVICES *runtime = st->runtime;

	EXPECT_STATUS(st,
		      runtime->SetVariable(NULL, &variable_guid, VARIABLE_BS, 1,
					   "x"),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, runtime->SetVariable(NAME, NULL, VARIABLE_BS, 1, "x"),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, set(st, L"", VARIABLE_BS, "x"),
		      EFI_INVALID_PARAMETER);
	/* Run-time access without boot-time access. */
	EXPECT_STATUS(st, set(st, NAME, EFI_VARIABLE_RUNTIME_ACCESS, "x"),
		      EFI_INVALID_PARAMETER);
	expect_none(st, NAME);
}

static void variables_set_null_data(struct selftest *st)
{
	EXPECT_STATUS(st,
		      st->runtime->SetVariable(NAME, &variable_guid,
					       VARIABLE_BS, 1, NULL),
		      EFI_INVALID_PARAMETER);
	erase(st, NAME);
}

static void variables_enumerate(struct selftest *st)
{
	UINTN before, count;

	EXPECT(st, variable_find(st, NAME, &before) == 0);
	if (!EXPECT_STATUS(st, set(st, NAME, VARIABLE_BS, "one"), EFI_SUCCESS))
		return;
	EXPECT(st, variable_find(st, NAME, &count) == 1);
	EXPECT(st, count == before + 1);
	EXPECT_STATUS(st, erase(st, NAME), EFI_SUCCESS);
	EXPECT(st, variable_find(st, NAME, &count) == 0);
	EXPECT(st, count == before);
}

static void variables_next_codes(struct selftest *st)
{
	EFI_RUNTIME_SERVICES *runtime = st->runtime;
	EFI_GUID guid = variable_guid;
	CHAR16 name[NAME_MAX] = { 0 };
	UINTN size = sizeof(name);

	EXPECT_STATUS(st, runtime->GetNextVariableName(NULL, name, &guid),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, runtime->GetNextVariableName(&size, NULL, &guid),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, runtime->GetNextVariableName(&size, name, NULL),
		      EFI_INVALID_PARAMETER);
	/* Not the name of any variable, where to go on from. */
	memcpy(name, L"NoSuch", sizeof(L"NoSuch"));
	EXPECT_EITHER(st, runtime->GetNextVariableName(&size, name, &guid),
		      EFI_INVALID_PARAMETER, EFI_NOT_FOUND);
}

static void variables_next_too_small(struct selftest *st)
{
	EFI_GUID guid = {};
	CHAR16 name[2] = { 0, 0xabcd };
	UINTN size = 2;

	if (!EXPECT_STATUS(st, set(st, NAME, VARIABLE_BS, "one"), EFI_SUCCESS))
		return;
	EXPECT_STATUS(st, st->runtime->GetNextVariableName(&size, name, &guid),
		      EFI_BUFFER_TOO_SMALL);
	EXPECT(st, size >= 4);
	EXPECT(st, name[1] == 0xabcd);
	erase(st, NAME);
}

static void variables_query(struct selftest *st)
{
	UINT64 most = 0, left = 0, largest = 0;
	EFI_STATUS status;

	status = st->runtime->QueryVariableInfo(VARIABLE_NV_BS_RT, &most, &left,
						&largest);
	if (status == EFI_UNSUPPORTED) {
		selftest_skip(st, "%r", status);
		return;
	}
	EXPECT_STATUS(st, status, EFI_SUCCESS);
	EXPECT(st, left <= most);
	EXPECT(st, largest > 0);
	EXPECT_STATUS(st,
		      st->runtime->QueryVariableInfo(0, &most, &left, &largest),
		      EFI_INVALID_PARAMETER);
}

static void variables_secure_boot(struct selftest *st)
{
	UINT8 value = 77, setup = 77;
	UINT32 attributes = 0;
	UINTN size = 1;
	EFI_STATUS status;

	status = st->runtime->GetVariable(L"SecureBoot", &global_guid,
					  &attributes, &size, &value);
	if (status == EFI_NOT_FOUND) {
		selftest_skip(st, "no variable SecureBoot");
		return;
	}
	EXPECT_STATUS(st, status, EFI_SUCCESS);
	EXPECT(st, size == 1 && value <= 1);
	EXPECT(st, attributes == VARIABLE_BS_RT);
	size = 1;
	EXPECT_STATUS(st,
		      st->runtime->GetVariable(L"SetupMode", &global_guid,
					       &attributes, &size, &setup),
		      EFI_SUCCESS);
	EXPECT(st, size == 1 && setup <= 1);
	/* In setup mode nothing is enforced. */
	EXPECT(st, !(value && setup));
}

static void variables_secure_boot_fixed(struct selftest *st)
{
	UINT8 value = 1, after = 77;
	UINTN size = 1;

	if (st->runtime->GetVariable(L"SecureBoot", &global_guid, NULL, &size,
				     &value) != EFI_SUCCESS) {
		selftest_skip(st, "no variable SecureBoot");
		return;
	}
	after = !value;
	EXPECT_STATUS(st,
		      st->runtime->SetVariable(L"SecureBoot", &global_guid,
					       VARIABLE_BS_RT, 1, &after),
		      EFI_WRITE_PROTECTED);
	EXPECT_STATUS(st,
		      st->runtime->GetVariable(L"SecureBoot", &global_guid,
					       NULL, &size, &after),
		      EFI_SUCCESS);
	EXPECT(st, after == value);
}

/* Last: what exit.c and runtime.c look for. */
static void variables_leave(struct selftest *st)
{
	EXPECT_STATUS(st, set(st, VARIABLE_BOOT_ONLY, VARIABLE_BS, "boot"),
		      EFI_SUCCESS);
	EXPECT_STATUS(st,
		      set(st, VARIABLE_RUNTIME, VARIABLE_BS_RT,
			  VARIABLE_RUNTIME_VALUE),
		      EFI_SUCCESS);
}

const struct check variable_checks[] = {
	{ "variables.not_found", variables_not_found, PHASE_BOOT },
	{ "variables.get_invalid", variables_get_invalid, PHASE_BOOT },
	{ "variables.set_get", variables_set_get, PHASE_BOOT },
	{ "variables.volatile_runtime", variables_volatile_runtime,
	  PHASE_BOOT },
	{ "variables.non_volatile", variables_non_volatile, PHASE_BOOT },
	{ "variables.too_small", variables_too_small, PHASE_BOOT },
	{ "variables.append", variables_append, PHASE_BOOT },
	{ "variables.other_attributes", variables_other_attributes,
	  PHASE_BOOT },
	{ "variables.set_invalid", variables_set_invalid, PHASE_BOOT },
	{ "variables.set_null_data", variables_set_null_data, PHASE_BOOT },
	{ "variables.enumerate", variables_enumerate, PHASE_BOOT },
	{ "variables.next_codes", variables_next_codes, PHASE_BOOT },
	{ "variables.next_too_small", variables_next_too_small, PHASE_BOOT },
	{ "variables.query", variables_query, PHASE_BOOT },
	{ "variables.secure_boot", variables_secure_boot, PHASE_BOOT },
	{ "variables.secure_boot_fixed", variables_secure_boot_fixed,
	  PHASE_BOOT },
	{ "variables.leave", variables_leave, PHASE_BOOT },
	{},
};
