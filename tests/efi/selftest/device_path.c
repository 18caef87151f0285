// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * LocateDevicePath (UEFI 2.10, 7.3.6) and the two protocols that handle device
 * paths: utilities (10.5) and conversion to text (10.6).
 */
#include "handles.h"

static EFI_GUID utilities_guid = EFI_DEVICE_PATH_UTILITIES_PROTOCOL_GUID;
static EFI_GUID to_text_guid = EFI_DEVICE_PATH_TO_TEXT_PROTOCOL_GUID;
static EFI_GUID loaded_path_guid = EFI_LOADED_IMAGE_DEVICE_PATH_PROTOCOL_GUID;

#define PATH_GUID(last)                                          \
	{                                                        \
		0xd2a3f1c4, 0x1b8e, 0x4c57,                      \
		{                                                \
			0x90, 0x41, 0x6b, 0x70, 0x65, 0, 0, last \
		}                                                \
	}

static struct vendor_path path_1 = VENDOR_PATH(PATH_GUID(1));
static struct vendor_path path_2 = VENDOR_PATH(PATH_GUID(2));

/* path_1 and one node more. */
static struct {
	VENDOR_DEVICE_PATH first;
	VENDOR_DEVICE_PATH second;
	EFI_DEVICE_PATH end;
} __packed longer = {
	{ { MEDIA_DEVICE_PATH, MEDIA_VENDOR_DP, { 20, 0 } }, PATH_GUID(1) },
	{ { MEDIA_DEVICE_PATH, MEDIA_VENDOR_DP, { 20, 0 } }, PATH_GUID(7) },
	PATH_END,
};

static EFI_STATUS locate(struct selftest *st, EFI_DEVICE_PATH **path,
			 EFI_HANDLE *handle)
{
	return st->boot->LocateDevicePath(&guid_a, path, handle);
}

static EFI_HANDLE path_handle(struct selftest *st, void *path)
{
	EFI_HANDLE handle = NULL;

	EXPECT_STATUS(st,
		      st->boot->InstallMultipleProtocolInterfaces(
			      &handle, &device_path_guid, path, &guid_a, NULL,
			      NULL),
		      EFI_SUCCESS);
	return handle;
}

static void unpath_handle(struct selftest *st, EFI_HANDLE handle, void *path)
{
	if (handle)
		EXPECT_STATUS(st,
			      st->boot->UninstallMultipleProtocolInterfaces(
				      handle, &device_path_guid, path, &guid_a,
				      NULL, NULL),
			      EFI_SUCCESS);
}

/* NOT_FOUND and nothing else: x86 Linux gives up at any other code. */
static void locate_not_found(struct selftest *st)
{
	EFI_DEVICE_PATH *path = path_of(&path_1);
	EFI_HANDLE handle = NULL, other;

	EXPECT_STATUS(st, locate(st, &path, &handle), EFI_NOT_FOUND);
	EXPECT(st, path == path_of(&path_1));
	/* The protocol exists, at another path. */
	other = path_handle(st, &path_2);
	EXPECT_STATUS(st, locate(st, &path, &handle), EFI_NOT_FOUND);
	EXPECT(st, path == path_of(&path_1));
	unpath_handle(st, other, &path_2);
	/* The path exists, without the protocol. */
	other = handle_with(st, &device_path_guid, &path_1);
	EXPECT_STATUS(st, locate(st, &path, &handle), EFI_NOT_FOUND);
	handle_without(st, other, &device_path_guid, &path_1);
	/* The protocol exists, without any path. */
	other = handle_with(st, &guid_a, NULL);
	EXPECT_STATUS(st, locate(st, &path, &handle), EFI_NOT_FOUND);
	handle_without(st, other, &guid_a, NULL);
}

/* A path that is longer than what is asked for is no match. */
static void locate_shorter(struct selftest *st)
{
	EFI_DEVICE_PATH *path = path_of(&path_1);
	EFI_HANDLE handle, other = path_handle(st, &longer);

	EXPECT_STATUS(st, locate(st, &path, &handle), EFI_NOT_FOUND);
	unpath_handle(st, other, &longer);
}

static void locate_match(struct selftest *st)
{
	static struct vendor_path copy;
	EFI_HANDLE handle = NULL, other = path_handle(st, &path_1);
	EFI_DEVICE_PATH *path;

	copy = path_1;
	path = path_of(&copy);
	EXPECT_STATUS(st, locate(st, &path, &handle), EFI_SUCCESS);
	EXPECT(st, handle == other);
	EXPECT(st, path == &copy.end);
	path = &longer.first.Header;
	handle = NULL;
	EXPECT_STATUS(st, locate(st, &path, &handle), EFI_SUCCESS);
	EXPECT(st, handle == other);
	EXPECT(st, path == &longer.second.Header);
	unpath_handle(st, other, &path_1);
}

