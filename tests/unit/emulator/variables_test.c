// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Variable services before ExitBootServices: snapshot, overlay, error codes.
 */
// sources: tests/unit/emulator/runtime_start.S tests/unit/emulator/machine.c
// sources: emulator/device_tree.c
// sources: tests/unit/emulator/stubs.c emulator/config_table.c emulator/console.c
// sources: emulator/crc32.c emulator/exit_boot.c emulator/main.c
// sources: emulator/memory.c emulator/page_table.c emulator/panic.c
// sources: emulator/pool.c emulator/print.c emulator/region.c
// sources: emulator/runtime_services.c emulator/runtime/unsupported.c
// sources: emulator/runtime/variables.c emulator/runtime/virtual_map.c
// sources: emulator/systab.c emulator/text.c emulator/time.c emulator/trace.c
// sources: emulator/variables.c tests/unit/emulator/runtime_end.S

#include "machine.h"
#include "unit.h"

#define BS EFI_VARIABLE_BOOTSERVICE_ACCESS
#define RT EFI_VARIABLE_RUNTIME_ACCESS
#define NV EFI_VARIABLE_NON_VOLATILE
#define AUTH EFI_VARIABLE_TIME_BASED_AUTHENTICATED_WRITE_ACCESS
#define APPEND EFI_VARIABLE_APPEND_WRITE

static const struct efi_guid mine =
	EFI_GUID_INIT(0x11223344, 0x5566, 0x7788, 1, 2, 3, 4, 5, 6, 7, 8);
static const struct efi_guid other =
	EFI_GUID_INIT(0x11223344, 0x5566, 0x7788, 1, 2, 3, 4, 5, 6, 7, 9);

static void boot(void)
{
	const struct efi_guid global = EFI_GLOBAL_VARIABLE_GUID;

	machine_start();
	machine_memory();
	machine_variable("SecureBoot", &global, BS | RT, "\1", 1);
	machine_variable("Boot", &mine, NV | BS | RT, "hello", 5);
	machine_variable("BootOnly", &mine, NV | BS, "x", 1);
	machine_variable("Boot", &other, BS | RT, "other", 5);
	machine_variable("Signed", &mine, NV | BS | RT | AUTH, "s", 1);
	machine_run();
}

static efi_status_t get(const char *name, const struct efi_guid *guid,
			u32 *attributes, u64 *size, void *data)
{
	return rt_get_variable(machine_utf16(name), guid, attributes, size,
			       data);
}

static efi_status_t set(const char *name, const struct efi_guid *guid,
			u32 attributes, const void *data)
{
	return rt_set_variable(machine_utf16(name), guid, attributes,
			       data ? strlen(data) : 0, data);
}

/* The text that a variable holds, NULL if there is none. */
static const char *text(const char *name, const struct efi_guid *guid)
{
	static char data[128];
	u64 size = sizeof(data) - 1;

	if (EFI_ERROR(get(name, guid, NULL, &size, data)))
		return NULL;
	data[size] = 0;
	return data;
}

