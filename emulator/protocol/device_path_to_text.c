// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * EFI_DEVICE_PATH_TO_TEXT_PROTOCOL (UEFI 2.10, 10.6): the nodes that a payload
 * meets or makes here in their own notation, all others in the generic one,
 * which the specification has for every type. systemd-stub records the text of
 * its own path for user space.
 *
 * Numbers and GUIDs are in capitals, as EDK2 prints them: tools of user space
 * compare such strings.
 */
#include <emulator/emu.h>
#include <emulator/protocol/device_path_to_text.h>
#include <image/view.h>

#define HARDWARE_PCI 1
#define ACPI_DEVICE 1
#define MESSAGING_VENDOR 10
#define MEDIA_HARD_DRIVE 1

#define HID_PNP 0x41d0U /* "PNP" as a compressed EISA name */
#define HID_PCI_ROOT 0x0a03U
#define HID_PCIE_ROOT 0x0a08U

#define SIGNATURE_MBR 1
#define SIGNATURE_GUID 2

/* Counts if there is no buffer, so that the caller can make one. */
struct text {
	efi_char16_t *buffer;
	u64 length; /* characters so far */
};

static void put_char(struct text *text, efi_char16_t c)
{
	if (text->buffer)
		text->buffer[text->length] = c;
	text->length++;
}

static void put_string(struct text *text, const char *string)
{
	while (*string)
		put_char(text, (u8)*string++);
}

static void put_digit(struct text *text, u8 digit)
{
	put_char(text, "0123456789ABCDEF"[digit & 15]);
}

static void put_byte(struct text *text, u8 byte)
{
	put_digit(text, byte >> 4);
	put_digit(text, byte);
}

static void put_hex(struct text *text, u64 value)
{
	u32 shift = 60;

	put_string(text, "0x");
	while (shift && !(value >> shift))
		shift -= 4;
	for (;; shift -= 4) {
		put_digit(text, value >> shift & 15);
		if (!shift)
			break;
	}
}

static void put_decimal(struct text *text, u32 value)
{
	if (value > 9)
		put_decimal(text, value / 10);
	put_digit(text, value % 10);
}

static void put_guid(struct text *text, const u8 *guid)
{
	static const u8 order[] = { 3, 2, 1,  0,  5,  4,  7,  6,
				    8, 9, 10, 11, 12, 13, 14, 15 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(order); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			put_char(text, '-');
		put_byte(text, guid[order[i]]);
	}
}

static void put_bytes(struct text *text, const u8 *data, u64 size)
{
	while (size--)
		put_byte(text, *data++);
}

/* A node's bytes behind its header. */
static struct view node_data(const struct efi_device_path *node)
{
	const struct view data = {
		.base = (const u8 *)(node + 1),
		.size = device_path_length(node) - sizeof(*node),
	};

	return data;
}

static void put_generic(struct text *text, const struct efi_device_path *node)
{
	static const char *const names[] = {
		NULL, "HardwarePath", "AcpiPath", "Msg", "MediaPath", "BbsPath",
	};
	struct view data = node_data(node);

	if (node->type > 0 && node->type < ARRAY_SIZE(names)) {
		put_string(text, names[node->type]);
		put_char(text, '(');
	} else {
		put_string(text, "Path(");
		put_decimal(text, node->type);
		put_char(text, ',');
	}
	put_decimal(text, node->sub_type);
	if (data.size)
		put_char(text, ',');
	put_bytes(text, data.base, data.size);
	put_char(text, ')');
}

static bool put_vendor(struct text *text, const struct efi_device_path *node,
		       const char *name)
{
	struct view data = node_data(node);
	const u8 *guid = view_at(&data, 0, sizeof(struct efi_guid));

	if (!guid)
		return false;
	put_string(text, name);
	put_char(text, '(');
	put_guid(text, guid);
	if (data.size > sizeof(struct efi_guid)) {
		put_char(text, ',');
		put_bytes(text, guid + sizeof(struct efi_guid),
			  data.size - sizeof(struct efi_guid));
	}
	put_char(text, ')');
	return true;
}

static bool put_pci(struct text *text, const struct efi_device_path *node)
{
	struct view data = node_data(node);

	if (data.size != 2)
		return false;
	put_string(text, "Pci(");
	put_hex(text, data.base[1]);
	put_char(text, ',');
	put_hex(text, data.base[0]);
	put_char(text, ')');
	return true;
}

static bool put_memory(struct text *text, const struct efi_device_path *node)
{
	struct view data = node_data(node);
	u64 start, end;
	u32 type;

	if (!view_u32(&data, 0, &type) || !view_u64(&data, 4, &start) ||
	    !view_u64(&data, 12, &end))
		return false;
	put_string(text, "MemoryMapped(");
	put_hex(text, type);
	put_char(text, ',');
	put_hex(text, start);
	put_char(text, ',');
	put_hex(text, end);
	put_char(text, ')');
	return true;
}

static bool put_acpi(struct text *text, const struct efi_device_path *node)
{
	struct view data = node_data(node);
	u32 hid, uid, number;

	if (!view_u32(&data, 0, &hid) || !view_u32(&data, 4, &uid) ||
	    (hid & 0xffff) != HID_PNP)
		return false;
	number = hid >> 16;
	if (number == HID_PCI_ROOT || number == HID_PCIE_ROOT) {
		put_string(text,
			   number == HID_PCI_ROOT ? "PciRoot(" : "PcieRoot(");
	} else {
		put_string(text, "Acpi(PNP");
		put_byte(text, number >> 8);
		put_byte(text, number & 0xff);
		put_char(text, ',');
	}
	put_hex(text, uid);
	put_char(text, ')');
	return true;
}

