// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Console, random numbers and memory attributes, as the payload has them.
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

#define R HANDOFF_PROT_READ
#define RW (R | HANDOFF_PROT_WRITE)
#define RX (R | HANDOFF_PROT_EXEC)
#define RWX (RW | HANDOFF_PROT_EXEC)

#define RO EFI_MEMORY_RO
#define RP EFI_MEMORY_RP
#define XP EFI_MEMORY_XP

static void boot_with(u32 payload_flags, u8 seed)
{
	struct handoff *handoff = (void *)MACHINE_HANDOFF;

	machine_start();
	machine_memory();
	handoff->payload.flags = payload_flags;
	handoff->seed[HANDOFF_SEED_SIZE - 1] = seed;
	machine_run();
	protocols_start();
	machine.console_used = 0;
	machine.console[0] = 0;
}

static void boot(void)
{
	boot_with(0, 0);
}

UNIT_TEST(console_of_the_system_table)
{
	void *found;

	boot();
	EXPECT_EQ(bs_handle_protocol(emu.systab->console_out_handle,
				     &EFI_SIMPLE_TEXT_OUTPUT_PROTOCOL_GUID,
				     &found),
		  EFI_SUCCESS);
	EXPECT_TRUE(found == emu.systab->con_out);
	EXPECT_EQ(bs_handle_protocol(emu.systab->console_in_handle,
				     &EFI_SIMPLE_TEXT_INPUT_PROTOCOL_GUID,
				     &found),
		  EFI_SUCCESS);
	EXPECT_TRUE(found == emu.systab->con_in);
	EXPECT_TRUE(emu.systab->std_err && emu.systab->standard_error_handle);
	EXPECT_TRUE(emu.systab->con_out->mode);
}

UNIT_TEST(output_string)
{
	static const efi_char16_t umlaut[] = { 0xe4, 0x20ac, 0 };
	struct efi_simple_text_output *out;

	boot();
	out = emu.systab->con_out;
	EXPECT_EQ(out->output_string(out, L"hello\r\n"), EFI_SUCCESS);
	EXPECT_STR_EQ(machine.console, "hello\r\n");
	EXPECT_EQ(out->output_string(out, umlaut), EFI_SUCCESS);
	EXPECT_STR_EQ(machine.console, "hello\r\n\xc3\xa4\xe2\x82\xac");
	EXPECT_EQ(out->output_string(out, NULL), EFI_INVALID_PARAMETER);
	EXPECT_EQ(out->test_string(out, umlaut), EFI_SUCCESS);
}

UNIT_TEST(cursor_follows)
{
	static efi_char16_t line[82];
	struct efi_simple_text_output *out;
	u32 i;

	boot();
	out = emu.systab->con_out;
	out->output_string(out, L"hello");
	EXPECT_EQ(out->mode->cursor_column, 5);
	out->output_string(out, L"\b\n");
	EXPECT_EQ(out->mode->cursor_column, 4);
	EXPECT_EQ(out->mode->cursor_row, 1);
	out->output_string(out, L"\r");
	EXPECT_EQ(out->mode->cursor_column, 0);
	for (i = 0; i < 81; i++)
		line[i] = 'x';
	out->output_string(out, line);
	EXPECT_EQ(out->mode->cursor_column, 1);
	EXPECT_EQ(out->mode->cursor_row, 2);
	for (i = 0; i < 50; i++)
		out->output_string(out, L"\n");
	EXPECT_EQ(out->mode->cursor_row, 24);
	out->clear_screen(out);
	EXPECT_EQ(out->mode->cursor_row, 0);
}

