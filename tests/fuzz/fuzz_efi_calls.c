// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzes the services: a payload that makes the calls which the input says, in
 * any order and with hostile arguments, from its entry, from images that it
 * starts and from notification functions. What invariants.c lists holds after
 * each of them.
 *
 * Pointers are good or NULL: the payload runs at our privilege, so a wild one
 * is its own death (see emulator/memory.c); and it frees only what is its own.
 */
// sources: tests/unit/emulator/runtime_start.S tests/fuzz/emulator.c
// sources: tests/fuzz/invariants.c tests/unit/image/build.c
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

#include <emulator/protocol/memory_attribute.h>
#include <purgatory/sha256.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/image/build.h"
#include "invariants.h"

#define SLOTS 16
#define CALLS 200 /* of one input */
#define DEPTH 3 /* of calls in notification functions and images */

struct pages {
	u64 address;
	u64 pages;
};

/* The payload: what it got from earlier calls. */
static struct {
	struct input input;
	u32 calls;
	u32 depth;
	u32 nested; /* notification functions and images that ran */
	bool exited; /* ExitBootServices was successful */
	efi_handle_t handles[SLOTS];
	efi_event_t events[SLOTS];
	void *registrations[SLOTS];
	struct pages pages[SLOTS];
	void *pools[SLOTS];
} us;

static struct build image; /* K1 vouches for it */
static u8 scratch[4096] __aligned(16);

static u8 byte(void)
{
	return input_u8(&us.input);
}

static efi_handle_t *handle_slot(void)
{
	return &us.handles[byte() % SLOTS];
}

/* Mostly one that was a handle once. */
static efi_handle_t any_handle(void)
{
	u8 which = byte();

	if (which == 255)
		return scratch;
	return which == 254 ? NULL : us.handles[which % SLOTS];
}

static efi_event_t any_event(void)
{
	u8 which = byte();

	if (which == 255)
		return us.handles[0];
	return which == 254 ? NULL : us.events[which % SLOTS];
}

static struct efi_guid *any_guid(void)
{
	static struct efi_guid guids[10];
	static const struct efi_guid global = EFI_GLOBAL_VARIABLE_GUID,
				     memreserve =
					     LINUX_EFI_MEMRESERVE_TABLE_GUID;
	u8 which = byte();
	u32 i;

	for (i = 0; i < 5; i++)
		memset(&guids[i], 0x11 * (i + 1), sizeof(guids[i]));
	guids[5] = EFI_DEVICE_PATH_PROTOCOL_GUID;
	guids[6] = EFI_LOAD_FILE2_PROTOCOL_GUID;
	guids[7] = global;
	guids[8] = memreserve;
	guids[9] = LOADED_IMAGE_PROTOCOL_GUID;
	return which == 255 ? NULL : &guids[which % 10];
}

static struct efi_device_path *any_path(void)
{
	static u8 paths[4][32] = {
		{ 1, 1, 6, 0, 1, 2, 0x7f, 0xff, 4, 0 },
		{ 1, 1, 6, 0, 1, 2, 1, 1, 6, 0, 3, 4, 0x7f, 0xff, 4, 0 },
		{ 0x7f, 0xff, 4, 0 },
		{ 4, 3, 20, 0 }, /* the initrd's, see below */
	};
	static const struct efi_guid initrd = LINUX_EFI_INITRD_MEDIA_GUID;

	memcpy(paths[3] + 4, &initrd, sizeof(initrd));
	memcpy(paths[3] + 20, paths[2], 4);
	return (struct efi_device_path *)paths[byte() % 4];
}

static efi_status_t EFIAPI load_file(struct efi_load_file2 *self,
				     struct efi_device_path *path,
				     efi_bool_t boot_policy, u64 *size,
				     void *buffer)
{
	u64 room = *size, have = byte() & 63;

	if (!self || !path || boot_policy)
		return EFI_UNSUPPORTED;
	*size = have;
	if (!buffer || room < have)
		return byte() & 1 ? EFI_DEVICE_ERROR : EFI_BUFFER_TOO_SMALL;
	memset(buffer, 0x6c, have);
	return EFI_SUCCESS;
}