static bool put_signature(struct text *text, const struct view *data, u8 type)
{
	const u8 *signature = view_at(data, 20, 16);
	u32 id;

	if (!signature || !view_u32(data, 20, &id))
		return false;
	if (type == SIGNATURE_GUID) {
		put_string(text, "GPT,");
		put_guid(text, signature);
	} else if (type == SIGNATURE_MBR) {
		put_string(text, "MBR,");
		put_hex(text, id);
	} else {
		put_decimal(text, type);
		put_string(text, ",0");
	}
	return true;
}

static bool put_hard_drive(struct text *text,
			   const struct efi_device_path *node)
{
	struct view data = node_data(node);
	const u8 *type = view_at(&data, 37, 1);
	u64 start, size;
	u32 number;

	if (!type || !view_u32(&data, 0, &number) ||
	    !view_u64(&data, 4, &start) || !view_u64(&data, 12, &size))
		return false;
	put_string(text, "HD(");
	put_decimal(text, number);
	put_char(text, ',');
	put_signature(text, &data, *type);
	put_char(text, ',');
	put_hex(text, start);
	put_char(text, ',');
	put_hex(text, size);
	put_char(text, ')');
	return true;
}

static bool put_file(struct text *text, const struct efi_device_path *node)
{
	struct view data = node_data(node);
	u64 at = 0;
	u16 c;

	for (; view_u16(&data, at, &c) && c; at += sizeof(c))
		put_char(text, c);
	return true;
}

/* False, and nothing put, if the node has no notation of its own. */
static bool put_known(struct text *text, const struct efi_device_path *node)
{
	switch (node->type << 8 | node->sub_type) {
	case EFI_DEVICE_PATH_HARDWARE << 8 | HARDWARE_PCI:
		return put_pci(text, node);
	case EFI_DEVICE_PATH_HARDWARE << 8 | EFI_DEVICE_PATH_HARDWARE_MEMORY:
		return put_memory(text, node);
	case EFI_DEVICE_PATH_HARDWARE << 8 | EFI_DEVICE_PATH_HARDWARE_VENDOR:
		return put_vendor(text, node, "VenHw");
	case EFI_DEVICE_PATH_ACPI << 8 | ACPI_DEVICE:
		return put_acpi(text, node);
	case EFI_DEVICE_PATH_MESSAGING << 8 | MESSAGING_VENDOR:
		return put_vendor(text, node, "VenMsg");
	case EFI_DEVICE_PATH_MEDIA << 8 | MEDIA_HARD_DRIVE:
		return put_hard_drive(text, node);
	case EFI_DEVICE_PATH_MEDIA << 8 | EFI_DEVICE_PATH_MEDIA_VENDOR:
		return put_vendor(text, node, "VenMedia");
	case EFI_DEVICE_PATH_MEDIA << 8 | EFI_DEVICE_PATH_MEDIA_FILE:
		return put_file(text, node);
	default:
		return false;
	}
}

static void put_node(struct text *text, const struct efi_device_path *node)
{
	if (!put_known(text, node))
		put_generic(text, node);
}

static void put_path(struct text *text, const struct efi_device_path *node)
{
	bool first = true;

	for (; !device_path_is_end(node); node = device_path_next(node)) {
		if (device_path_instance_end(node)) {
			put_char(text, ',');
			first = true;
			continue;
		}
		if (!first)
			put_char(text, '/');
		put_node(text, node);
		first = false;
	}
}

typedef void (*put_t)(struct text *text, const struct efi_device_path *path);

static efi_char16_t *convert(const struct efi_device_path *path, put_t put)
{
	struct text text = { 0 };
	void *buffer;

	put(&text, path);
	if (EFI_ERROR(pool_allocate(EFI_LOADER_DATA,
				    (text.length + 1) * sizeof(*text.buffer),
				    &buffer)))
		return NULL;
	text.buffer = buffer;
	text.length = 0;
	put(&text, path);
	put_char(&text, 0);
	return text.buffer;
}

static efi_char16_t *EFIAPI
convert_device_node_to_text(const struct efi_device_path *node,
			    efi_bool_t display_only, efi_bool_t allow_shortcuts)
{
	efi_char16_t *text = NULL;

	EFI_ENTRY(DEVICE_PATH_TO_TEXT, node, display_only, allow_shortcuts);

	if (node && device_path_length(node) >= sizeof(*node))
		text = convert(node, put_node);
	EFI_EXIT(text ? EFI_SUCCESS : EFI_NOT_FOUND);
	return text;
}

static efi_char16_t *EFIAPI
convert_device_path_to_text(const struct efi_device_path *path,
			    efi_bool_t display_only, efi_bool_t allow_shortcuts)
{
	efi_char16_t *text = NULL;
	u64 size;

	EFI_ENTRY(DEVICE_PATH_TO_TEXT, path, display_only, allow_shortcuts);

	if (device_path_size(path, &size))
		text = convert(path, put_path);
	EFI_EXIT(text ? EFI_SUCCESS : EFI_NOT_FOUND);
	return text;
}

const struct efi_device_path_to_text device_path_to_text = {
	.convert_device_node_to_text = convert_device_node_to_text,
	.convert_device_path_to_text = convert_device_path_to_text,
};