UNIT_TEST(modes_and_attributes)
{
	struct efi_simple_text_output *out;
	u64 columns = 0, rows = 0;

	boot();
	out = emu.systab->con_out;
	EXPECT_EQ(out->mode->max_mode, 1);
	EXPECT_EQ(out->query_mode(out, 0, &columns, &rows), EFI_SUCCESS);
	EXPECT_EQ(columns, 80);
	EXPECT_EQ(rows, 25);
	EXPECT_EQ(out->query_mode(out, 1, &columns, &rows), EFI_UNSUPPORTED);
	EXPECT_EQ(out->query_mode(out, 0, NULL, &rows), EFI_INVALID_PARAMETER);
	EXPECT_EQ(out->set_mode(out, 0), EFI_SUCCESS);
	EXPECT_EQ(out->set_mode(out, 1), EFI_UNSUPPORTED);
	EXPECT_EQ(out->set_attribute(out, 0x4f), EFI_SUCCESS);
	EXPECT_EQ(out->mode->attribute, 0x4f);
	EXPECT_EQ(out->set_attribute(out, 0x80), EFI_UNSUPPORTED);
	EXPECT_EQ(out->set_cursor_position(out, 79, 24), EFI_SUCCESS);
	EXPECT_EQ(out->set_cursor_position(out, 80, 0), EFI_UNSUPPORTED);
	EXPECT_EQ(out->mode->cursor_column, 79);
	EXPECT_EQ(out->enable_cursor(out, true), EFI_SUCCESS);
	EXPECT_TRUE(out->mode->cursor_visible);
	EXPECT_EQ(out->reset(out, false), EFI_SUCCESS);
	EXPECT_EQ(out->mode->attribute, 7);
	EXPECT_STR_EQ(machine.console, ""); /* nothing of this is sent */
}

UNIT_TEST(no_key_is_ever_pressed)
{
	struct efi_simple_text_input *in;
	struct efi_input_key key;

	boot();
	in = emu.systab->con_in;
	EXPECT_EQ(in->reset(in, false), EFI_SUCCESS);
	EXPECT_EQ(in->read_key_stroke(in, &key), EFI_NOT_READY);
	EXPECT_EQ(bs_check_event(in->wait_for_key), EFI_NOT_READY);
}

static struct efi_rng *rng(void)
{
	void *found = NULL;

	EXPECT_EQ(bs_locate_protocol(&EFI_RNG_PROTOCOL_GUID, NULL, &found),
		  EFI_SUCCESS);
	return found;
}

UNIT_TEST(random_numbers)
{
	static u8 a[100], b[100], c[100], d[100];
	static const u8 zero[100];
	struct efi_guid raw = EFI_RNG_ALGORITHM_RAW;

	boot();
	EXPECT_EQ(rng()->get_rng(rng(), NULL, sizeof(a), a), EFI_SUCCESS);
	EXPECT_EQ(rng()->get_rng(rng(), &raw, sizeof(b), b), EFI_SUCCESS);
	EXPECT_TRUE(memcmp(a, b, sizeof(a)));
	/* Not a block twice, not the tail left as it was. */
	EXPECT_TRUE(memcmp(a, a + 32, 32));
	EXPECT_TRUE(memcmp(a + 96, zero, 4));

	/* Another seed makes other numbers; only that byte differs here. */
	boot_with(0, 1);
	EXPECT_EQ(rng()->get_rng(rng(), NULL, sizeof(c), c), EFI_SUCCESS);
	EXPECT_TRUE(memcmp(a, c, sizeof(a)));
	boot_with(0, 1);
	EXPECT_EQ(rng()->get_rng(rng(), NULL, sizeof(d), d), EFI_SUCCESS);
	EXPECT_MEM_EQ(c, d, sizeof(c));
	/* And so does the processor, when all else is the same. */
	boot_with(0, 1);
	machine.ticks = 12345;
	rng_start();
	EXPECT_EQ(rng()->get_rng(rng(), NULL, sizeof(d), d), EFI_SUCCESS);
	EXPECT_TRUE(memcmp(c, d, sizeof(c)));
}

UNIT_TEST(random_key_does_not_stay)
{
	u8 key[32], value[16];

	boot();
	memcpy(key, emu.protocols.rng.key, sizeof(key));
	EXPECT_EQ(rng()->get_rng(rng(), NULL, sizeof(value), value),
		  EFI_SUCCESS);
	EXPECT_TRUE(memcmp(key, emu.protocols.rng.key, sizeof(key)));
}

