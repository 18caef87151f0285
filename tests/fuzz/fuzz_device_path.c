// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzes whoever reads device paths: LocateDevicePath, LoadImage, LoadFile2,
 * DevicePathUtilities and DevicePathToText.
 *
 * Nobody can know how long a path without an end is, so every input gets one
 * where it stops to have whole nodes; but nodes may be shorter than their
 * header, have any type and any contents. A path is a heap block of its very
 * size, so that AddressSanitizer sees the first byte too many.
 */
// sources: tests/unit/emulator/runtime_start.S tests/fuzz/emulator.c
// sources: emulator/config_table.c emulator/device_tree.c emulator/connect.c emulator/console.c
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

#include <emulator/protocol/device_path_to_text.h>
#include <emulator/protocol/device_path_utilities.h>
#include <stdlib.h>
#include <string.h>

#include "emulator.h"

#define NODE sizeof(struct efi_device_path)

struct path {
	struct efi_device_path *bytes;
	u64 size; /* of the block */
};

static const u8 end[] = { EFI_DEVICE_PATH_END, EFI_DEVICE_PATH_END_ENTIRE, 4,
			  0 };

/* Bytes of whole nodes; *ret_ends if the last of them ends a walk. */
static u64 whole_nodes(const u8 *data, u64 size, bool *ret_ends)
{
	u64 at = 0;

	*ret_ends = false;
	while (size - at >= NODE) {
		u64 length = (u64)data[at + 2] | (u64)data[at + 3] << 8;
		bool last = data[at] == end[0] && data[at + 1] == end[1];

		*ret_ends = last || length < NODE;
		if (*ret_ends)
			return at + NODE;
		if (length > size - at)
			break;
		at += length;
	}
	return at;
}

static struct path make_path(const u8 *data, u64 size)
{
	struct path path;
	bool ends;
	u64 used = whole_nodes(data, size, &ends);

	path.size = used + (ends ? 0 : NODE);
	path.bytes = malloc(path.size);
	FUZZ_CHECK(path.bytes);
	if (used)
		memcpy(path.bytes, data, used);
	if (!ends)
		memcpy((u8 *)path.bytes + used, end, NODE);
	return path;
}

/* What a service made is sound, and a buffer of the pool. */
static void check_made(struct efi_device_path *made)
{
	u64 size;

	if (!made)
		return;
	FUZZ_CHECK(device_path_size(made, &size));
	FUZZ_CHECK(bs_free_pool(made) == EFI_SUCCESS);
}

static void check_text(efi_char16_t *text)
{
	if (!text)
		return;
	FUZZ_CHECK(utf16_length(text, 1U << 20) < 1U << 20);
	FUZZ_CHECK(bs_free_pool(text) == EFI_SUCCESS);
}

static void utilities(const struct path *a, const struct path *b)
{
	const struct efi_device_path_utilities *it = &device_path_utilities;
	struct efi_device_path *rest = a->bytes;
	u64 size = it->get_device_path_size(a->bytes), sum = 0, part;
	struct efi_device_path *made = it->duplicate_device_path(a->bytes);

	FUZZ_CHECK(size <= a->size);
	FUZZ_CHECK(!made || (size && !memcmp(made, a->bytes, size)));
	check_made(made);
	check_made(it->append_device_path(a->bytes, b->bytes));
	check_made(it->append_device_path_instance(a->bytes, b->bytes));
	it->is_device_path_multi_instance(a->bytes);
	while (rest &&
	       (made = it->get_next_device_path_instance(&rest, &part))) {
		check_made(made);
		sum += part;
	}
	FUZZ_CHECK(sum == size);
}

/* The first node alone, as large as it says that it is. */
static void node(const struct path *path)
{
	u64 length = device_path_length(path->bytes);
	struct efi_device_path *copy, *made;

	if (length > path->size)
		return;
	copy = malloc(length > NODE ? length : NODE);
	FUZZ_CHECK(copy);
	memcpy(copy, path->bytes, length > NODE ? length : NODE);
	check_text(device_path_to_text.convert_device_node_to_text(copy, false,
								   false));
	made = device_path_utilities.append_device_node(NULL, copy);
	/* What is appended as a node, though it is an end, makes no path. */
	if (made && copy->type == EFI_DEVICE_PATH_END)
		FUZZ_CHECK(bs_free_pool(made) == EFI_SUCCESS);
	else
		check_made(made);
	free(copy);
}

static void locate(const struct path *path)
{
	struct efi_device_path *rest = path->bytes;
	struct efi_load_file2 *load_file2;
	efi_handle_t handle;
	u64 size = 0, left;

	if (!bs_locate_device_path(&EFI_DEVICE_PATH_PROTOCOL_GUID, &rest,
				   &handle)) {
		FUZZ_CHECK(handle_find(handle) && rest > path->bytes);
		left = path->size - (u64)((u8 *)rest - (const u8 *)path->bytes);
		FUZZ_CHECK(device_path_size(rest, &size) && size <= left);
	}
	size = 0;
	if (!bs_locate_protocol(&EFI_LOAD_FILE2_PROTOCOL_GUID, NULL,
				(void **)&load_file2))
		load_file2->load_file(load_file2, path->bytes, false, &size,
				      NULL);
	bs_load_image(false, emu.protocols.payload, path->bytes, NULL, 0,
		      &handle);
	bs_connect_controller(emu.protocols.root, NULL, path->bytes, true);
}

/* A handle with a hostile path must not get in the way of others. */
static void install(const struct path *a, const struct path *b)
{
	efi_handle_t handle = NULL;

	if (bs_install_multiple_protocol_interfaces(
		    &handle, &EFI_DEVICE_PATH_PROTOCOL_GUID, a->bytes, NULL))
		return;
	locate(b);
	locate(a);
	FUZZ_CHECK(!bs_uninstall_protocol_interface(
		handle, &EFI_DEVICE_PATH_PROTOCOL_GUID, a->bytes));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static bool booted;
	struct path a, b;
	u64 half;

	/* No call leaves anything behind, so one machine does for all. */
	if (!booted) {
		machine_boot();
		booted = true;
	}
	if (size < 2)
		return 0;
	half = (data[0] | (u64)data[1] << 8) % (size - 1);
	a = make_path(data + 2, half);
	b = make_path(data + 2 + half, size - 2 - half);
	machine.console_used = 0;
	if (MACHINE_SURVIVES({
		    utilities(&a, &b);
		    node(&a);
		    check_text(device_path_to_text.convert_device_path_to_text(
			    a.bytes, false, false));
		    locate(&a);
		    install(&a, &b);
	    }) == false)
		__builtin_trap();
	free(a.bytes);
	free(b.bytes);
	return 0;
}