/* An interface that is what its protocol's users expect, or NULL. */
static void *interface_for(const struct efi_guid *guid)
{
	static struct efi_load_file2 load_file2 = { load_file };
	u8 which = byte();

	if (which < 32 || !guid)
		return NULL;
	if (guid_equal(guid, &EFI_DEVICE_PATH_PROTOCOL_GUID))
		return any_path();
	if (guid_equal(guid, &EFI_LOAD_FILE2_PROTOCOL_GUID))
		return &load_file2;
	return scratch + 16 * (which % 4);
}

static efi_char16_t *any_name(void)
{
	static efi_char16_t names[4][12] = { L"A", L"Bb", L"SecureBoot", L"" };

	return names[byte() % 4];
}

static void keep_pool(void *pool)
{
	void **slot = &us.pools[byte() % SLOTS];

	bs_free_pool(*slot);
	*slot = pool;
}

static void calls(u32 most);

static void nest(void)
{
	us.nested++;
	if (us.depth >= DEPTH)
		return;
	us.depth++;
	calls(byte() % 4);
	us.depth--;
}

static void EFIAPI notify(efi_event_t event, void *context)
{
	FUZZ_CHECK(event && context == scratch);
	nest();
}

static void allocate_pages(void)
{
	struct pages *slot = &us.pages[byte() % SLOTS];
	u32 how = byte() % 4, type = byte() % 18;
	u64 count = byte() % 40, address;

	if (byte() > 250)
		count = input_u64(&us.input, 8);
	address = (byte() & 1 ? MACHINE_LOW : MACHINE_HIGH) +
		  input_u64(&us.input, 3) % (2 * MACHINE_SIZE);
	if (how == EFI_ALLOCATE_ADDRESS && byte() & 3)
		address &= ~(EFI_PAGE_SIZE - 1);
	if (type == 17)
		type = EFI_OEM_MEMORY_TYPE;
	if (slot->pages && !bs_free_pages(slot->address, slot->pages))
		slot->pages = 0;
	if (slot->pages || bs_allocate_pages(how, type, count, &address))
		return;
	slot->address = address;
	slot->pages = count;
	FUZZ_CHECK(machine_has(address, count << EFI_PAGE_SHIFT));
	memset((void *)address, 0x5a, count << EFI_PAGE_SHIFT);
}

/* From the start, the middle or the end of what was allocated. */
static void free_pages(void)
{
	struct pages *slot = &us.pages[byte() % SLOTS];
	u64 skip, count;

	if (!slot->pages) {
		/* Nobody allocated the emulator, so nobody frees it. */
		FUZZ_CHECK(
			bs_free_pages(MACHINE_LOW + (u64)byte() * 64, byte()));
		return;
	}
	skip = byte() % slot->pages;
	count = byte() % (slot->pages - skip + 1);
	if (bs_free_pages(slot->address + (skip << EFI_PAGE_SHIFT), count))
		return;
	/* What is behind is forgotten, and so never freed. */
	slot->pages = skip;
}

static void allocate_pool(void)
{
	u32 type = byte() % 17;
	u64 size = input_u64(&us.input, 2);
	void *pool = NULL;

	if (byte() > 250)
		size = ~0ULL - size;
	if (bs_allocate_pool(type, size, &pool))
		return;
	memset(pool, 0x6b, size);
	keep_pool(pool);
}

static void free_pool(void)
{
	void **slot = &us.pools[byte() % SLOTS];

	if (!bs_free_pool(*slot))
		*slot = NULL;
	FUZZ_CHECK(bs_free_pool(scratch + 32));
}

