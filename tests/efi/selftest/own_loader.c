// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What systemd-stub >= 258 asks of firmware: it loads the kernel by itself into
 * code pages, makes its own LoadedImage that of the kernel, and jumps to it with
 * its own handle; from 261 on it replaces the initrd that it finds.
 */
#include "arch.h"
#include "children.h"
#include "handles.h"
#include "map.h"

#define LINUX_INITRD_MEDIA                                             \
	{                                                              \
		0x5568e427, 0x68fc, 0x4f3d,                            \
		{                                                      \
			0xac, 0x74, 0xca, 0x55, 0x52, 0x31, 0xcc, 0x68 \
		}                                                      \
	}

#define RELOCATION_DIR64 10

static EFI_GUID load_file2_guid = LOAD_FILE2_GUID;

static UINT32 read32(const UINT8 *at)
{
	return *(const UINT32 *)at;
}

static UINT16 read16(const UINT8 *at)
{
	return *(const UINT16 *)at;
}

static const UINT8 *header(void)
{
	return child_file + read32(child_file + 0x3c);
}

static const UINT8 *optional(void)
{
	return header() + 24;
}

/* Sections to their places; what is beyond the file stays zero. */
static void lay_out(UINT8 *base)
{
	const UINT8 *section = optional() + read16(header() + 20);
	UINTN count = read16(header() + 6);

	memcpy(base, child_file, read32(optional() + 60));
	for (; count; count--, section += 40) {
		UINT32 size = read32(section + 8), raw = read32(section + 16);

		memcpy(base + read32(section + 12),
		       child_file + read32(section + 20),
		       raw < size ? raw : size);
	}
}

static void relocate(UINT8 *base)
{
	UINT64 delta = (UINTN)base - *(const UINT64 *)(optional() + 24);
	const UINT8 *directory = optional() + 112 + 5 * 8;
	const UINT8 *block = base + read32(directory);
	const UINT8 *end = block + read32(directory + 4);

	for (; block < end; block += read32(block + 4))
		for (UINT32 at = 8; at < read32(block + 4); at += 2) {
			UINT16 entry = read16(block + at);

			if (entry >> 12 == RELOCATION_DIR64)
				*(UINT64 *)(base + read32(block) +
					    (entry & 0xfff)) += delta;
		}
}

/* As the stub does it: the parent's own LoadedImage is the kernel's now. */
static void run_as_parent(struct selftest *st, UINT8 *base, UINTN size,
			  struct child_mailbox *mailbox)
{
	EFI_STATUS(EFIAPI * entry)(EFI_HANDLE, EFI_SYSTEM_TABLE *);
	EFI_LOADED_IMAGE before = *st->loaded;

	entry = (void *)(base + read32(optional() + 16));
	st->loaded->ImageBase = base;
	st->loaded->ImageSize = size;
	st->loaded->LoadOptions = mailbox;
	st->loaded->LoadOptionsSize = sizeof(*mailbox);
	EXPECT_STATUS(st, entry(st->image, st->systab), EFI_CRC_ERROR);
	*st->loaded = before;
}

static void own_loader(struct selftest *st)
{
	static struct child_mailbox mailbox;
	UINTN size = read32(optional() + 56);
	UINTN pages = EFI_SIZE_TO_PAGES(size);
	UINT64 base = allocate(st, EfiLoaderCode, pages);

	if (!base)
		return;
	memset((void *)base, 0, pages * EFI_PAGE_SIZE);
	lay_out((UINT8 *)base);
	relocate((UINT8 *)base);
	arch_sync_code((void *)base, size);
	mailbox.magic = CHILD_MAGIC;
	mailbox.command = CHILD_RETURN;
	mailbox.status = EFI_CRC_ERROR;
	run_as_parent(st, (UINT8 *)base, size, &mailbox);
	EXPECT(st, mailbox.runs == 1);
	EXPECT(st, mailbox.relocated && mailbox.bss_clear);
	EXPECT(st, mailbox.handle == st->image);
	EXPECT(st, mailbox.loaded.ImageBase == (void *)base);
	EXPECT(st, mailbox.loaded.ImageSize == size);
	EXPECT(st, mailbox.loaded.DeviceHandle == st->loaded->DeviceHandle);
	/* The tail first, as a loader gives back what it aligned away. */
	release(st, base + (pages - 1) * EFI_PAGE_SIZE, 1);
	release(st, base, pages - 1);
}

static EFI_STATUS EFIAPI load_nothing(EFI_LOAD_FILE_INTERFACE *this,
				      EFI_DEVICE_PATH *path, BOOLEAN policy,
				      UINTN *size, VOID *buffer)
{
	(void)this;
	(void)path;
	(void)policy;
	(void)buffer;
	*size = 1;
	return EFI_BUFFER_TOO_SMALL;
}

static EFI_HANDLE initrd_handle(struct selftest *st)
{
	static struct vendor_path path = VENDOR_PATH(LINUX_INITRD_MEDIA);
	EFI_DEVICE_PATH *rest = path_of(&path);
	EFI_HANDLE handle = NULL;

	if (st->boot->LocateDevicePath(&load_file2_guid, &rest, &handle) !=
	    EFI_SUCCESS)
		return NULL;
	return handle;
}

/* Takes away path and protocol of whoever serves an initrd; as it found them. */
static void replaces_initrd(struct selftest *st)
{
	static struct vendor_path path = VENDOR_PATH(LINUX_INITRD_MEDIA),
				  new_path = VENDOR_PATH(LINUX_INITRD_MEDIA);
	static EFI_LOAD_FILE_INTERFACE old = { load_nothing },
				       new = { load_nothing };
	EFI_BOOT_SERVICES *boot = st->boot;
	EFI_HANDLE first = NULL, second = NULL;
	VOID *found_path;

	if (initrd_handle(st)) {
		selftest_skip(st, "there is an initrd of another's");
		return;
	}
	EXPECT_STATUS(st,
		      boot->InstallMultipleProtocolInterfaces(
			      &first, &device_path_guid, &path,
			      &load_file2_guid, &old, NULL),
		      EFI_SUCCESS);
	found_path = protocol_on(st, initrd_handle(st), &device_path_guid);
	EXPECT_STATUS(st,
		      boot->UninstallMultipleProtocolInterfaces(
			      first, &device_path_guid, found_path, NULL),
		      EFI_SUCCESS);
	EXPECT(st, !initrd_handle(st));
	EXPECT_STATUS(st,
		      boot->InstallMultipleProtocolInterfaces(
			      &second, &device_path_guid, &new_path,
			      &load_file2_guid, &new, NULL),
		      EFI_SUCCESS);
	EXPECT(st, second && initrd_handle(st) == second);
	/* What is left of the first still works. */
	EXPECT(st, protocol_on(st, first, &load_file2_guid) == &old);
	EXPECT_STATUS(st,
		      boot->UninstallMultipleProtocolInterfaces(
			      first, &load_file2_guid, &old, NULL),
		      EFI_SUCCESS);
	EXPECT_STATUS(st,
		      boot->UninstallMultipleProtocolInterfaces(
			      second, &device_path_guid, &new_path,
			      &load_file2_guid, &new, NULL),
		      EFI_SUCCESS);
	EXPECT(st, !initrd_handle(st));
}

const struct check own_loader_checks[] = {
	{ "own_loader.runs", own_loader, PHASE_BOOT },
	{ "own_loader.replaces_initrd", replaces_initrd, PHASE_BOOT },
	{},
};
