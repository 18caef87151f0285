// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Device paths: walking, making and printing them.
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

#include <emulator/protocol/device_path_to_text.h>
#include <emulator/protocol/device_path_utilities.h>

#include "machine.h"
#include "unit.h"

static const struct efi_device_path_utilities *utilities;
static const struct efi_device_path_to_text *to_text;

static void boot(void)
{
	machine_start();
	machine_memory();
	machine_run();
	protocols_start();
	EXPECT_EQ(bs_locate_protocol(&EFI_DEVICE_PATH_UTILITIES_PROTOCOL_GUID,
				     NULL, (void **)&utilities),
		  EFI_SUCCESS);
	EXPECT_EQ(bs_locate_protocol(&EFI_DEVICE_PATH_TO_TEXT_PROTOCOL_GUID,
				     NULL, (void **)&to_text),
		  EFI_SUCCESS);
}

static const struct efi_device_path *as_path(const u8 *bytes)
{
	return (const void *)bytes;
}

#define END 0x7f, 0xff, 4, 0
#define END_INSTANCE 0x7f, 0x01, 4, 0
#define PCI(device, function) 1, 1, 6, 0, function, device
#define PCI_ROOT 2, 1, 12, 0, 0xd0, 0x41, 0x03, 0x0a, 0, 0, 0, 0

static const u8 one[] = { PCI_ROOT, END };
static const u8 two[] = { PCI_ROOT, PCI(31, 2), END };
static const u8 several[] = { PCI_ROOT, END_INSTANCE, PCI_ROOT, PCI(1, 0),
			      END };
static const u8 endless[] = { 1, 1, 2, 0, END };

/* The text, in ASCII, of what was freed with FreePool. */
static const char *text_of(efi_char16_t *text)
{
	static char ascii[512];
	u32 i;

	if (!text)
		return NULL;
	for (i = 0; text[i] && i < sizeof(ascii) - 1; i++)
		ascii[i] = (char)text[i];
	ascii[i] = 0;
	EXPECT_EQ(bs_free_pool(text), EFI_SUCCESS);
	return ascii;
}

static const char *path_text(const u8 *bytes)
{
	return text_of(to_text->convert_device_path_to_text(as_path(bytes),
							    false, false));
}

static const char *node_text(const u8 *bytes)
{
	return text_of(to_text->convert_device_node_to_text(as_path(bytes),
							    false, false));
}

UNIT_TEST(size)
{
	boot();
	EXPECT_EQ(utilities->get_device_path_size(as_path(two)), sizeof(two));
	EXPECT_EQ(utilities->get_device_path_size(as_path(several)),
		  sizeof(several));
	EXPECT_EQ(utilities->get_device_path_size(NULL), 0);
	EXPECT_EQ(utilities->get_device_path_size(as_path(endless)), 0);
}

/* An end node that claims more than its header has no more behind it. */
UNIT_TEST(long_end)
{
	static const u8 end[] = { PCI_ROOT, 0x7f, 0xff, 8, 0 };
	static const u8 instance[] = {
		PCI_ROOT, 0x7f, 1, 8, 0, 0, 0, 0, 0, END
	};
	efi_handle_t handle;
	struct efi_device_path *path =
		(struct efi_device_path *)(uintptr_t)as_path(end);

	boot();
	EXPECT_EQ(utilities->get_device_path_size(as_path(end)), 0);
	EXPECT_EQ(utilities->get_device_path_size(as_path(instance)), 0);
	EXPECT_TRUE(!utilities->duplicate_device_path(as_path(end)));
	EXPECT_TRUE(!utilities->append_device_path(as_path(one), as_path(end)));
	EXPECT_TRUE(!utilities->append_device_path(as_path(end), as_path(one)));
	EXPECT_TRUE(!to_text->convert_device_path_to_text(as_path(end), 0, 0));
	EXPECT_EQ(bs_locate_device_path(&EFI_DEVICE_PATH_PROTOCOL_GUID, &path,
					&handle),
		  EFI_INVALID_PARAMETER);
}

