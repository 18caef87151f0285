// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The initrd as Linux looks for it: a LoadFile2 protocol (UEFI 2.10, 13.2) on
 * a handle whose device path is LINUX_EFI_INITRD_MEDIA_GUID.
 */
#include "handles.h"

static EFI_GUID load_file2_guid = LOAD_FILE2_GUID;

static struct vendor_path initrd_path =
	VENDOR_PATH({ 0x5568e427,
		      0x68fc,
		      0x4f3d,
		      { 0xac, 0x74, 0xca, 0x55, 0x52, 0x31, 0xcc, 0x68 } });

static const UINT8 content[] = "this is no cpio archive";

static EFI_STATUS EFIAPI load_content(EFI_LOAD_FILE_INTERFACE *this,
				      EFI_DEVICE_PATH *path, BOOLEAN policy,
				      UINTN *size, VOID *buffer)
{
	(void)this;
	/* The caller passes what LocateDevicePath left over. */
	if (!path || !IsDevicePathEnd(path) || policy || !size)
		return EFI_INVALID_PARAMETER;
	if (!buffer || *size < sizeof(content)) {
		*size = sizeof(content);
		return EFI_BUFFER_TOO_SMALL;
	}
	*size = sizeof(content);
	memcpy(buffer, content, sizeof(content));
	return EFI_SUCCESS;
}

static EFI_LOAD_FILE_INTERFACE loader = { load_content };

static EFI_STATUS find_initrd(struct selftest *st, EFI_DEVICE_PATH **rest,
			      EFI_HANDLE *handle)
{
	*rest = path_of(&initrd_path);
	return st->boot->LocateDevicePath(&load_file2_guid, rest, handle);
}

/* Returns the initrd in pool memory, as Linux reads it. */
static void *read_initrd(struct selftest *st, UINTN *size)
{
	EFI_LOAD_FILE_INTERFACE *found;
	EFI_DEVICE_PATH *rest;
	EFI_HANDLE handle;
	VOID *buffer;

	if (!EXPECT_STATUS(st, find_initrd(st, &rest, &handle), EFI_SUCCESS) ||
	    !EXPECT(st, IsDevicePathEnd(rest)))
		return NULL;
	found = protocol_on(st, handle, &load_file2_guid);
	if (!EXPECT(st, found))
		return NULL;
	*size = 0;
	if (!EXPECT_STATUS(st, found->LoadFile(found, rest, FALSE, size, NULL),
			   EFI_BUFFER_TOO_SMALL) ||
	    !EXPECT_STATUS(
		    st, st->boot->AllocatePool(EfiLoaderData, *size, &buffer),
		    EFI_SUCCESS))
		return NULL;
	EXPECT_STATUS(st, found->LoadFile(found, rest, FALSE, size, buffer),
		      EFI_SUCCESS);
	return buffer;
}

/* The loader was given one: then all there is to test is that it is good. */
static void foreign_initrd(struct selftest *st)
{
	EFI_HANDLE handle = NULL;
	UINTN size;
	void *buffer = read_initrd(st, &size);

	if (buffer) {
		selftest_note(st, "another's, %u bytes", size);
		st->boot->FreePool(buffer);
	}
	EXPECT_STATUS(st,
		      st->boot->InstallMultipleProtocolInterfaces(
			      &handle, &device_path_guid, &initrd_path,
			      &load_file2_guid, &loader, NULL),
		      EFI_ALREADY_STARTED);
}

static void load_file2_initrd(struct selftest *st)
{
	EFI_HANDLE handle = NULL, other;
	EFI_DEVICE_PATH *rest;
	void *buffer;
	UINTN size;

	if (find_initrd(st, &rest, &other) == EFI_SUCCESS) {
		foreign_initrd(st);
		return;
	}
	if (!EXPECT_STATUS(st,
			   st->boot->InstallMultipleProtocolInterfaces(
				   &handle, &device_path_guid, &initrd_path,
				   &load_file2_guid, &loader, NULL),
			   EFI_SUCCESS))
		return;
	buffer = read_initrd(st, &size);
	if (buffer) {
		EXPECT(st, size == sizeof(content));
		EXPECT(st, !memcmp(buffer, content, sizeof(content)));
		EXPECT_STATUS(st, st->boot->FreePool(buffer), EFI_SUCCESS);
	}
	EXPECT_STATUS(st,
		      st->boot->UninstallMultipleProtocolInterfaces(
			      handle, &device_path_guid, &initrd_path,
			      &load_file2_guid, &loader, NULL),
		      EFI_SUCCESS);
}

/* Any other code but NOT_FOUND makes Linux give up. */
static void load_file2_none(struct selftest *st)
{
	EFI_HANDLE handle;
	EFI_DEVICE_PATH *rest;
	EFI_STATUS status = find_initrd(st, &rest, &handle);

	if (status == EFI_SUCCESS)
		selftest_skip(st, "there is an initrd of another's");
	else
		EXPECT_STATUS(st, status, EFI_NOT_FOUND);
}

const struct check load_file2_checks[] = {
	{ "load_file2.none", load_file2_none, PHASE_BOOT },
	{ "load_file2.initrd", load_file2_initrd, PHASE_BOOT },
	{ "load_file2.none_again", load_file2_none, PHASE_BOOT },
	{},
};