static void locate_longest(struct selftest *st)
{
	EFI_HANDLE handle = NULL;
	EFI_HANDLE one = path_handle(st, &path_1);
	EFI_HANDLE two = path_handle(st, &longer);
	EFI_DEVICE_PATH *path = &longer.first.Header;

	EXPECT_STATUS(st, locate(st, &path, &handle), EFI_SUCCESS);
	EXPECT(st, handle == two);
	EXPECT(st, path == &longer.end);
	unpath_handle(st, one, &path_1);
	unpath_handle(st, two, &longer);
}

static void locate_path_invalid(struct selftest *st)
{
	EFI_BOOT_SERVICES *boot = st->boot;
	EFI_HANDLE handle, other = path_handle(st, &path_1);
	EFI_DEVICE_PATH *none = NULL, *path = path_of(&path_1);

	EXPECT_STATUS(st, boot->LocateDevicePath(NULL, &path, &handle),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, boot->LocateDevicePath(&guid_a, NULL, &handle),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, boot->LocateDevicePath(&guid_a, &none, &handle),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, boot->LocateDevicePath(&guid_a, &path, NULL),
		      EFI_INVALID_PARAMETER);
	unpath_handle(st, other, &path_1);
}

/* systemd-stub 254 asserts that there is a device. */
static void path_of_device(struct selftest *st)
{
	EFI_DEVICE_PATH *path;

	if (!EXPECT(st, st->loaded->DeviceHandle))
		return;
	path = protocol_on(st, st->loaded->DeviceHandle, &device_path_guid);
	EXPECT(st, path);
}

static void path_of_image(struct selftest *st)
{
	EXPECT(st, protocol_on(st, st->image, &loaded_path_guid));
}

static EFI_DEVICE_PATH_UTILITIES_PROTOCOL *utilities(struct selftest *st)
{
	EFI_DEVICE_PATH_UTILITIES_PROTOCOL *found;

	found = protocol_anywhere(st, &utilities_guid);
	if (!found)
		selftest_skip(st, "no device path utilities protocol");
	return found;
}

/* Compares with what is expected and frees what the firmware allocated. */
static void expect_path(struct selftest *st, EFI_DEVICE_PATH *path,
			const void *wanted, UINTN size)
{
	if (!EXPECT(st, path))
		return;
	EXPECT(st, !memcmp(path, wanted, size));
	EXPECT_STATUS(st, st->boot->FreePool(path), EFI_SUCCESS);
}

static void utilities_copy(struct selftest *st)
{
	EFI_DEVICE_PATH_UTILITIES_PROTOCOL *u = utilities(st);
	EFI_DEVICE_PATH *path = path_of(&path_1);

	if (!u)
		return;
	EXPECT(st, u->GetDevicePathSize(path) == sizeof(path_1));
	EXPECT(st, u->GetDevicePathSize(NULL) == 0);
	expect_path(st, u->DuplicateDevicePath(path), &path_1, sizeof(path_1));
	EXPECT(st, !u->DuplicateDevicePath(NULL));
}

static void utilities_append(struct selftest *st)
{
	static const EFI_DEVICE_PATH end = PATH_END;
	static struct vendor_path second = VENDOR_PATH(PATH_GUID(7));
	EFI_DEVICE_PATH_UTILITIES_PROTOCOL *u = utilities(st);
	EFI_DEVICE_PATH *path = path_of(&path_1);

	if (!u)
		return;
	expect_path(st, u->AppendDevicePath(path, path_of(&second)), &longer,
		    sizeof(longer));
	expect_path(st, u->AppendDeviceNode(path, path_of(&second)), &longer,
		    sizeof(longer));
	expect_path(st, u->AppendDevicePath(NULL, path), &path_1,
		    sizeof(path_1));
	expect_path(st, u->AppendDevicePath(path, NULL), &path_1,
		    sizeof(path_1));
	expect_path(st, u->AppendDeviceNode(NULL, path), &path_1,
		    sizeof(path_1));
	expect_path(st, u->AppendDevicePath(NULL, NULL), &end, sizeof(end));
}

static void utilities_instances(struct selftest *st)
{
	EFI_DEVICE_PATH_UTILITIES_PROTOCOL *u = utilities(st);
	EFI_DEVICE_PATH *both, *rest;
	UINTN size = 0;

	if (!u)
		return;
	EXPECT(st, !u->IsDevicePathMultiInstance(path_of(&path_1)));
	both = u->AppendDevicePathInstance(path_of(&path_1), path_of(&path_2));
	if (!EXPECT(st, both))
		return;
	EXPECT(st, u->IsDevicePathMultiInstance(both));
	rest = both;
	expect_path(st, u->GetNextDevicePathInstance(&rest, &size), &path_1,
		    sizeof(path_1));
	EXPECT(st, size == sizeof(path_1));
	expect_path(st, u->GetNextDevicePathInstance(&rest, &size), &path_2,
		    sizeof(path_2));
	EXPECT(st, !rest);
	EXPECT(st, !u->GetNextDevicePathInstance(&rest, &size));
	EXPECT_STATUS(st, st->boot->FreePool(both), EFI_SUCCESS);
}