UNIT_TEST(duplicate)
{
	struct efi_device_path *copy;

	boot();
	copy = utilities->duplicate_device_path(as_path(several));
	EXPECT_MEM_EQ(copy, several, sizeof(several));
	EXPECT_EQ(bs_free_pool(copy), EFI_SUCCESS);
	EXPECT_TRUE(!utilities->duplicate_device_path(NULL));
	EXPECT_TRUE(!utilities->duplicate_device_path(as_path(endless)));
}

UNIT_TEST(append)
{
	static const u8 both[] = { PCI_ROOT, PCI_ROOT, PCI(31, 2), END };
	static const u8 node[] = { PCI(31, 2) };
	static const u8 nothing[] = { END };
	struct efi_device_path *made;

	boot();
	made = utilities->append_device_path(as_path(one), as_path(two));
	EXPECT_MEM_EQ(made, both, sizeof(both));
	bs_free_pool(made);
	made = utilities->append_device_path(NULL, as_path(two));
	EXPECT_MEM_EQ(made, two, sizeof(two));
	bs_free_pool(made);
	made = utilities->append_device_path(as_path(two), NULL);
	EXPECT_MEM_EQ(made, two, sizeof(two));
	bs_free_pool(made);
	made = utilities->append_device_path(NULL, NULL);
	EXPECT_MEM_EQ(made, nothing, sizeof(nothing));
	bs_free_pool(made);
	made = utilities->append_device_node(as_path(one), as_path(node));
	EXPECT_MEM_EQ(made, two, sizeof(two));
	bs_free_pool(made);
	made = utilities->append_device_node(as_path(one), NULL);
	EXPECT_MEM_EQ(made, one, sizeof(one));
	bs_free_pool(made);
	EXPECT_TRUE(
		!utilities->append_device_node(as_path(one), as_path(endless)));
	EXPECT_TRUE(
		!utilities->append_device_path(as_path(endless), as_path(one)));
}

UNIT_TEST(instances)
{
	static const u8 second[] = { PCI_ROOT, PCI(1, 0), END };
	struct efi_device_path *made, *at, *part;
	u64 size = 0;

	boot();
	made = utilities->append_device_path_instance(as_path(one),
						      as_path(second));
	EXPECT_MEM_EQ(made, several, sizeof(several));
	EXPECT_TRUE(utilities->is_device_path_multi_instance(made));
	EXPECT_FALSE(utilities->is_device_path_multi_instance(as_path(one)));
	EXPECT_FALSE(utilities->is_device_path_multi_instance(NULL));
	at = made;
	part = utilities->get_next_device_path_instance(&at, &size);
	EXPECT_EQ(size, sizeof(one));
	EXPECT_MEM_EQ(part, one, sizeof(one));
	bs_free_pool(part);
	part = utilities->get_next_device_path_instance(&at, &size);
	EXPECT_EQ(size, sizeof(second));
	EXPECT_MEM_EQ(part, second, sizeof(second));
	bs_free_pool(part);
	EXPECT_TRUE(!at);
	EXPECT_TRUE(!utilities->get_next_device_path_instance(&at, &size));
	bs_free_pool(made);
	made = utilities->append_device_path_instance(NULL, as_path(one));
	EXPECT_MEM_EQ(made, one, sizeof(one));
	bs_free_pool(made);
	EXPECT_TRUE(
		!utilities->append_device_path_instance(as_path(one), NULL));
}

UNIT_TEST(create_node)
{
	static const u8 expected[] = { 4, 3, 8, 0, 0, 0, 0, 0 };
	struct efi_device_path *node;

	boot();
	node = utilities->create_device_node(4, 3, 8);
	EXPECT_MEM_EQ(node, expected, sizeof(expected));
	bs_free_pool(node);
	EXPECT_TRUE(!utilities->create_device_node(4, 3, 3));
}

