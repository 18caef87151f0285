// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzes what reads the handoff: purgatory, then the emulator up to and with
 * the payload's first calls. Whatever the blob says, it ends in a refusal, in
 * a panic or in the payload, and nowhere else.
 *
 * An input is a list of patches of a sound handoff: offset (2 bytes), number
 * of bytes (1), the bytes. Digests are made afterwards, as a stager's would
 * be. A stager is believed where it says that there is memory; so that such
 * claims stay true, those of memory that the machine does not have become
 * I/O, and what is ours is never said to be free.
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
// sources: image/rule.c arch/host/sha256.c purgatory/verify.c
// sources: tests/unit/emulator/runtime_end.S
// flags: -lmbedcrypto

#include <purgatory/purgatory.h>
#include <purgatory/sha256.h>
#include <string.h>

#include "emulator.h"

#define INITRD (MACHINE_LOW + 0x80000ULL)
#define SPARE 0x400 /* bytes of the blob that patches may use beside */

bool arch_reach(u64 address, u64 size)
{
	return machine_has(address, size);
}

static void add_arrays(struct handoff *handoff)
{
	static const struct efi_guid global = EFI_GLOBAL_VARIABLE_GUID;
	const struct handoff_protection protections[] = {
		{ 0, 0x1000, HANDOFF_PROT_READ, 0 },
		{ 0x1000, 0x1000, HANDOFF_PROT_READ | HANDOFF_PROT_EXEC, 0 },
	};
	struct handoff_table tables[3] = { 0 };
	struct handoff_digest digest = { .size = 16 };
	struct handoff_check check = { .address = INITRD, .size = 64 };
	const struct efi_guid memreserve = LINUX_EFI_MEMRESERVE_TABLE_GUID;
	const struct efi_guid kept = { HANDOFF_KEPT_GUID };

	memcpy(tables[0].guid, &memreserve, sizeof(memreserve));
	tables[0].address = INITRD;
	tables[1] = tables[0];
	tables[1].address = INITRD + 64;
	memcpy(tables[2].guid, &kept, sizeof(kept));
	tables[2].address = INITRD + 128;
	memset((void *)INITRD, 0, EFI_PAGE_SIZE);
	machine_add(&handoff->protections, 2, protections, sizeof(protections));
	machine_add(&handoff->tables, 3, tables, sizeof(tables));
	machine_add(&handoff->digests, 1, &digest, sizeof(digest));
	machine_add(&handoff->checks, 1, &check, sizeof(check));
	machine_add(&handoff->load_options, 8, L"abc", 8);
	machine_variable("Boot", &global, 7, "data", 4);
	machine_variable("B", &global, 6, "more", 5);
}

static void patch(struct input *input)
{
	u32 size = machine.blob_used + SPARE;

	while (input->left) {
		u64 offset = input_u64(input, 2) % size;
		u8 count = input_u8(input) & 63;

		while (count-- && offset < size)
			machine.blob[offset++] = input_u8(input);
	}
}

static bool overlaps(const struct handoff_memory *claim, u64 start, u64 size)
{
	u64 end;

	return checked_add(claim->address, claim->size, &end) &&
	       claim->address < start + size && start < end;
}

static bool is_memory(u32 type)
{
	return type != HANDOFF_MEMORY_ABSENT && type != REGION_ANY &&
	       (type < EFI_MAX_MEMORY_TYPE || type >= EFI_OEM_MEMORY_TYPE);
}

static void make_true(struct handoff_memory *claim)
{
	if (is_memory(claim->type) && !machine_has(claim->address, claim->size))
		claim->type = EFI_MEMORY_MAPPED_IO;
	if (claim->type == EFI_CONVENTIONAL_MEMORY &&
	    overlaps(claim, MACHINE_EMULATOR,
		     MACHINE_EMULATOR_SIZE + MACHINE_HANDOFF_SIZE))
		claim->type = EFI_LOADER_DATA;
}

static void make_claims_true(const struct handoff *handoff)
{
	u64 offset = handoff->memory.offset, i;
	struct handoff_memory claim;

	for (i = 0; i < handoff->memory.count; i++) {
		u64 at = offset + i * sizeof(claim);

		if (at + sizeof(claim) > MACHINE_HANDOFF_SIZE)
			return;
		memcpy(&claim, machine.blob + at, sizeof(claim));
		make_true(&claim);
		memcpy(machine.blob + at, &claim, sizeof(claim));
	}
}

/* A stager's digests are right, unless it is somebody else's memory. */
static void make_digests(struct emulator_header *header,
			 const struct handoff *handoff)
{
	if (machine_has(MACHINE_HANDOFF, handoff->size))
		sha256(handoff, handoff->size, header->handoff_digest);
}

static void load_initrd(void)
{
	struct efi_load_file2 *protocol;
	u8 end[] = { EFI_DEVICE_PATH_END, EFI_DEVICE_PATH_END_ENTIRE, 4, 0 };
	struct efi_device_path *path = (struct efi_device_path *)end;
	void *buffer;
	u64 size = 0;

	if (bs_locate_protocol(&EFI_LOAD_FILE2_PROTOCOL_GUID, NULL,
			       (void **)&protocol) ||
	    protocol->load_file(protocol, path, false, &size, NULL) !=
		    EFI_BUFFER_TOO_SMALL ||
	    bs_allocate_pool(EFI_LOADER_DATA, size, &buffer))
		return;
	FUZZ_CHECK(!protocol->load_file(protocol, path, false, &size, buffer));
}

static void read_variables(void)
{
	efi_char16_t name[256] = { 0 };
	struct efi_guid guid = { 0 };
	u64 size = sizeof(name);
	u8 data[256];

	while (!rt_get_next_variable_name(&size, name, &guid)) {
		size = sizeof(data);
		rt_get_variable(name, &guid, NULL, &size, data);
		size = sizeof(name);
	}
}

static efi_status_t EFIAPI payload(efi_handle_t handle,
				   struct efi_system_table *systab)
{
	FUZZ_CHECK(systab == emu.systab && handle == emu.protocols.payload);
	read_variables();
	load_initrd();
	bs_exit_boot_services(handle, emu.map.key + 1);
	if (!emu.handoff->runtime_services)
		FUZZ_CHECK(!bs_exit_boot_services(handle, emu.map.key));
	return EFI_SUCCESS;
}

static void run(struct emulator_header *header)
{
	const struct handoff *handoff;
	u64 address;

	if (purgatory_find(header, &handoff) ||
	    purgatory_verify(header, handoff, &address))
		return;
	machine.pauses_left = 1000;
	if (MACHINE_SURVIVES(emulator_main(header, handoff)))
		__builtin_trap();
	FUZZ_CHECK(machine.resets == 1);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct emulator_header *header = (void *)MACHINE_EMULATOR;
	struct handoff *handoff = (void *)MACHINE_HANDOFF;
	struct input input = { data, size };
	struct handoff_check check;

	machine_start();
	machine.entry = payload;
	header->handoff = MACHINE_HANDOFF;
	machine_memory();
	handoff->initrd.address = INITRD;
	handoff->initrd.size = 0x1234;
	add_arrays(handoff);
	handoff->size = machine.blob_used + SPARE;
	memcpy(&check, machine.blob + handoff->checks.offset, sizeof(check));
	sha256((void *)check.address, check.size, check.sha256);
	memcpy(machine.blob + handoff->checks.offset, &check, sizeof(check));
	patch(&input);
	make_claims_true(handoff);
	make_digests(header, handoff);
	run(header);
	return 0;
}