static void utilities_create(struct selftest *st)
{
	EFI_DEVICE_PATH_UTILITIES_PROTOCOL *u = utilities(st);
	EFI_DEVICE_PATH *node;

	if (!u)
		return;
	node = u->CreateDeviceNode(MEDIA_DEVICE_PATH, MEDIA_VENDOR_DP, 300);
	if (EXPECT(st, node)) {
		EXPECT(st, node->Type == MEDIA_DEVICE_PATH);
		EXPECT(st, node->SubType == MEDIA_VENDOR_DP);
		EXPECT(st, DevicePathNodeLength(node) == 300);
		EXPECT_STATUS(st, st->boot->FreePool(node), EFI_SUCCESS);
	}
	EXPECT(st, !u->CreateDeviceNode(MEDIA_DEVICE_PATH, 3, 3));
}

static char upper(CHAR16 c)
{
	if (c >= 'a' && c <= 'z')
		return (char)(c - 'a' + 'A');
	return c < 0x7f ? (char)c : '?';
}

/* Hexadecimal digits may have any case (UEFI 2.10, 10.6.1.2). */
static bool text_is(const char *text, const char *wanted)
{
	while (*text && *text == upper(*wanted)) {
		text++;
		wanted++;
	}
	return !*text && !*wanted;
}

/* FreePool on what the firmware allocated is what systemd-stub does. */
static void expect_text(struct selftest *st, CHAR16 *text, const char *wanted)
{
	char ascii[128];
	UINTN i;

	if (!EXPECT(st, text))
		return;
	for (i = 0; text[i] && i < sizeof(ascii) - 1; i++)
		ascii[i] = upper(text[i]);
	ascii[i] = '\0';
	selftest_expect(st, text_is(ascii, wanted), __FILE_NAME__, __LINE__,
			ascii);
	EXPECT_STATUS(st, st->boot->FreePool(text), EFI_SUCCESS);
}

static EFI_DEVICE_PATH_TO_TEXT_PROTOCOL *to_text(struct selftest *st)
{
	EFI_DEVICE_PATH_TO_TEXT_PROTOCOL *found;

	found = protocol_anywhere(st, &to_text_guid);
	if (!found)
		selftest_skip(st, "no device path to text protocol");
	return found;
}

static void to_text_vendor(struct selftest *st)
{
	EFI_DEVICE_PATH_TO_TEXT_PROTOCOL *t = to_text(st);

	if (!t)
		return;
	expect_text(st,
		    t->ConvertDevicePathToText(&longer.first.Header, FALSE,
					       FALSE),
		    "VenMedia(D2A3F1C4-1B8E-4C57-9041-6B7065000001)/"
		    "VenMedia(D2A3F1C4-1B8E-4C57-9041-6B7065000007)");
	expect_text(st,
		    t->ConvertDeviceNodeToText(path_of(&path_1), FALSE, FALSE),
		    "VenMedia(D2A3F1C4-1B8E-4C57-9041-6B7065000001)");
	EXPECT(st, !t->ConvertDevicePathToText(NULL, FALSE, FALSE));
	EXPECT(st, !t->ConvertDeviceNodeToText(NULL, FALSE, FALSE));
}

/* systemd-stub finds what lies beside a UKI by this text. */
static void to_text_file_path(struct selftest *st)
{
	static struct {
		EFI_DEVICE_PATH header;
		CHAR16 name[10];
		EFI_DEVICE_PATH end;
	} __packed file = {
		{ MEDIA_DEVICE_PATH, MEDIA_FILEPATH_DP, { 24, 0 } },
		L"\\EFI\\a.ef",
		PATH_END,
	};
	EFI_DEVICE_PATH_TO_TEXT_PROTOCOL *t = to_text(st);

	if (t)
		expect_text(st,
			    t->ConvertDevicePathToText(&file.header, FALSE,
						       FALSE),
			    "\\EFI\\a.ef");
}

const struct check device_path_checks[] = {
	{ "device_path.not_found", locate_not_found, PHASE_BOOT },
	{ "device_path.shorter", locate_shorter, PHASE_BOOT },
	{ "device_path.match", locate_match, PHASE_BOOT },
	{ "device_path.longest", locate_longest, PHASE_BOOT },
	{ "device_path.invalid", locate_path_invalid, PHASE_BOOT },
	{ "device_path.of_device", path_of_device, PHASE_BOOT },
	{ "device_path.of_image", path_of_image, PHASE_BOOT },
	{ "device_path.utilities_copy", utilities_copy, PHASE_BOOT },
	{ "device_path.utilities_append", utilities_append, PHASE_BOOT },
	{ "device_path.utilities_instances", utilities_instances, PHASE_BOOT },
	{ "device_path.utilities_create", utilities_create, PHASE_BOOT },
	{ "device_path.to_text_vendor", to_text_vendor, PHASE_BOOT },
	{ "device_path.to_text_file_path", to_text_file_path, PHASE_BOOT },
	{},
};