UNIT_TEST(random_number_refusals)
{
	struct efi_guid other = EFI_TCG2_PROTOCOL_GUID, list;
	u64 size = 0;
	u8 value = 0;

	boot();
	EXPECT_EQ(rng()->get_rng(rng(), &other, 1, &value), EFI_UNSUPPORTED);
	EXPECT_EQ(rng()->get_rng(rng(), NULL, 0, &value),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(rng()->get_rng(rng(), NULL, 1, NULL), EFI_INVALID_PARAMETER);
	EXPECT_EQ(rng()->get_info(rng(), &size, NULL), EFI_BUFFER_TOO_SMALL);
	EXPECT_EQ(size, sizeof(list));
	EXPECT_EQ(rng()->get_info(rng(), &size, &list), EFI_SUCCESS);
	EXPECT_MEM_EQ(&list, &EFI_RNG_ALGORITHM_RAW, sizeof(list));
	EXPECT_EQ(rng()->get_info(rng(), NULL, &list), EFI_INVALID_PARAMETER);
}

static struct efi_memory_attribute *attribute(void)
{
	void *found = NULL;

	bs_locate_protocol(&EFI_MEMORY_ATTRIBUTE_PROTOCOL_GUID, NULL, &found);
	return found;
}

static efi_status_t set(u64 base, u64 length, u64 attributes)
{
	struct efi_memory_attribute *protocol = attribute();

	return protocol->set_memory_attributes(protocol, base, length,
					       attributes);
}

static efi_status_t clear(u64 base, u64 length, u64 attributes)
{
	struct efi_memory_attribute *protocol = attribute();

	return protocol->clear_memory_attributes(protocol, base, length,
						 attributes);
}

static efi_status_t get(u64 base, u64 length, u64 *attributes)
{
	struct efi_memory_attribute *protocol = attribute();

	return protocol->get_memory_attributes(protocol, base, length,
					       attributes);
}

static u64 allocate(u32 type, u64 pages)
{
	u64 address = 0;

	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_ANY_PAGES, type, pages,
				    &address),
		  EFI_SUCCESS);
	return address;
}

UNIT_TEST(memory_attributes_are_for_nx_compat_payloads)
{
	boot();
	EXPECT_TRUE(!attribute());
	boot_with(HANDOFF_PAYLOAD_NX_COMPAT, 0);
	EXPECT_TRUE(attribute());
}

UNIT_TEST(memory_attributes_of_code)
{
	u64 address, attributes = 9;

	boot_with(HANDOFF_PAYLOAD_NX_COMPAT, 0);
	address = allocate(EFI_LOADER_CODE, 4);
	EXPECT_EQ(machine_protection(address), RWX);
	EXPECT_EQ(get(address, 0x4000, &attributes), EFI_SUCCESS);
	EXPECT_EQ(attributes, 0);
	/* As Linux does it on x86: RO first, then XP away. */
	EXPECT_EQ(set(address, 0x2000, RO), EFI_SUCCESS);
	EXPECT_EQ(clear(address, 0x2000, XP), EFI_SUCCESS);
	EXPECT_EQ(machine_protection(address + 0x1000), RX);
	EXPECT_EQ(machine_protection(address + 0x2000), RWX);
	EXPECT_EQ(get(address, 0x4000, &attributes), EFI_NO_MAPPING);
	EXPECT_EQ(set(address + 0x2000, 0x2000, XP), EFI_SUCCESS);
	EXPECT_EQ(machine_protection(address + 0x3000), RW);
	EXPECT_EQ(get(address + 0x2000, 0x2000, &attributes), EFI_SUCCESS);
	EXPECT_EQ(attributes, XP);
	EXPECT_EQ(set(address, 0x1000, RP), EFI_SUCCESS);
	EXPECT_EQ(machine_protection(address), 0);
}

/* As EDK2: the self-test's memory_attribute.set_clear, too. */
UNIT_TEST(a_page_may_be_again_what_it_was_when_allocated)
{
	u64 address, attributes = 9;

	boot_with(HANDOFF_PAYLOAD_NX_COMPAT, 0);
	address = allocate(EFI_LOADER_CODE, 2);
	EXPECT_EQ(set(address, 0x1000, XP), EFI_SUCCESS);
	EXPECT_EQ(set(address, 0x1000, RO), EFI_SUCCESS);
	EXPECT_EQ(machine_protection(address), HANDOFF_PROT_READ);
	EXPECT_EQ(clear(address, 0x2000, RO | XP), EFI_SUCCESS);
	EXPECT_EQ(machine_protection(address), RWX);
	EXPECT_EQ(get(address, 0x2000, &attributes), EFI_SUCCESS);
	EXPECT_EQ(attributes, 0);
}

