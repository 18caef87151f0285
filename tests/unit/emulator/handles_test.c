// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The handle database and the services that find things in it.
 */
// sources: tests/unit/emulator/runtime_start.S tests/unit/emulator/machine.c
// sources: emulator/device_tree.c
// sources: emulator/config_table.c emulator/connect.c emulator/console.c
// sources: emulator/crc32.c emulator/device_path.c emulator/event_group.c
// sources: emulator/events.c emulator/exit_boot.c emulator/handles.c
// sources: emulator/image.c emulator/image_file.c emulator/image_payload.c
// sources: emulator/image_start.c emulator/install_multiple.c
// sources: emulator/locate.c emulator/main.c emulator/memory.c
// sources: emulator/object.c emulator/open_protocol.c emulator/page_table.c
// sources: emulator/panic.c emulator/pool.c emulator/print.c
// sources: emulator/protocol_notify.c emulator/protocols.c emulator/region.c
// sources: emulator/runtime_services.c emulator/systab.c emulator/text.c
// sources: emulator/time.c emulator/timer.c emulator/tpl.c emulator/trace.c
// sources: emulator/variables.c emulator/protocol/device_path_to_text.c
// sources: emulator/protocol/device_path_utilities.c
// sources: emulator/protocol/load_file2.c emulator/protocol/loaded_image.c
// sources: emulator/protocol/memory_attribute.c emulator/protocol/rng.c
// sources: emulator/protocol/text_input.c emulator/protocol/text_output.c
// sources: emulator/runtime/unsupported.c emulator/runtime/variables.c
// sources: emulator/runtime/virtual_map.c image/pe.c image/pe_layout.c
// sources: image/rule.c arch/host/sha256.c tests/unit/emulator/runtime_end.S
// flags: -lmbedcrypto

#include "machine.h"
#include "unit.h"