static void get_memory_map(void)
{
	static u8 map[REGION_MAX * 48];
	const struct efi_memory_descriptor *last = NULL, *next;
	u64 size = byte() & 1 ? sizeof(map) : byte() * 48, key, step, at;
	u64 room = size;
	u32 version;
	efi_status_t status;

	status = bs_get_memory_map(&size, (void *)map, &key, &step, &version);
	if (status) {
		FUZZ_CHECK(status == EFI_BUFFER_TOO_SMALL && size > room);
		return;
	}
	FUZZ_CHECK(key == emu.map.key && size <= room);
	for (at = 0; at < size; at += step, last = next) {
		next = (const void *)(map + at);
		FUZZ_CHECK(!last ||
			   last->physical_start + (last->number_of_pages
						   << EFI_PAGE_SHIFT) <=
				   next->physical_start);
		FUZZ_CHECK(!(next->attribute & REGION_ALLOCATED));
	}
}

static void create_event(void)
{
	static const u32 types[] = {
		0,
		EFI_EVT_TIMER,
		EFI_EVT_NOTIFY_WAIT,
		EFI_EVT_NOTIFY_SIGNAL,
		EFI_EVT_TIMER | EFI_EVT_NOTIFY_SIGNAL,
		EFI_EVT_TIMER | EFI_EVT_NOTIFY_WAIT,
		EFI_EVT_SIGNAL_EXIT_BOOT_SERVICES,
		EFI_EVT_SIGNAL_VIRTUAL_ADDRESS_CHANGE,
		EFI_EVT_NOTIFY_WAIT | EFI_EVT_NOTIFY_SIGNAL,
		1,
	};
	efi_event_t *slot = &us.events[byte() % SLOTS];
	u32 type = types[byte() % ARRAY_SIZE(types)];
	efi_tpl_t tpl = byte() & 31;
	efi_event_notify_t function = byte() < 16 ? NULL : notify;

	/* No more than slots, as each ticks. */
	bs_close_event(*slot);
	if (byte() & 1)
		bs_create_event(type, tpl, function, scratch, slot);
	else
		bs_create_event_ex(type, tpl, function, scratch, any_guid(),
				   slot);
}

static void events(void)
{
	efi_event_t both[2] = { any_event(), any_event() };
	u64 index;

	switch (byte() % 6) {
	case 0:
		bs_set_timer(both[0], byte() % 4, input_u64(&us.input, 3));
		break;
	case 1:
		bs_signal_event(both[0]);
		break;
	case 2:
		bs_close_event(both[0]);
		break;
	case 3:
		bs_check_event(both[0]);
		break;
	case 4:
		if (!bs_wait_for_event(byte() % 3, both, &index))
			FUZZ_CHECK(index < 2);
		break;
	default:
		machine.ticks += input_u64(&us.input, 3);
		bs_stall(byte());
	}
}

static void levels(void)
{
	if (byte() & 1)
		bs_raise_tpl(byte() % 40);
	else
		bs_restore_tpl(byte() % 40);
}

static void install(void)
{
	efi_handle_t *slot = handle_slot(), handle = any_handle();
	struct efi_guid *a = any_guid(), *b = any_guid();
	void *interface = interface_for(a);

	switch (byte() % 5) {
	case 0:
		if (!bs_install_protocol_interface(&handle, a, byte() > 250,
						   interface))
			*slot = handle;
		break;
	case 1:
		bs_reinstall_protocol_interface(handle, a, interface_for(a),
						interface);
		break;
	case 2:
		bs_uninstall_protocol_interface(handle, a, interface);
		break;
	case 3:
		if (!bs_install_multiple_protocol_interfaces(
			    &handle, a, interface, b, interface_for(b), NULL))
			*slot = handle;
		break;
	default:
		bs_uninstall_multiple_protocol_interfaces(
			handle, a, interface, b, interface_for(b), NULL);
	}
}