UNIT_TEST(get_follows_the_specification)
{
	u32 attributes = 0;
	u64 size = 0;
	char data[8];

	boot();
	EXPECT_EQ(get("Boot", &mine, &attributes, &size, NULL),
		  EFI_BUFFER_TOO_SMALL);
	EXPECT_EQ(size, 5);
	EXPECT_EQ(attributes, NV | BS | RT);
	EXPECT_EQ(get("Boot", &mine, NULL, &size, NULL), EFI_INVALID_PARAMETER);
	size = sizeof(data);
	EXPECT_EQ(get("Boot", &mine, NULL, &size, data), EFI_SUCCESS);
	EXPECT_EQ(size, 5);
	EXPECT_MEM_EQ(data, "hello", 5);
	EXPECT_STR_EQ(text("Boot", &other), "other");
	EXPECT_STR_EQ(text("BootOnly", &mine), "x");
	EXPECT_EQ(get("Boo", &mine, NULL, &size, data), EFI_NOT_FOUND);
	EXPECT_EQ(get("Boots", &mine, NULL, &size, data), EFI_NOT_FOUND);
	EXPECT_EQ(get("", &mine, NULL, &size, data), EFI_NOT_FOUND);
	EXPECT_EQ(rt_get_variable(NULL, &mine, NULL, &size, data),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(get("Boot", NULL, NULL, &size, data), EFI_INVALID_PARAMETER);
	EXPECT_EQ(get("Boot", &mine, NULL, NULL, data), EFI_INVALID_PARAMETER);
}

UNIT_TEST(overlay_wins_over_the_snapshot)
{
	boot();
	EXPECT_EQ(set("New", &mine, BS | RT, "one"), EFI_SUCCESS);
	EXPECT_STR_EQ(text("New", &mine), "one");
	EXPECT_EQ(set("New", &mine, BS | RT, "three"), EFI_SUCCESS);
	EXPECT_STR_EQ(text("New", &mine), "three");
	EXPECT_EQ(set("Boot", &mine, NV | BS | RT, "changed"), EFI_SUCCESS);
	EXPECT_STR_EQ(text("Boot", &mine), "changed");
	EXPECT_STR_EQ(text("Boot", &other), "other");
}

UNIT_TEST(delete_hides_and_can_be_undone)
{
	u32 used;

	boot();
	used = emu.variables.overlay_used;
	EXPECT_EQ(set("New", &mine, BS, "one"), EFI_SUCCESS);
	EXPECT_EQ(set("New", &mine, BS, NULL), EFI_SUCCESS);
	EXPECT_STR_EQ(text("New", &mine), NULL);
	EXPECT_EQ(emu.variables.overlay_used, used);
	EXPECT_EQ(set("New", &mine, BS, NULL), EFI_NOT_FOUND);
	EXPECT_EQ(set("Boot", &mine, 0, "ignored"), EFI_SUCCESS);
	EXPECT_STR_EQ(text("Boot", &mine), NULL);
	EXPECT_EQ(set("Boot", &mine, 0, NULL), EFI_NOT_FOUND);
	EXPECT_EQ(set("Boot", &mine, BS, "again"), EFI_SUCCESS);
	EXPECT_STR_EQ(text("Boot", &mine), "again");
}

UNIT_TEST(append_extends)
{
	boot();
	EXPECT_EQ(set("New", &mine, BS | APPEND, "ab"), EFI_SUCCESS);
	EXPECT_EQ(set("New", &mine, BS | APPEND, "cd"), EFI_SUCCESS);
	EXPECT_STR_EQ(text("New", &mine), "abcd");
	EXPECT_EQ(set("New", &mine, BS | APPEND, NULL), EFI_SUCCESS);
	EXPECT_STR_EQ(text("New", &mine), "abcd");
	EXPECT_EQ(set("Boot", &mine, NV | BS | RT | APPEND, "!"), EFI_SUCCESS);
	EXPECT_STR_EQ(text("Boot", &mine), "hello!");
}

UNIT_TEST(attributes_are_checked)
{
	boot();
	EXPECT_EQ(set("New", &mine, RT, "x"), EFI_INVALID_PARAMETER);
	EXPECT_EQ(set("New", &mine, BS | 0x100, "x"), EFI_INVALID_PARAMETER);
	EXPECT_EQ(set("New", &mine, BS | 0x10, "x"), EFI_UNSUPPORTED);
	EXPECT_EQ(set("New", &mine, BS | 0x80, "x"), EFI_UNSUPPORTED);
	EXPECT_EQ(set("New", &mine, NV | BS | RT | 0x08, "x"), EFI_UNSUPPORTED);
	EXPECT_EQ(set("New", &mine, NV | BS | RT | AUTH, "x"),
		  EFI_SECURITY_VIOLATION);
	EXPECT_EQ(set("Signed", &mine, NV | BS | RT, "x"),
		  EFI_SECURITY_VIOLATION);
	EXPECT_EQ(set("Signed", &mine, 0, NULL), EFI_SECURITY_VIOLATION);
	EXPECT_EQ(set("Boot", &mine, BS, "x"), EFI_INVALID_PARAMETER);
	EXPECT_STR_EQ(text("Boot", &mine), "hello");
	EXPECT_EQ(set("", &mine, BS, "x"), EFI_INVALID_PARAMETER);
	EXPECT_EQ(set("New", NULL, BS, "x"), EFI_INVALID_PARAMETER);
	EXPECT_EQ(rt_set_variable(NULL, &mine, BS, 1, "x"),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(rt_set_variable(machine_utf16("New"), &mine, BS, 1, NULL),
		  EFI_INVALID_PARAMETER);
	EXPECT_STR_EQ(text("New", &mine), NULL);
}

UNIT_TEST(secure_boot_state_is_write_protected)
{
	static const char *const names[] = { "SecureBoot", "SetupMode",
					     "PK",	   "KEK",
					     "dbxDefault", "AuditMode",
					     "VendorKeys" };
	const struct efi_guid global = EFI_GLOBAL_VARIABLE_GUID;
	const struct efi_guid security = EFI_IMAGE_SECURITY_DATABASE_GUID;
	const struct efi_guid shim = EFI_SHIM_LOCK_GUID;
	u32 i;

	boot();
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		EXPECT_EQ(set(names[i], &global, BS | RT, "x"),
			  EFI_WRITE_PROTECTED);
		EXPECT_EQ(set(names[i], &global, 0, NULL), EFI_WRITE_PROTECTED);
	}
	EXPECT_EQ(set("db", &security, NV | BS | RT, "x"), EFI_WRITE_PROTECTED);
	EXPECT_EQ(set("dbx", &security, NV | BS | RT | APPEND, "x"),
		  EFI_WRITE_PROTECTED);
	EXPECT_EQ(set("MokSBStateRT", &shim, BS | RT, "x"),
		  EFI_WRITE_PROTECTED);
	EXPECT_STR_EQ(text("SecureBoot", &global), "\1");
	/* Not by what they begin with, nor in another name space. */
	EXPECT_EQ(set("SecureBootX", &global, BS, "x"), EFI_SUCCESS);
	EXPECT_EQ(set("Secure", &global, BS, "x"), EFI_SUCCESS);
	EXPECT_EQ(set("SecureBoot", &mine, BS, "x"), EFI_SUCCESS);
}

/* Enumerates; writes "Name/last byte of GUID " for each into @ret. */
static efi_status_t enumerate(char *ret)
{
	efi_char16_t name[64] = { 0 };
	struct efi_guid guid = { 0 };
	efi_status_t status;
	u64 size;
	u32 i;

	for (*ret = 0;;) {
		size = sizeof(name);
		status = rt_get_next_variable_name(&size, name, &guid);
		if (status != EFI_SUCCESS)
			return status;
		for (i = 0; name[i]; i++)
			*ret++ = (char)name[i];
		EXPECT_EQ(size, 2 * (i + 1));
		ret += sprintf(ret, "/%x ", guid.bytes[15]);
	}
}

UNIT_TEST(enumeration_shows_what_get_finds)
{
	char seen[512];

	boot();
	EXPECT_EQ(enumerate(seen), EFI_NOT_FOUND);
	EXPECT_STR_EQ(seen, "SecureBoot/8c Boot/8 BootOnly/8 Boot/9 Signed/8 ");
	set("Boot", &mine, NV | BS | RT, "changed");
	set("BootOnly", &mine, 0, NULL);
	set("New", &mine, BS, "x");
	EXPECT_EQ(enumerate(seen), EFI_NOT_FOUND);
	EXPECT_STR_EQ(seen, "SecureBoot/8c Boot/9 Signed/8 Boot/8 New/8 ");
}

UNIT_TEST(next_name_checks_its_parameters)
{
	efi_char16_t name[64] = { 0 };
	struct efi_guid guid = mine;
	u64 size = 4;

	boot();
	EXPECT_EQ(rt_get_next_variable_name(&size, name, &guid),
		  EFI_BUFFER_TOO_SMALL);
	EXPECT_EQ(size, 22);
	EXPECT_EQ(name[0], 0);
	EXPECT_EQ(rt_get_next_variable_name(NULL, name, &guid),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(rt_get_next_variable_name(&size, NULL, &guid),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(rt_get_next_variable_name(&size, name, NULL),
		  EFI_INVALID_PARAMETER);
	size = 0;
	EXPECT_EQ(rt_get_next_variable_name(&size, name, &guid),
		  EFI_INVALID_PARAMETER);
	name[0] = 'Z';
	size = 2;
	EXPECT_EQ(rt_get_next_variable_name(&size, name, &guid),
		  EFI_INVALID_PARAMETER);
	size = sizeof(name);
	EXPECT_EQ(rt_get_next_variable_name(&size, name, &guid),
		  EFI_INVALID_PARAMETER);
}

UNIT_TEST(full_overlay_keeps_what_it_has)
{
	static char big[0x9000];
	u64 size = sizeof(big);

	boot();
	memset(big, 'a', sizeof(big));
	EXPECT_EQ(rt_set_variable(machine_utf16("Big"), &mine, BS, size, big),
		  EFI_SUCCESS);
	EXPECT_EQ(rt_set_variable(machine_utf16("Big2"), &mine, BS, size, big),
		  EFI_OUT_OF_RESOURCES);
	EXPECT_EQ(rt_set_variable(machine_utf16("Big"), &mine, BS | APPEND,
				  size, big),
		  EFI_OUT_OF_RESOURCES);
	EXPECT_EQ(rt_set_variable(machine_utf16("Big2"), &mine, BS, ~0ULL, big),
		  EFI_OUT_OF_RESOURCES);
	EXPECT_EQ(get("Big", &mine, NULL, &size, big), EFI_SUCCESS);
	EXPECT_EQ(size, sizeof(big));
	EXPECT_EQ(set("Small", &mine, BS, "x"), EFI_SUCCESS);
}

UNIT_TEST(query_reports_the_overlay)
{
	u64 maximum, left, largest, before;

	boot();
	EXPECT_EQ(rt_query_variable_info(BS, &maximum, &before, &largest),
		  EFI_SUCCESS);
	set("New", &mine, BS, "x");
	EXPECT_EQ(rt_query_variable_info(NV | BS | RT, &maximum, &left,
					 &largest),
		  EFI_SUCCESS);
	EXPECT_EQ(maximum, VARIABLES_OVERLAY_SIZE);
	EXPECT_TRUE(left < before && left % 8 == 0);
	EXPECT_EQ(rt_query_variable_info(0, &maximum, &left, &largest),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(rt_query_variable_info(RT, &maximum, &left, &largest),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(rt_query_variable_info(BS, NULL, &left, &largest),
		  EFI_INVALID_PARAMETER);
}

UNIT_TEST(malformed_snapshots_are_refused)
{
	struct {
		struct handoff_variable head;
		u8 rest[24]; /* name, data */
	} __packed item = { .head = { .item_size = 56,
				      .name_size = 4,
				      .data_size = 20 },
			    .rest = { 'A' } },
		   bad;

	/* 32 + 4 + 20 bytes: none to spare. */
	EXPECT_EQ(sizeof(item), 56);
	EXPECT_TRUE(variables_check(&item, 56));
	EXPECT_TRUE(variables_check(&item, 0));
	EXPECT_FALSE(variables_check(&item, 55));
	bad = item;
	bad.head.item_size = 0;
	EXPECT_FALSE(variables_check(&bad, 56));
	bad.head.item_size = 52;
	EXPECT_FALSE(variables_check(&bad, 52));
	bad = item;
	bad.head.data_size = 21;
	EXPECT_FALSE(variables_check(&bad, 56));
	bad.head.data_size = ~0U;
	EXPECT_FALSE(variables_check(&bad, 56));
	bad = item;
	bad.head.name_size = 3;
	EXPECT_FALSE(variables_check(&bad, 56));
	bad.head.name_size = 2;
	EXPECT_FALSE(variables_check(&bad, 56));
	bad.head.name_size = ~1U;
	EXPECT_FALSE(variables_check(&bad, 56));
	bad = item;
	bad.rest[0] = 0; /* a NUL that is not the last character */
	EXPECT_FALSE(variables_check(&bad, 56));
	bad = item;
	bad.rest[2] = 'B'; /* no NUL */
	EXPECT_FALSE(variables_check(&bad, 56));
}

UNIT_TEST(malformed_snapshot_panics)
{
	u8 *item;

	machine_start();
	machine_memory();
	machine_variable("Boot", &mine, BS, "x", 1);
	item = machine.blob + emu.handoff->variables.offset;
	item[0] = 7;
	EXPECT_FALSE(MACHINE_SURVIVES(machine_run()));
	EXPECT_EQ(machine.resets, 1);
	EXPECT_TRUE(strstr(machine.console, "variables is malformed"));
}