static const struct efi_guid guid_a =
	EFI_GUID(0xaaaaaaaa, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
static const struct efi_guid guid_b =
	EFI_GUID(0xbbbbbbbb, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
static const struct efi_guid guid_c =
	EFI_GUID(0xcccccccc, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
static int a, b, c;

static void boot(void)
{
	machine_start();
	machine_memory();
	machine_run();
	protocols_start();
}

static efi_handle_t new_handle(const struct efi_guid *guid, void *interface)
{
	efi_handle_t handle = NULL;

	EXPECT_EQ(bs_install_protocol_interface(&handle, guid, 0, interface),
		  EFI_SUCCESS);
	EXPECT_TRUE(handle);
	return handle;
}

UNIT_TEST(install_find_uninstall)
{
	efi_handle_t handle;
	void *found = &b;

	boot();
	handle = new_handle(&guid_a, &a);
	EXPECT_EQ(bs_handle_protocol(handle, &guid_a, &found), EFI_SUCCESS);
	EXPECT_TRUE(found == &a);
	EXPECT_EQ(bs_install_protocol_interface(&handle, &guid_a, 0, &b),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_install_protocol_interface(&handle, &guid_b, 0, NULL),
		  EFI_SUCCESS);
	EXPECT_EQ(bs_handle_protocol(handle, &guid_b, &found), EFI_SUCCESS);
	EXPECT_TRUE(!found);
	EXPECT_EQ(bs_uninstall_protocol_interface(handle, &guid_a, &b),
		  EFI_NOT_FOUND);
	EXPECT_EQ(bs_uninstall_protocol_interface(handle, &guid_a, &a),
		  EFI_SUCCESS);
	EXPECT_EQ(bs_uninstall_protocol_interface(handle, &guid_a, &a),
		  EFI_NOT_FOUND);
	EXPECT_EQ(bs_uninstall_protocol_interface(handle, &guid_b, NULL),
		  EFI_SUCCESS);
	/* The handle went with its last protocol. */
	EXPECT_EQ(bs_handle_protocol(handle, &guid_b, &found),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_uninstall_protocol_interface(handle, &guid_b, NULL),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_install_protocol_interface(&handle, &guid_b, 0, NULL),
		  EFI_INVALID_PARAMETER);
}

UNIT_TEST(install_refuses)
{
	efi_handle_t handle = NULL;

	boot();
	EXPECT_EQ(bs_install_protocol_interface(NULL, &guid_a, 0, &a),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_install_protocol_interface(&handle, NULL, 0, &a),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_install_protocol_interface(&handle, &guid_a, 1, &a),
		  EFI_INVALID_PARAMETER);
	handle = (efi_handle_t)0x1234; /* would fault if it were read */
	EXPECT_EQ(bs_install_protocol_interface(&handle, &guid_a, 0, &a),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_uninstall_protocol_interface(handle, NULL, &a),
		  EFI_INVALID_PARAMETER);
}

UNIT_TEST(handle_protocol_failure_writes_null)
{
	void *found = &a;

	boot();
	/* minimal-efi 0: HandleProtocol(SimpleFileSystem) is UNSUPPORTED. */
	EXPECT_EQ(bs_handle_protocol(emu.protocols.payload,
				     &EFI_SIMPLE_FILE_SYSTEM_PROTOCOL_GUID,
				     &found),
		  EFI_UNSUPPORTED);
	EXPECT_TRUE(!found);
	EXPECT_EQ(bs_handle_protocol(emu.protocols.payload, &guid_a, NULL),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_handle_protocol(emu.protocols.payload, NULL, &found),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_handle_protocol(NULL, &guid_a, &found),
		  EFI_INVALID_PARAMETER);
}

UNIT_TEST(a_freed_handle_is_not_soon_another)
{
	efi_handle_t stale, fresh;
	int i;

	boot();
	stale = new_handle(&guid_a, &a);
	fresh = new_handle(&guid_a, &a);
	for (i = 0; i < 3; i++)
		bs_uninstall_protocol_interface(new_handle(&guid_b, &b),
						&guid_b, &b);
	EXPECT_EQ(bs_uninstall_protocol_interface(stale, &guid_a, &a),
		  EFI_SUCCESS);
	EXPECT_TRUE(new_handle(&guid_c, &c) != stale);
	EXPECT_TRUE(fresh != stale);
}

UNIT_TEST(thousands_of_handles)
{
	static efi_handle_t handles[3000], found[3000];
	u64 size = sizeof(found), i;

	boot();
	for (i = 0; i < ARRAY_SIZE(handles); i++)
		handles[i] = new_handle(&guid_a, &a);
	EXPECT_EQ(bs_locate_handle(EFI_LOCATE_BY_PROTOCOL, &guid_a, NULL, &size,
				   found),
		  EFI_SUCCESS);
	EXPECT_EQ(size, sizeof(found));
	EXPECT_MEM_EQ(found, handles, sizeof(found)); /* oldest first */
	for (i = 0; i < ARRAY_SIZE(handles); i++)
		bs_uninstall_protocol_interface(handles[i], &guid_a, &a);
	EXPECT_EQ(bs_locate_handle(EFI_LOCATE_BY_PROTOCOL, &guid_a, NULL, &size,
				   found),
		  EFI_NOT_FOUND);
}

UNIT_TEST(nothing_here_moves_the_map_key)
{
	efi_handle_t handle = NULL;
	efi_event_t event;
	void *found;
	u64 key;

	boot();
	key = emu.map.key;
	EXPECT_EQ(bs_install_multiple_protocol_interfaces(&handle, &guid_a, &a,
							  &guid_b, &b, NULL),
		  EFI_SUCCESS);
	EXPECT_EQ(bs_create_event(0, 0, NULL, NULL, &event), EFI_SUCCESS);
	bs_handle_protocol(handle, &guid_a, &found);
	bs_open_protocol(handle, &guid_a, &found, emu.protocols.payload, NULL,
			 EFI_OPEN_PROTOCOL_GET_PROTOCOL);
	bs_locate_protocol(&guid_b, NULL, &found);
	bs_signal_event(event);
	bs_close_event(event);
	bs_uninstall_multiple_protocol_interfaces(handle, &guid_a, &a, NULL);
	EXPECT_EQ(emu.map.key, key);
}

UNIT_TEST(locate_protocol)
{
	void *found = &c;

	boot();
	EXPECT_EQ(bs_locate_protocol(&guid_a, NULL, &found), EFI_NOT_FOUND);
	EXPECT_TRUE(!found); /* Linux looks at this, not at the status */
	new_handle(&guid_a, &a);
	new_handle(&guid_a, &b);
	EXPECT_EQ(bs_locate_protocol(&guid_a, NULL, &found), EFI_SUCCESS);
	EXPECT_TRUE(found == &a);
	EXPECT_EQ(bs_locate_protocol(NULL, NULL, &found),
		  EFI_INVALID_PARAMETER);
	EXPECT_TRUE(!found);
	EXPECT_EQ(bs_locate_protocol(&guid_a, NULL, NULL),
		  EFI_INVALID_PARAMETER);
	found = &c;
	EXPECT_EQ(bs_locate_protocol(&guid_a, &a, &found), EFI_NOT_FOUND);
	EXPECT_TRUE(!found);
}

UNIT_TEST(locate_handle)
{
	efi_handle_t handles[2], found[3] = { 0 };
	u64 size = 0;

	boot();
	EXPECT_EQ(bs_locate_handle(EFI_LOCATE_BY_PROTOCOL, &guid_a, NULL, &size,
				   NULL),
		  EFI_NOT_FOUND);
	handles[0] = new_handle(&guid_a, &a);
	new_handle(&guid_b, &b);
	handles[1] = new_handle(&guid_a, &a);
	EXPECT_EQ(bs_locate_handle(EFI_LOCATE_BY_PROTOCOL, &guid_a, NULL, &size,
				   NULL),
		  EFI_BUFFER_TOO_SMALL);
	EXPECT_EQ(size, 2 * sizeof(*found));
	size = sizeof(*found);
	EXPECT_EQ(bs_locate_handle(EFI_LOCATE_BY_PROTOCOL, &guid_a, NULL, &size,
				   found),
		  EFI_BUFFER_TOO_SMALL);
	EXPECT_TRUE(!found[0]);
	size = sizeof(found);
	EXPECT_EQ(bs_locate_handle(EFI_LOCATE_BY_PROTOCOL, &guid_a, NULL, &size,
				   found),
		  EFI_SUCCESS);
	EXPECT_EQ(size, sizeof(handles));
	EXPECT_MEM_EQ(found, handles, sizeof(handles));
	EXPECT_EQ(bs_locate_handle(EFI_LOCATE_BY_PROTOCOL, NULL, NULL, &size,
				   found),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_locate_handle(3, &guid_a, NULL, &size, found),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_locate_handle(EFI_LOCATE_BY_PROTOCOL, &guid_a, NULL, NULL,
				   found),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_locate_handle(EFI_LOCATE_BY_PROTOCOL, &guid_a, NULL, &size,
				   NULL),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_locate_handle(EFI_LOCATE_BY_REGISTER_NOTIFY, NULL, NULL,
				   &size, found),
		  EFI_INVALID_PARAMETER);
}

UNIT_TEST(locate_handle_buffer)
{
	efi_handle_t handle, *found = (efi_handle_t *)&a;
	u64 count = 7, all = 0;

	boot();
	EXPECT_EQ(bs_locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &guid_a, NULL,
					  &count, &found),
		  EFI_NOT_FOUND);
	EXPECT_EQ(count, 0);
	EXPECT_TRUE(!found);
	handle = new_handle(&guid_a, &a);
	EXPECT_EQ(bs_locate_handle_buffer(EFI_LOCATE_BY_PROTOCOL, &guid_a, NULL,
					  &count, &found),
		  EFI_SUCCESS);
	EXPECT_EQ(count, 1);
	EXPECT_TRUE(found[0] == handle);
	EXPECT_EQ(bs_free_pool(found), EFI_SUCCESS);
	EXPECT_EQ(bs_locate_handle_buffer(EFI_LOCATE_ALL_HANDLES, NULL, NULL,
					  &all, &found),
		  EFI_SUCCESS);
	EXPECT_TRUE(all > count && found[all - 1] == handle);
	bs_free_pool(found);
}

UNIT_TEST(install_multiple)
{
	efi_handle_t handle = NULL, same;
	void *found;

	boot();
	EXPECT_EQ(bs_install_multiple_protocol_interfaces(
			  &handle, &guid_a, &a, &guid_b, &b, &guid_c, &c, NULL),
		  EFI_SUCCESS);
	EXPECT_EQ(bs_handle_protocol(handle, &guid_a, &found), EFI_SUCCESS);
	EXPECT_TRUE(found == &a);
	EXPECT_EQ(bs_handle_protocol(handle, &guid_c, &found), EFI_SUCCESS);
	EXPECT_TRUE(found == &c);

	/* One that is wrong: none is uninstalled, in whatever order. */
	EXPECT_EQ(bs_uninstall_multiple_protocol_interfaces(handle, &guid_a, &a,
							    &guid_b, &c, NULL),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_uninstall_multiple_protocol_interfaces(handle, &guid_a, &a,
							    &guid_a, &a, NULL),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_handle_protocol(handle, &guid_a, &found), EFI_SUCCESS);
	EXPECT_EQ(bs_handle_protocol(handle, &guid_b, &found), EFI_SUCCESS);

	/* A duplicate: nothing is installed, the handle stays as it was. */
	same = handle;
	EXPECT_EQ(bs_uninstall_multiple_protocol_interfaces(handle, &guid_a, &a,
							    NULL),
		  EFI_SUCCESS);
	EXPECT_EQ(bs_install_multiple_protocol_interfaces(&handle, &guid_a, &a,
							  &guid_b, &b, NULL),
		  EFI_INVALID_PARAMETER);
	EXPECT_TRUE(handle == same);
	EXPECT_EQ(bs_handle_protocol(handle, &guid_a, &found), EFI_UNSUPPORTED);

	EXPECT_EQ(bs_uninstall_multiple_protocol_interfaces(handle, &guid_b, &b,
							    &guid_c, &c, NULL),
		  EFI_SUCCESS);
	EXPECT_EQ(bs_uninstall_multiple_protocol_interfaces(handle, NULL),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_install_multiple_protocol_interfaces(NULL, NULL),
		  EFI_INVALID_PARAMETER);
}

struct vendor_path {
	struct efi_device_path_vendor node[3];
	struct efi_device_path end;
} __packed;

/* A path of @count vendor nodes, told apart by their first byte. */
static void make_path(struct vendor_path *path, int count)
{
	struct efi_device_path *end;
	int i;

	memset(path, 0, sizeof(*path));
	for (i = 0; i < count; i++) {
		path->node[i].header.type = EFI_DEVICE_PATH_HARDWARE;
		path->node[i].header.sub_type = 4;
		path->node[i].header.length[0] = sizeof(path->node[i]);
		path->node[i].guid.bytes[0] = (u8)(i + 1);
	}
	end = (struct efi_device_path *)&path->node[count];
	end->type = EFI_DEVICE_PATH_END;
	end->sub_type = EFI_DEVICE_PATH_END_ENTIRE;
	end->length[0] = sizeof(*end);
}

UNIT_TEST(install_multiple_knows_device_paths)
{
	efi_handle_t first = NULL, second = NULL;
	struct vendor_path path, longer;
	void *found;

	boot();
	make_path(&path, 1);
	make_path(&longer, 2);
	EXPECT_EQ(bs_install_multiple_protocol_interfaces(
			  &first, &EFI_DEVICE_PATH_PROTOCOL_GUID, &path, NULL),
		  EFI_SUCCESS);
	/* minimal-efi 2.5: sd-stub's second initrd must get this very code. */
	EXPECT_EQ(bs_install_multiple_protocol_interfaces(
			  &second, &guid_a, &a, &EFI_DEVICE_PATH_PROTOCOL_GUID,
			  &path, NULL),
		  EFI_ALREADY_STARTED);
	EXPECT_TRUE(!second);
	EXPECT_EQ(bs_locate_protocol(&guid_a, NULL, &found), EFI_NOT_FOUND);
	/* What only begins alike is another device. */
	EXPECT_EQ(bs_install_multiple_protocol_interfaces(
			  &second, &EFI_DEVICE_PATH_PROTOCOL_GUID, &longer,
			  NULL),
		  EFI_SUCCESS);
	EXPECT_EQ(bs_uninstall_multiple_protocol_interfaces(
			  first, &EFI_DEVICE_PATH_PROTOCOL_GUID, &path, NULL),
		  EFI_SUCCESS);
	first = NULL;
	EXPECT_EQ(bs_install_multiple_protocol_interfaces(
			  &first, &EFI_DEVICE_PATH_PROTOCOL_GUID, &path, NULL),
		  EFI_SUCCESS);
}

UNIT_TEST(longest_device_path_wins)
{
	struct efi_device_path *at;
	struct vendor_path one, two, three;
	efi_handle_t handles[2] = { 0 }, found = &c;

	boot();
	make_path(&one, 1);
	make_path(&two, 2);
	make_path(&three, 3);
	at = &three.node[0].header;
	EXPECT_EQ(bs_locate_device_path(&EFI_DEVICE_PATH_PROTOCOL_GUID, &at,
					&found),
		  EFI_NOT_FOUND);
	EXPECT_TRUE(at == &three.node[0].header && found == &c);

	/* The longer one first: the order must not matter. */
	bs_install_multiple_protocol_interfaces(
		&handles[1], &EFI_DEVICE_PATH_PROTOCOL_GUID, &two, NULL);
	bs_install_multiple_protocol_interfaces(&handles[0],
						&EFI_DEVICE_PATH_PROTOCOL_GUID,
						&one, &guid_a, &a, NULL);

	/* The longest beginning wins; what is behind it remains. */
	EXPECT_EQ(bs_locate_device_path(&EFI_DEVICE_PATH_PROTOCOL_GUID, &at,
					&found),
		  EFI_SUCCESS);
	EXPECT_TRUE(found == handles[1]);
	EXPECT_TRUE(at == &three.node[2].header);

	/* Of those that have the protocol only. */
	at = &three.node[0].header;
	EXPECT_EQ(bs_locate_device_path(&guid_a, &at, &found), EFI_SUCCESS);
	EXPECT_TRUE(found == handles[0]);
	EXPECT_TRUE(at == &three.node[1].header);
	at = &three.node[0].header;
	EXPECT_EQ(bs_locate_device_path(&guid_b, &at, &found), EFI_NOT_FOUND);

	/* A whole match leaves the end node. */
	at = &two.node[0].header;
	EXPECT_EQ(bs_locate_device_path(&EFI_DEVICE_PATH_PROTOCOL_GUID, &at,
					&found),
		  EFI_SUCCESS);
	EXPECT_TRUE(found == handles[1] && device_path_is_end(at));

	/* A handle deeper than the path is no match. */
	at = &one.node[0].header;
	EXPECT_EQ(bs_locate_device_path(&EFI_DEVICE_PATH_PROTOCOL_GUID, &at,
					&found),
		  EFI_SUCCESS);
	EXPECT_TRUE(found == handles[0]);
}

UNIT_TEST(locate_device_path_refuses)
{
	struct efi_device_path *at;
	struct vendor_path path;
	efi_handle_t found, handle = NULL;

	boot();
	make_path(&path, 1);
	at = NULL;
	EXPECT_EQ(bs_locate_device_path(&guid_a, &at, &found),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_locate_device_path(&guid_a, NULL, &found),
		  EFI_INVALID_PARAMETER);
	at = &path.node[0].header;
	EXPECT_EQ(bs_locate_device_path(NULL, &at, &found),
		  EFI_INVALID_PARAMETER);
	/* Without a place for the handle only "not found" is an answer. */
	EXPECT_EQ(bs_locate_device_path(&EFI_DEVICE_PATH_PROTOCOL_GUID, &at,
					NULL),
		  EFI_NOT_FOUND);
	bs_install_multiple_protocol_interfaces(
		&handle, &EFI_DEVICE_PATH_PROTOCOL_GUID, &path, NULL);
	EXPECT_EQ(bs_locate_device_path(&EFI_DEVICE_PATH_PROTOCOL_GUID, &at,
					NULL),
		  EFI_INVALID_PARAMETER);
	/* A node shorter than its header leads nowhere, not in circles. */
	path.node[0].header.length[0] = 0;
	EXPECT_EQ(bs_locate_device_path(&EFI_DEVICE_PATH_PROTOCOL_GUID, &at,
					&found),
		  EFI_INVALID_PARAMETER);
	path.node[0].header.length[0] = sizeof(path.node[0]);
}

UNIT_TEST(open_protocol)
{
	efi_handle_t handle, agent, other;
	void *found = &c;

	boot();
	handle = new_handle(&guid_a, &a);
	agent = new_handle(&guid_b, &b);
	other = new_handle(&guid_b, &b);
	EXPECT_EQ(bs_open_protocol(handle, &guid_a, &found, agent, NULL,
				   EFI_OPEN_PROTOCOL_GET_PROTOCOL),
		  EFI_SUCCESS);
	EXPECT_TRUE(found == &a);
	EXPECT_EQ(bs_open_protocol(handle, &guid_b, &found, agent, NULL,
				   EFI_OPEN_PROTOCOL_GET_PROTOCOL),
		  EFI_UNSUPPORTED);
	EXPECT_TRUE(!found);
	EXPECT_EQ(bs_open_protocol(handle, &guid_a, NULL, agent, NULL,
				   EFI_OPEN_PROTOCOL_TEST_PROTOCOL),
		  EFI_SUCCESS);
	EXPECT_EQ(bs_open_protocol(handle, &guid_b, NULL, agent, NULL,
				   EFI_OPEN_PROTOCOL_TEST_PROTOCOL),
		  EFI_UNSUPPORTED);
	EXPECT_EQ(bs_open_protocol(handle, &guid_a, NULL, agent, NULL,
				   EFI_OPEN_PROTOCOL_GET_PROTOCOL),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_open_protocol(handle, &guid_a, &found, agent, NULL, 0x40),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_open_protocol(handle, &guid_a, &found, agent, NULL,
				   EFI_OPEN_PROTOCOL_BY_DRIVER),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_open_protocol(handle, &guid_a, &found, agent, handle,
				   EFI_OPEN_PROTOCOL_BY_CHILD_CONTROLLER),
		  EFI_INVALID_PARAMETER);

	EXPECT_EQ(bs_open_protocol(handle, &guid_a, &found, agent, handle,
				   EFI_OPEN_PROTOCOL_BY_DRIVER),
		  EFI_SUCCESS);
	found = NULL;
	EXPECT_EQ(bs_open_protocol(handle, &guid_a, &found, agent, handle,
				   EFI_OPEN_PROTOCOL_BY_DRIVER),
		  EFI_ALREADY_STARTED);
	EXPECT_TRUE(found == &a);
	EXPECT_EQ(bs_open_protocol(handle, &guid_a, &found, other, handle,
				   EFI_OPEN_PROTOCOL_BY_DRIVER),
		  EFI_ACCESS_DENIED);
	EXPECT_EQ(bs_open_protocol(handle, &guid_a, &found, other, NULL,
				   EFI_OPEN_PROTOCOL_EXCLUSIVE),
		  EFI_ACCESS_DENIED);
	EXPECT_EQ(bs_uninstall_protocol_interface(handle, &guid_a, &a),
		  EFI_ACCESS_DENIED);
	EXPECT_EQ(bs_uninstall_multiple_protocol_interfaces(handle, &guid_a, &a,
							    NULL),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_reinstall_protocol_interface(handle, &guid_a, &a, &b),
		  EFI_ACCESS_DENIED);
	EXPECT_EQ(bs_close_protocol(handle, &guid_a, agent, handle),
		  EFI_SUCCESS);
	EXPECT_EQ(bs_close_protocol(handle, &guid_a, agent, handle),
		  EFI_NOT_FOUND);
	EXPECT_EQ(bs_open_protocol(handle, &guid_a, &found, other, NULL,
				   EFI_OPEN_PROTOCOL_EXCLUSIVE),
		  EFI_SUCCESS);
	EXPECT_EQ(bs_open_protocol(handle, &guid_a, &found, agent, handle,
				   EFI_OPEN_PROTOCOL_BY_DRIVER),
		  EFI_ACCESS_DENIED);
	/* Who only looks is not kept out. */
	EXPECT_EQ(bs_open_protocol(handle, &guid_a, &found, agent, NULL,
				   EFI_OPEN_PROTOCOL_GET_PROTOCOL),
		  EFI_SUCCESS);
	EXPECT_EQ(bs_close_protocol(handle, &guid_a, other, NULL), EFI_SUCCESS);
	EXPECT_EQ(bs_uninstall_protocol_interface(handle, &guid_a, &a),
		  EFI_SUCCESS);
}

UNIT_TEST(open_protocol_information)
{
	struct efi_open_protocol_information_entry *entries = (void *)&a;
	efi_handle_t handle, agent;
	u64 count = 9;
	void *found;

	boot();
	handle = new_handle(&guid_a, &a);
	agent = new_handle(&guid_b, &b);
	EXPECT_EQ(bs_open_protocol_information(handle, &guid_b, &entries,
					       &count),
		  EFI_NOT_FOUND);
	EXPECT_TRUE(!entries && !count);
	EXPECT_EQ(bs_open_protocol_information(handle, &guid_a, &entries,
					       &count),
		  EFI_SUCCESS);
	EXPECT_EQ(count, 0);
	bs_free_pool(entries);
	bs_open_protocol(handle, &guid_a, &found, agent, NULL,
			 EFI_OPEN_PROTOCOL_GET_PROTOCOL);
	bs_open_protocol(handle, &guid_a, &found, agent, NULL,
			 EFI_OPEN_PROTOCOL_GET_PROTOCOL);
	bs_open_protocol(handle, &guid_a, &found, agent, handle,
			 EFI_OPEN_PROTOCOL_BY_DRIVER);
	EXPECT_EQ(bs_open_protocol_information(handle, &guid_a, &entries,
					       &count),
		  EFI_SUCCESS);
	EXPECT_EQ(count, 2);
	EXPECT_TRUE(entries[0].agent_handle == agent);
	EXPECT_EQ(entries[0].attributes, EFI_OPEN_PROTOCOL_GET_PROTOCOL);
	EXPECT_EQ(entries[0].open_count, 2);
	EXPECT_TRUE(entries[1].controller_handle == handle);
	EXPECT_EQ(entries[1].open_count, 1);
	bs_free_pool(entries);
}

UNIT_TEST(protocols_per_handle)
{
	efi_handle_t handle = NULL;
	struct efi_guid **guids;
	u64 count;

	boot();
	bs_install_multiple_protocol_interfaces(&handle, &guid_b, &b, &guid_a,
						&a, NULL);
	EXPECT_EQ(bs_protocols_per_handle(handle, &guids, &count), EFI_SUCCESS);
	EXPECT_EQ(count, 2);
	EXPECT_MEM_EQ(guids[0], &guid_b, sizeof(guid_b));
	EXPECT_MEM_EQ(guids[1], &guid_a, sizeof(guid_a));
	EXPECT_EQ(bs_free_pool(guids), EFI_SUCCESS);
	EXPECT_EQ(bs_protocols_per_handle(NULL, &guids, &count),
		  EFI_INVALID_PARAMETER);
}

UNIT_TEST(protocol_notify)
{
	efi_handle_t first, second, found[2];
	u64 size = sizeof(found);
	efi_event_t event;
	void *key, *interface;

	boot();
	new_handle(&guid_a, &c); /* before, so not told about */
	bs_create_event(0, 0, NULL, NULL, &event);
	EXPECT_EQ(bs_register_protocol_notify(&guid_a, event, &key),
		  EFI_SUCCESS);
	EXPECT_EQ(bs_check_event(event), EFI_NOT_READY);
	new_handle(&guid_b, &b);
	EXPECT_EQ(bs_check_event(event), EFI_NOT_READY);
	first = new_handle(&guid_a, &a);
	EXPECT_EQ(bs_check_event(event), EFI_SUCCESS);
	second = new_handle(&guid_a, &b);

	EXPECT_EQ(bs_locate_handle(EFI_LOCATE_BY_REGISTER_NOTIFY, NULL, key,
				   &size, found),
		  EFI_SUCCESS);
	EXPECT_EQ(size, sizeof(*found));
	EXPECT_TRUE(found[0] == first);
	EXPECT_EQ(bs_locate_protocol(&guid_a, key, &interface), EFI_SUCCESS);
	EXPECT_TRUE(interface == &b);
	EXPECT_EQ(bs_locate_protocol(&guid_a, key, &interface), EFI_NOT_FOUND);

	EXPECT_EQ(bs_reinstall_protocol_interface(second, &guid_a, &b, &c),
		  EFI_SUCCESS);
	EXPECT_EQ(bs_check_event(event), EFI_SUCCESS);
	EXPECT_EQ(bs_locate_protocol(&guid_a, key, &interface), EFI_SUCCESS);
	EXPECT_TRUE(interface == &c);

	bs_close_event(event);
	size = sizeof(found);
	EXPECT_EQ(bs_locate_handle(EFI_LOCATE_BY_REGISTER_NOTIFY, NULL, key,
				   &size, found),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_register_protocol_notify(&guid_a, event, &key),
		  EFI_INVALID_PARAMETER);
}

UNIT_TEST(connect_and_disconnect)
{
	efi_handle_t handle;

	boot();
	handle = new_handle(&guid_a, &a);
	EXPECT_EQ(bs_connect_controller(handle, NULL, NULL, true),
		  EFI_NOT_FOUND);
	EXPECT_EQ(bs_connect_controller(NULL, NULL, NULL, true),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_disconnect_controller(handle, NULL, NULL), EFI_SUCCESS);
	EXPECT_EQ(bs_disconnect_controller(handle, &a, NULL),
		  EFI_INVALID_PARAMETER);
}