static void open_close(void)
{
	efi_handle_t handle = any_handle(), agent = any_handle();
	efi_handle_t controller = byte() & 1 ? any_handle() : NULL;
	struct efi_open_protocol_information_entry *entries = NULL;
	struct efi_guid *guid = any_guid(), **guids = NULL;
	void *interface;
	u64 count;

	switch (byte() % 6) {
	case 0:
		bs_open_protocol(handle, guid, &interface, agent, controller,
				 byte() & 63);
		break;
	case 1:
		bs_close_protocol(handle, guid, agent, controller);
		break;
	case 2:
		if (!bs_open_protocol_information(handle, guid, &entries,
						  &count))
			keep_pool(entries);
		break;
	case 3:
		if (!bs_protocols_per_handle(handle, &guids, &count)) {
			FUZZ_CHECK(count);
			keep_pool(guids);
		}
		break;
	case 4:
		bs_connect_controller(handle, NULL, any_path(), true);
		bs_disconnect_controller(handle, agent, controller);
		break;
	default:
		if (guid)
			bs_handle_protocol(handle, guid, &interface);
	}
}

static void locate_handles(void)
{
	efi_handle_t some[4], *all = NULL;
	void *key = us.registrations[byte() % SLOTS];
	struct efi_guid *guid = any_guid();
	u64 size = byte() % 5 * sizeof(*some), count, i;

	if (byte() & 1) {
		bs_locate_handle(byte() % 4, guid, key, &size, some);
		return;
	}
	if (bs_locate_handle_buffer(byte() % 4, guid, key, &count, &all)) {
		FUZZ_CHECK(!all && !count);
		return;
	}
	for (i = 0; i < count; i++)
		FUZZ_CHECK(handle_find(all[i]));
	keep_pool(all);
}

static void locate(void)
{
	struct efi_device_path *path = any_path();
	struct efi_guid *guid = any_guid();
	void **slot = &us.registrations[byte() % SLOTS], *interface;
	efi_handle_t handle;

	switch (byte() % 3) {
	case 0:
		if (bs_locate_protocol(guid, byte() & 1 ? *slot : NULL,
				       &interface))
			FUZZ_CHECK(!interface);
		break;
	case 1:
		if (!bs_locate_device_path(guid, &path, &handle))
			FUZZ_CHECK(handle_find(handle));
		break;
	default:
		bs_register_protocol_notify(guid, any_event(), slot);
	}
}

static void load_image(void)
{
	efi_handle_t *slot = handle_slot();
	struct efi_device_path *path = byte() & 1 ? any_path() : NULL;
	u64 size = image.size;
	u8 *data = image.data;

	switch (byte() % 4) {
	case 0:
		data = scratch;
		size = byte();
		break;
	case 1:
		data = NULL;
		break;
	default:
		break;
	}
	bs_load_image(byte() & 1, any_handle(), path, data, size, slot);
}

static void run_image(void)
{
	efi_char16_t *data = NULL;
	efi_handle_t handle = any_handle();
	u64 size = byte();

	switch (byte() % 3) {
	case 0:
		if (us.depth < DEPTH && !bs_start_image(handle, &size, &data))
			keep_pool(data);
		break;
	case 1:
		bs_unload_image(handle);
		break;
	default:
		/* The payload's own end is the end. */
		if (handle != emu.protocols.payload)
			bs_exit(handle, byte(), size, (void *)scratch);
	}
}

static void variables(void)
{
	efi_char16_t *name = any_name(), other[16];
	struct efi_guid *guid = any_guid(), found;
	u8 data[64];
	u64 size = byte() & 63, three[3];
	u32 attributes = byte();

	switch (byte() % 4) {
	case 0:
		if (!rt_get_variable(name, guid, &attributes, &size, data))
			FUZZ_CHECK(size <= sizeof(data));
		break;
	case 1:
		memcpy(other, name, 24);
		found = guid ? *guid : (struct efi_guid){ 0 };
		size /= 2;
		rt_get_next_variable_name(&size, other, &found);
		break;
	case 2:
		if (byte() > 200)
			size = sizeof(scratch);
		rt_set_variable(name, guid, attributes, size, scratch);
		break;
	default:
		rt_query_variable_info(attributes, &three[0], &three[1],
				       &three[2]);
	}
}