UNIT_TEST(no_other_page_becomes_writable_and_executable)
{
	u64 address;

	boot_with(HANDOFF_PAYLOAD_NX_COMPAT, 0);
	address = allocate(EFI_BOOT_SERVICES_DATA, 2);
	EXPECT_EQ(clear(address, 0x2000, XP), EFI_INVALID_PARAMETER);
	EXPECT_EQ(machine_protection(address), RW);
	EXPECT_EQ(set(address, 0x1000, RO), EFI_SUCCESS);
	EXPECT_EQ(clear(address, 0x1000, XP), EFI_SUCCESS);
	EXPECT_EQ(machine_protection(address), RX);
	EXPECT_EQ(clear(address, 0x1000, RO), EFI_INVALID_PARAMETER);
	EXPECT_EQ(machine_protection(address), RX);
	/* The image: what K1 laid out, whatever its type. */
	EXPECT_EQ(set(MACHINE_PAYLOAD, 0x1000, RO | XP), EFI_SUCCESS);
	EXPECT_EQ(clear(MACHINE_PAYLOAD, 0x1000, RO | XP),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(machine_protection(MACHINE_PAYLOAD), HANDOFF_PROT_READ);
}

UNIT_TEST(memory_attributes_of_what_is_not_the_payloads)
{
	u64 address, runtime, attributes;

	boot_with(HANDOFF_PAYLOAD_NX_COMPAT, 0);
	address = allocate(EFI_LOADER_DATA, 1);
	runtime = allocate(EFI_RUNTIME_SERVICES_DATA, 16);
	EXPECT_EQ(set(MACHINE_EMULATOR, 0x1000, RO), EFI_ACCESS_DENIED);
	EXPECT_EQ(clear(MACHINE_EMULATOR, 0x1000, RO), EFI_ACCESS_DENIED);
	EXPECT_EQ(clear(MACHINE_HANDOFF, 0x1000, RO), EFI_ACCESS_DENIED);
	EXPECT_EQ(set(MACHINE_FREE, 0x1000, XP), EFI_ACCESS_DENIED);
	EXPECT_EQ(set(runtime, 0x1000, RO), EFI_ACCESS_DENIED);
	EXPECT_EQ(set((u64)(uintptr_t)emu.protocols.root & ~0xfffULL, 0x1000,
		      RO),
		  EFI_ACCESS_DENIED);
	EXPECT_EQ(set((u64)(uintptr_t)emu.variables.overlay & ~0xfffULL, 0x1000,
		      RO),
		  EFI_ACCESS_DENIED);
	/* Its own image, but not one page more. */
	EXPECT_EQ(set(MACHINE_PAYLOAD, MACHINE_PAYLOAD_SIZE, RO), EFI_SUCCESS);
	EXPECT_EQ(set(MACHINE_PAYLOAD, MACHINE_PAYLOAD_SIZE + 0x1000, RO),
		  EFI_ACCESS_DENIED);

	EXPECT_EQ(set(address, 0, RO), EFI_INVALID_PARAMETER);
	EXPECT_EQ(set(address, 0x1000, 0), EFI_INVALID_PARAMETER);
	EXPECT_EQ(set(address, 0x1000, EFI_MEMORY_UC), EFI_INVALID_PARAMETER);
	EXPECT_EQ(set(address + 1, 0x1000, RO), EFI_UNSUPPORTED);
	EXPECT_EQ(set(address, 0x1001, RO), EFI_UNSUPPORTED);
	EXPECT_EQ(set(0x500000000000, 0x1000, RO), EFI_UNSUPPORTED);
	EXPECT_EQ(set(~0xfffULL, 0x2000, RO), EFI_UNSUPPORTED);
	EXPECT_EQ(get(address, 0x1000, NULL), EFI_INVALID_PARAMETER);
	EXPECT_EQ(get(address, 0, &attributes), EFI_INVALID_PARAMETER);
	EXPECT_EQ(get(0x500000000000, 0x1000, &attributes), EFI_UNSUPPORTED);
	EXPECT_EQ(get(MACHINE_EMULATOR, 0x1000, &attributes), EFI_SUCCESS);
}

UNIT_TEST(no_page_tables_left)
{
	u64 address;

	boot_with(HANDOFF_PAYLOAD_NX_COMPAT, 0);
	address = allocate(EFI_LOADER_CODE, 1);
	machine.mmu_fail_at = machine.mmu_calls + 1;
	EXPECT_EQ(set(address, 0x1000, RO), EFI_OUT_OF_RESOURCES);
	EXPECT_EQ(machine_protection(address), RWX);
}
