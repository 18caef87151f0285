// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The initrd of the kexec: served, hidden, behind the one of a UKI.
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

#define OURS_SIZE 0x1234ULL
#define OURS (MACHINE_FREE + 0x100000ULL)

static const struct efi_guid media = LINUX_EFI_INITRD_MEDIA_GUID;

struct initrd_path {
	struct efi_device_path_vendor vendor;
	struct efi_device_path end;
} __packed;

static struct initrd_path path;
static u8 buffer[0x4000];

static void boot(bool present, bool hidden)
{
	struct handoff *handoff = (void *)MACHINE_HANDOFF;
	u32 i;

	machine_start();
	machine_memory();
	if (present) {
		const struct handoff_memory claim = {
			.address = OURS,
			.size = 0x2000,
			.type = EFI_LOADER_DATA,
			.attribute = EFI_MEMORY_WB,
		};

		machine_add(NULL, 0, &claim, sizeof(claim));
		handoff->memory.count++;
		handoff->initrd.address = OURS;
		handoff->initrd.size = OURS_SIZE;
		for (i = 0; i < OURS_SIZE; i++)
			((u8 *)OURS)[i] = (u8)(i * 7);
	}
	if (hidden)
		handoff->flags |= HANDOFF_FLAG_INITRD_HIDDEN;
	machine_run();
	protocols_start();

	memset(&path, 0, sizeof(path));
	path.vendor.header.type = EFI_DEVICE_PATH_MEDIA;
	path.vendor.header.sub_type = EFI_DEVICE_PATH_MEDIA_VENDOR;
	path.vendor.header.length[0] = sizeof(path.vendor);
	path.vendor.guid = media;
	path.end.type = EFI_DEVICE_PATH_END;
	path.end.sub_type = EFI_DEVICE_PATH_END_ENTIRE;
	path.end.length[0] = sizeof(path.end);
	memset(buffer, 0xee, sizeof(buffer));
}

/* As Linux does it: efi_load_initrd_dev_path() (minimal-efi 2.2, row 13). */
static efi_status_t find(struct efi_load_file2 **ret,
			 struct efi_device_path **ret_rest)
{
	struct efi_device_path *at = &path.vendor.header;
	efi_handle_t handle;
	efi_status_t status;

	status = bs_locate_device_path(&EFI_LOAD_FILE2_PROTOCOL_GUID, &at,
				       &handle);
	if (EFI_ERROR(status))
		return status;
	*ret_rest = at;
	return bs_handle_protocol(handle, &EFI_LOAD_FILE2_PROTOCOL_GUID,
				  (void **)ret);
}

static struct stub {
	struct efi_load_file2 protocol;
	const char *data;
	u64 size;
	efi_status_t probe; /* instead of EFI_BUFFER_TOO_SMALL */
	u64 lie; /* bytes that a load is shorter than the probe */
} stub;

static efi_status_t EFIAPI stub_load(struct efi_load_file2 *self,
				     struct efi_device_path *file,
				     efi_bool_t boot_policy, u64 *size,
				     void *data)
{
	EXPECT_TRUE(self == &stub.protocol);
	EXPECT_TRUE(device_path_is_end(file));
	EXPECT_FALSE(boot_policy);
	if (stub.probe)
		return stub.probe;
	if (!data || *size < stub.size) {
		*size = stub.size;
		return EFI_BUFFER_TOO_SMALL;
	}
	*size = stub.size - stub.lie;
	memcpy(data, stub.data, stub.size);
	return EFI_SUCCESS;
}

static efi_handle_t install_stub(const char *data)
{
	efi_handle_t handle = NULL;

	memset(&stub, 0, sizeof(stub));
	stub.protocol.load_file = stub_load;
	stub.data = data;
	stub.size = strlen(data);
	EXPECT_EQ(bs_install_multiple_protocol_interfaces(
			  &handle, &EFI_DEVICE_PATH_PROTOCOL_GUID, &path,
			  &EFI_LOAD_FILE2_PROTOCOL_GUID, &stub.protocol, NULL),
		  EFI_SUCCESS);
	return handle;
}