UNIT_TEST(text_of_nodes)
{
	static const u8 memory[] = { 1,	   3,	 24, 0, 11, 0, 0, 0,
				     0,	   0x10, 0,  0, 0,  0, 0, 0,
				     0xff, 0xaf, 0,  0, 0,  0, 0, 0 };
	static const u8 hardware[] = { 1,    4,	   22,	 0,    0x61, 0xdf,
				       0xe4, 0x8b, 0xca, 0x93, 0xd2, 0x11,
				       0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03,
				       0x2b, 0x8c, 0xbe, 0xef };
	static const u8 media[] = { 4,	  3,	20,   0,    0x27, 0xe4, 0x68,
				    0x55, 0xfc, 0x68, 0x3d, 0x4f, 0xac, 0x74,
				    0xca, 0x55, 0x52, 0x31, 0xcc, 0x68 };
	static const u8 keyboard[] = { 2,    1,	   12, 0, 0xd0, 0x41,
				       0x03, 0x03, 1,  0, 0,	0 };
	static const u8 file[] = { 4, 4, 10, 0, '\\', 0, 'a', 0, 0, 0 };
	static const u8 unended_file[] = { 4, 4, 7, 0, 'a', 0, 'b' };
	static const u8 usb[] = { 3, 5, 6, 0, 1, 2 };
	static const u8 odd[] = { 9, 8, 4, 0 };
	static const u8 short_pci[] = { 1, 1, 5, 0, 2 };

	boot();
	EXPECT_STR_EQ(node_text(memory), "MemoryMapped(0xB,0x1000,0xAFFF)");
	EXPECT_STR_EQ(node_text(hardware),
		      "VenHw(8BE4DF61-93CA-11D2-AA0D-00E098032B8C,BEEF)");
	EXPECT_STR_EQ(node_text(media),
		      "VenMedia(5568E427-68FC-4F3D-AC74-CA555231CC68)");
	EXPECT_STR_EQ(node_text(keyboard), "Acpi(PNP0303,0x1)");
	EXPECT_STR_EQ(node_text(file), "\\a");
	EXPECT_STR_EQ(node_text(unended_file), "a");
	EXPECT_STR_EQ(node_text(usb), "Msg(5,0102)");
	EXPECT_STR_EQ(node_text(odd), "Path(9,8)");
	EXPECT_STR_EQ(node_text(short_pci), "HardwarePath(1,02)");
	EXPECT_TRUE(!to_text->convert_device_node_to_text(NULL, 0, 0));
	EXPECT_TRUE(
		!to_text->convert_device_node_to_text(as_path(endless), 0, 0));
}

UNIT_TEST(text_of_hard_drive)
{
	static const u8 gpt[] = { 4,	1,    42,   0,	  1,	0,    0,
				  0,	0,    8,    0,	  0,	0,    0,
				  0,	0,    0,    0,	  0x10, 0,    0,
				  0,	0,    0,    0x61, 0xdf, 0xe4, 0x8b,
				  0xca, 0x93, 0xd2, 0x11, 0xaa, 0x0d, 0x00,
				  0xe0, 0x98, 0x03, 0x2b, 0x8c, 2,    2 };
	u8 mbr[sizeof(gpt)];

	boot();
	EXPECT_STR_EQ(
		node_text(gpt),
		"HD(1,GPT,8BE4DF61-93CA-11D2-AA0D-00E098032B8C,0x800,0x100000)");
	memcpy(mbr, gpt, sizeof(mbr));
	mbr[41] = 1;
	EXPECT_STR_EQ(node_text(mbr), "HD(1,MBR,0x8BE4DF61,0x800,0x100000)");
}

UNIT_TEST(text_of_paths)
{
	static const u8 nothing[] = { END };

	boot();
	EXPECT_STR_EQ(path_text(two), "PciRoot(0x0)/Pci(0x1F,0x2)");
	EXPECT_STR_EQ(path_text(several),
		      "PciRoot(0x0),PciRoot(0x0)/Pci(0x1,0x0)");
	EXPECT_STR_EQ(path_text(nothing), "");
	EXPECT_TRUE(!to_text->convert_device_path_to_text(NULL, 0, 0));
	EXPECT_TRUE(
		!to_text->convert_device_path_to_text(as_path(endless), 0, 0));
}

UNIT_TEST(text_of_the_payload)
{
	struct efi_loaded_image *loaded;

	boot();
	EXPECT_EQ(bs_handle_protocol(emu.protocols.payload,
				     &LOADED_IMAGE_PROTOCOL_GUID,
				     (void **)&loaded),
		  EFI_SUCCESS);
	EXPECT_STR_EQ(path_text((const u8 *)loaded->file_path),
		      "\\payload.efi");
}