static void config_table(void)
{
	static u64 tables[8][4];
	struct efi_guid *guid = any_guid();
	u8 which = byte();

	bs_install_configuration_table(guid,
				       which < 64 ? NULL : tables[which % 8]);
}

static void attributes(void)
{
	struct efi_memory_attribute *self =
		(struct efi_memory_attribute *)(uintptr_t)&memory_attribute;
	u64 base = (byte() & 1 ? MACHINE_LOW : MACHINE_HIGH) + byte() * 4096ULL;
	u64 size = (byte() % 64) * EFI_PAGE_SIZE;
	u64 bits = (byte() & 7ULL) << 13, got;

	if (bits & BIT_ULL(15))
		bits = (bits & ~BIT_ULL(15)) | EFI_MEMORY_RO;
	if (byte() & 1)
		self->set_memory_attributes(self, base, size, bits);
	else
		self->clear_memory_attributes(self, base, size, bits);
	self->get_memory_attributes(self, base, size, &got);
}

static void exit_boot(void)
{
	u64 key = emu.map.key + (byte() & 3);

	if (!bs_exit_boot_services(emu.protocols.payload, key))
		us.exited = true;
	else
		FUZZ_CHECK(!emu.boot_services_exited);
}

struct kind {
	void (*call)(void);
	bool transient; /* see invariants_check() */
};

static const struct kind kinds[] = {
	{ allocate_pages, true }, /* may free, then allocate, the same */
	{ free_pages, false },	  { allocate_pool, true },
	{ free_pool, false },	  { get_memory_map, false },
	{ create_event, false },  { events, false },
	{ levels, false },	  { install, false },
	{ open_close, true },	  { locate_handles, true },
	{ locate, false },	  { load_image, true },
	{ run_image, true },	  { variables, false },
	{ config_table, false },  { attributes, false },
	{ exit_boot, false },
};

static void calls(u32 most)
{
	static struct before before[DEPTH + 1];

	while (most-- && us.input.left && us.calls < CALLS && !us.exited) {
		const struct kind *kind = &kinds[byte() % ARRAY_SIZE(kinds)];
		u32 nested = us.nested;

		us.calls++;
		invariants_note(&before[us.depth]);
		kind->call();
		/* In a notification function, who called it is not done. */
		if (!us.depth && !us.exited)
			invariants_check(&before[0],
					 kind->transient ||
						 nested != us.nested);
	}
}

static efi_status_t EFIAPI entry(efi_handle_t handle,
				 struct efi_system_table *systab)
{
	FUZZ_CHECK(handle && systab == emu.systab);
	if (handle != emu.protocols.payload)
		nest();
	else
		calls(CALLS);
	return EFI_SUCCESS;
}

static void start(void)
{
	struct handoff *handoff = (void *)MACHINE_HANDOFF;
	struct emulator_header *header = (void *)MACHINE_EMULATOR;
	struct handoff_digest digest = { 0 };

	if (!image.data)
		build_app(&image);
	machine_boot();
	header->machine = IMAGE_FILE_MACHINE_AMD64;
	digest.size = image.size;
	sha256(image.data, image.size, digest.sha256);
	machine_add(&handoff->digests, 1, &digest, sizeof(digest));
	machine.entry = entry;
	systab_seal();
	invariants_boot();
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	start();
	memset(&us, 0, sizeof(us));
	memset(scratch, 0, sizeof(scratch));
	us.input.data = data;
	us.input.left = size;
	us.handles[0] = emu.protocols.payload;
	us.handles[1] = emu.protocols.root;
	/* A wait for ever is ended by a reset, and is no fault. */
	MACHINE_SURVIVES(image_run_payload());
	return 0;
}