UNIT_TEST(no_initrd_is_not_found)
{
	struct efi_load_file2 *file;
	struct efi_device_path *rest;

	boot(false, false);
	/* minimal-efi 0: any other code and Linux on x86 gives up. */
	EXPECT_EQ(find(&file, &rest), EFI_NOT_FOUND);
	boot(true, true);
	EXPECT_EQ(find(&file, &rest), EFI_NOT_FOUND);
}

UNIT_TEST(serves_ours)
{
	struct efi_load_file2 *file;
	struct efi_device_path *rest;
	u64 size = 0;

	boot(true, false);
	EXPECT_EQ(find(&file, &rest), EFI_SUCCESS);
	EXPECT_TRUE(device_path_is_end(rest));
	EXPECT_EQ(file->load_file(file, rest, false, &size, NULL),
		  EFI_BUFFER_TOO_SMALL);
	EXPECT_EQ(size, OURS_SIZE);
	size--;
	EXPECT_EQ(file->load_file(file, rest, false, &size, buffer),
		  EFI_BUFFER_TOO_SMALL);
	EXPECT_EQ(size, OURS_SIZE);
	EXPECT_EQ(buffer[0], 0xee);
	size = sizeof(buffer);
	EXPECT_EQ(file->load_file(file, rest, false, &size, buffer),
		  EFI_SUCCESS);
	EXPECT_EQ(size, OURS_SIZE);
	EXPECT_MEM_EQ(buffer, (void *)OURS, OURS_SIZE);
	EXPECT_EQ(buffer[OURS_SIZE], 0xee);
}

UNIT_TEST(refuses_other_calls)
{
	struct efi_load_file2 *file, other;
	struct efi_device_path *rest;
	u64 size = sizeof(buffer);

	boot(true, false);
	EXPECT_EQ(find(&file, &rest), EFI_SUCCESS);
	EXPECT_EQ(file->load_file(file, rest, true, &size, buffer),
		  EFI_UNSUPPORTED);
	EXPECT_EQ(file->load_file(file, NULL, false, &size, buffer),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(file->load_file(file, rest, false, NULL, buffer),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(file->load_file(file, &path.vendor.header, false, &size,
				  buffer),
		  EFI_NOT_FOUND);
	other = *file;
	EXPECT_EQ(other.load_file(&other, rest, false, &size, buffer),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(buffer[0], 0xee);
}

UNIT_TEST(second_initrd_is_already_started)
{
	efi_handle_t handle = NULL;

	boot(true, false);
	EXPECT_EQ(bs_install_multiple_protocol_interfaces(
			  &handle, &EFI_DEVICE_PATH_PROTOCOL_GUID, &path,
			  &EFI_LOAD_FILE2_PROTOCOL_GUID, &stub.protocol, NULL),
		  EFI_ALREADY_STARTED);
	EXPECT_TRUE(!handle);
}

UNIT_TEST(ours_behind_the_stubs)
{
	struct efi_load_file2 *file;
	struct efi_device_path *rest;
	efi_handle_t handle;
	u64 size = 0;

	boot(true, true);
	handle = install_stub("stub's"); /* 6 bytes: 2 of padding */
	EXPECT_EQ(find(&file, &rest), EFI_SUCCESS);
	EXPECT_TRUE(file != &stub.protocol);
	EXPECT_EQ(file->load_file(file, rest, false, &size, NULL),
		  EFI_BUFFER_TOO_SMALL);
	EXPECT_EQ(size, 8 + OURS_SIZE);
	EXPECT_EQ(file->load_file(file, rest, false, &size, buffer),
		  EFI_SUCCESS);
	EXPECT_EQ(size, 8 + OURS_SIZE);
	EXPECT_MEM_EQ(buffer, "stub's\0\0", 8);
	EXPECT_MEM_EQ(buffer + 8, (void *)OURS, OURS_SIZE);
	EXPECT_EQ(buffer[8 + OURS_SIZE], 0xee);
	EXPECT_EQ(file->load_file(file, rest, true, &size, buffer),
		  EFI_UNSUPPORTED);

	/* The stub knows nothing of it, and takes away what it installed. */
	EXPECT_EQ(bs_uninstall_multiple_protocol_interfaces(
			  handle, &EFI_DEVICE_PATH_PROTOCOL_GUID, &path,
			  &EFI_LOAD_FILE2_PROTOCOL_GUID, &stub.protocol, NULL),
		  EFI_SUCCESS);
	EXPECT_EQ(find(&file, &rest), EFI_NOT_FOUND);
	/* And can do so again. */
	install_stub("12345678");
	size = 0;
	EXPECT_EQ(find(&file, &rest), EFI_SUCCESS);
	EXPECT_EQ(file->load_file(file, rest, false, &size, NULL),
		  EFI_BUFFER_TOO_SMALL);
	EXPECT_EQ(size, 8 + OURS_SIZE);
}

UNIT_TEST(wrapped_in_whatever_order)
{
	efi_handle_t handle = NULL;
	struct efi_load_file2 *file;
	struct efi_device_path *rest;
	u64 size = 0;

	boot(true, true);
	memset(&stub, 0, sizeof(stub));
	stub.protocol.load_file = stub_load;
	stub.data = "abcd";
	stub.size = 4;
	bs_install_protocol_interface(&handle, &EFI_LOAD_FILE2_PROTOCOL_GUID, 0,
				      &stub.protocol);
	bs_install_protocol_interface(&handle, &EFI_DEVICE_PATH_PROTOCOL_GUID,
				      0, &path);
	EXPECT_EQ(find(&file, &rest), EFI_SUCCESS);
	EXPECT_EQ(file->load_file(file, rest, false, &size, NULL),
		  EFI_BUFFER_TOO_SMALL);
	EXPECT_EQ(size, 4 + OURS_SIZE);
}

UNIT_TEST(other_load_files_are_left_alone)
{
	efi_handle_t handle = NULL;
	void *found;

	boot(true, true);
	path.vendor.guid.bytes[0]++;
	bs_install_multiple_protocol_interfaces(
		&handle, &EFI_DEVICE_PATH_PROTOCOL_GUID, &path,
		&EFI_LOAD_FILE2_PROTOCOL_GUID, &stub.protocol, NULL);
	EXPECT_EQ(bs_handle_protocol(handle, &EFI_LOAD_FILE2_PROTOCOL_GUID,
				     &found),
		  EFI_SUCCESS);
	EXPECT_TRUE(found == &stub.protocol);
}

UNIT_TEST(stub_that_fails_or_lies)
{
	struct efi_load_file2 *file;
	struct efi_device_path *rest;
	u64 size = sizeof(buffer);

	boot(true, true);
	install_stub("abcdef");
	EXPECT_EQ(find(&file, &rest), EFI_SUCCESS);
	stub.probe = EFI_DEVICE_ERROR;
	EXPECT_EQ(file->load_file(file, rest, false, &size, buffer),
		  EFI_DEVICE_ERROR);
	stub.probe = EFI_NOT_FOUND; /* how sd-stub says "empty" */
	EXPECT_EQ(file->load_file(file, rest, false, &size, buffer),
		  EFI_SUCCESS);
	EXPECT_EQ(size, OURS_SIZE);
	stub.probe = EFI_SUCCESS;
	stub.lie = 1;
	size = sizeof(buffer);
	EXPECT_EQ(file->load_file(file, rest, false, &size, buffer),
		  EFI_DEVICE_ERROR);
	/* A size that would wrap around with ours behind it. */
	stub.lie = 0;
	stub.size = ~0ULL - 100;
	size = sizeof(buffer);
	EXPECT_EQ(file->load_file(file, rest, false, &size, buffer),
		  EFI_OUT_OF_RESOURCES);
	stub.size = ~0ULL;
	EXPECT_EQ(file->load_file(file, rest, false, &size, buffer),
		  EFI_OUT_OF_RESOURCES);
}
