// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * LoadImage, StartImage, Exit and UnloadImage with a real image (UEFI 2.10,
 * 7.4): the one that child.c is built into.
 */
#include "arch.h"
#include "children.h"
#include "handles.h"
#include "map.h"

static EFI_GUID loaded_image_guid = LOADED_IMAGE_PROTOCOL;
static EFI_GUID load_file2_guid = LOAD_FILE2_GUID;

UINT8 *child_copy(struct selftest *st)
{
	VOID *copy;

	if (!EXPECT_STATUS(st,
			   st->boot->AllocatePool(EfiLoaderData,
						  child_file_size, &copy),
			   EFI_SUCCESS))
		return NULL;
	return memcpy(copy, child_file, child_file_size);
}

static UINT8 *pe_header(UINT8 *file)
{
	return file + *(UINT32 *)(file + 0x3c);
}

UINT16 *child_machine(UINT8 *file)
{
	return (UINT16 *)(pe_header(file) + 4);
}

UINT16 *child_subsystem(UINT8 *file)
{
	return (UINT16 *)(pe_header(file) + 24 + 68);
}

/*
 * A loader that only loads what someone vouched for answers SECURITY_VIOLATION
 * and may still make a handle, which must not start (UEFI 2.10, 7.4.1).
 */
static void not_vouched_for(struct selftest *st, EFI_HANDLE image)
{
	if (image) {
		EXPECT_STATUS(st, st->boot->StartImage(image, NULL, NULL),
			      EFI_SECURITY_VIOLATION);
		EXPECT_STATUS(st, st->boot->UnloadImage(image), EFI_SUCCESS);
	}
	selftest_skip(st, "not vouched for");
}

static EFI_HANDLE load(struct selftest *st, EFI_DEVICE_PATH *path, void *bytes,
		       UINTN size)
{
	EFI_HANDLE image = NULL;
	EFI_STATUS status;

	status = st->boot->LoadImage(FALSE, st->image, path, bytes, size,
				     &image);
	if (status == EFI_SECURITY_VIOLATION) {
		not_vouched_for(st, image);
		return NULL;
	}
	if (!EXPECT_STATUS(st, status, EFI_SUCCESS))
		return NULL;
	EXPECT(st, image && image != st->image);
	return image;
}

static EFI_HANDLE load_child(struct selftest *st)
{
	return load(st, NULL, (void *)child_file, child_file_size);
}

/* Gives a loaded child its mailbox. */
static void brief(struct selftest *st, EFI_HANDLE image,
		  struct child_mailbox *mailbox, enum child_command command,
		  EFI_STATUS status)
{
	EFI_LOADED_IMAGE *loaded = protocol_on(st, image, &loaded_image_guid);

	memset(mailbox, 0, sizeof(*mailbox));
	mailbox->magic = CHILD_MAGIC;
	mailbox->command = command;
	mailbox->status = status;
	if (!EXPECT(st, loaded))
		return;
	loaded->LoadOptions = mailbox;
	loaded->LoadOptionsSize = sizeof(*mailbox);
}

static void expect_gone(struct selftest *st, EFI_HANDLE image)
{
	VOID *interface;

	EXPECT_STATUS(st,
		      st->boot->HandleProtocol(image, &loaded_image_guid,
					       &interface),
		      EFI_INVALID_PARAMETER);
}

static void child_return(struct selftest *st, EFI_STATUS answer)
{
	static struct child_mailbox mailbox;
	CHAR16 *data = (CHAR16 *)&mailbox;
	EFI_HANDLE image = load_child(st);
	UINTN size = 77;

	if (!image)
		return;
	brief(st, image, &mailbox, CHILD_RETURN, answer);
	EXPECT_STATUS(st, st->boot->StartImage(image, &size, &data), answer);
	EXPECT(st, mailbox.runs == 1);
	EXPECT(st, mailbox.handle == image);
	/* An application leaves nothing behind. */
	expect_gone(st, image);
	EXPECT_STATUS(st, st->boot->StartImage(image, NULL, NULL),
		      EFI_INVALID_PARAMETER);
}

static void child_returns(struct selftest *st)
{
	child_return(st, EFI_SUCCESS);
	child_return(st, EFI_CRC_ERROR);
	child_return(st, 0x1234); /* a warning */
}

/* Loading changes neither size nor meaning of the parent's things. */
static void child_sees(struct selftest *st)
{
	static struct child_mailbox mailbox;
	EFI_HANDLE image = load_child(st);
	EFI_LOADED_IMAGE *seen = &mailbox.loaded;

	if (!image)
		return;
	brief(st, image, &mailbox, CHILD_RETURN, EFI_SUCCESS);
	EXPECT_STATUS(st, st->boot->StartImage(image, NULL, NULL), EFI_SUCCESS);
	EXPECT(st, mailbox.systab == st->systab);
	EXPECT(st, mailbox.relocated);
	EXPECT(st, mailbox.bss_clear);
	EXPECT(st, seen->Revision == 0x1000);
	EXPECT(st, seen->ParentHandle == st->image);
	EXPECT(st, seen->SystemTable == st->systab);
	EXPECT(st, seen->ImageCodeType == EfiLoaderCode);
	EXPECT(st, seen->ImageDataType == EfiLoaderData);
	EXPECT(st, seen->ImageBase != (void *)child_file);
	EXPECT(st, seen->ImageSize > 3 * EFI_PAGE_SIZE);
	EXPECT(st, !seen->Unload);
	/* Its memory is free again. */
	EXPECT(st, type_at(st, seen->ImageBase) == EfiConventionalMemory);
}

/* DeviceHandle and FilePath come from the device path that was passed. */
static void child_file_path(struct selftest *st)
{
	static struct vendor_path path = VENDOR_PATH(
		{ 0xd2a3f1c4, 0x1b8e, 0x4c57, { 8, 8, 8, 8, 8, 8, 8, 8 } });
	static struct child_mailbox mailbox;
	EFI_HANDLE image;
	EFI_LOADED_IMAGE *loaded;

	image = load(st, path_of(&path), (void *)child_file, child_file_size);
	if (!image)
		return;
	loaded = protocol_on(st, image, &loaded_image_guid);
	if (EXPECT(st, loaded) && EXPECT(st, loaded->FilePath)) {
		EXPECT(st, loaded->FilePath != path_of(&path));
		EXPECT(st, !memcmp(loaded->FilePath, &path, sizeof(path)));
	}
	brief(st, image, &mailbox, CHILD_RETURN, EFI_SUCCESS);
	EXPECT_STATUS(st, st->boot->StartImage(image, NULL, NULL), EFI_SUCCESS);
}

static CHAR16 *farewell(struct selftest *st, UINTN *size)
{
	static const CHAR16 text[] = L"farewell";
	VOID *copy;

	*size = sizeof(text);
	if (!EXPECT_STATUS(st,
			   st->boot->AllocatePool(EfiBootServicesData,
						  sizeof(text), &copy),
			   EFI_SUCCESS))
		return NULL;
	return memcpy(copy, text, sizeof(text));
}

static void child_exit(struct selftest *st)
{
	static struct child_mailbox mailbox;
	EFI_HANDLE image = load_child(st);
	CHAR16 *data = NULL;
	UINTN size = 0;

	if (!image)
		return;
	brief(st, image, &mailbox, CHILD_EXIT, EFI_ABORTED);
	mailbox.exit_data = farewell(st, &mailbox.exit_size);
	EXPECT_STATUS(st, st->boot->StartImage(image, &size, &data),
		      EFI_ABORTED);
	EXPECT(st, mailbox.runs == 1);
	EXPECT(st, size == mailbox.exit_size);
	if (EXPECT(st, data)) {
		EXPECT(st, !memcmp(data, L"farewell", size));
		EXPECT_STATUS(st, st->boot->FreePool(data), EFI_SUCCESS);
	}
	expect_gone(st, image);
}

static void child_exit_no_data(struct selftest *st)
{
	static struct child_mailbox mailbox;
	EFI_HANDLE image = load_child(st);
	UINTN size = 77;

	if (!image)
		return;
	brief(st, image, &mailbox, CHILD_EXIT, EFI_SUCCESS);
	EXPECT_STATUS(st, st->boot->StartImage(image, &size, NULL),
		      EFI_SUCCESS);
	expect_gone(st, image);
}

/* Exit must bring back what StartImage's caller has in its registers. */
static UINTN lost_registers(struct selftest *st, enum child_command command)
{
	static struct child_mailbox mailbox;
	EFI_HANDLE image = load_child(st);
	EFI_STATUS status = EFI_NOT_STARTED;
	UINTN lost;

	if (!image)
		return 0;
	brief(st, image, &mailbox, command, EFI_ABORTED);
	lost = arch_call3_registers((void *)st->boot->StartImage, image, NULL,
				    NULL, &status);
	EXPECT_STATUS(st, status, EFI_ABORTED);
	EXPECT(st, mailbox.runs == 1);
	return lost;
}

static void child_keeps_registers(struct selftest *st)
{
	EXPECT(st, !lost_registers(st, CHILD_RETURN));
	EXPECT(st, !lost_registers(st, CHILD_EXIT));
}

static void child_exit_restores(struct selftest *st)
{
	UINTN lost = lost_registers(st, CHILD_CLOBBER);

	EXPECT(st, !(lost & (ARCH_LOST_GENERAL | ARCH_LOST_STACK)));
}

static void child_exit_restores_vector(struct selftest *st)
{
	if (arch_vector_on())
		EXPECT(st,
		       !(lost_registers(st, CHILD_CLOBBER) & ARCH_LOST_VECTOR));
	else
		selftest_skip(st, "vector registers are off");
}

static void child_unload(struct selftest *st)
{
	EFI_HANDLE image = load_child(st);

	if (!image)
		return;
	EXPECT_STATUS(st, st->boot->UnloadImage(image), EFI_SUCCESS);
	expect_gone(st, image);
	EXPECT_STATUS(st, st->boot->UnloadImage(image), EFI_INVALID_PARAMETER);
}

/* Exit for an image that never started unloads it (UEFI 2.10, 7.4.5). */
static void child_exit_unstarted(struct selftest *st)
{
	EFI_HANDLE image = load_child(st);

	if (!image)
		return;
	EXPECT_STATUS(st, st->boot->Exit(image, EFI_SUCCESS, 0, NULL),
		      EFI_SUCCESS);
	expect_gone(st, image);
}

/* Nothing of twenty children may remain. */
static void child_leaks_nothing(struct selftest *st)
{
	static struct child_mailbox mailbox;
	struct map *map;
	UINT64 before = 0;

	for (int i = 0; i < 20; i++) {
		EFI_HANDLE image = load_child(st);

		if (!image)
			return;
		brief(st, image, &mailbox, i & 1 ? CHILD_EXIT : CHILD_RETURN,
		      EFI_SUCCESS);
		EXPECT_STATUS(st, st->boot->StartImage(image, NULL, NULL),
			      EFI_SUCCESS);
		/* The first ones may make pools grow. */
		if (i < 4) {
			map = map_read_checked(st);
			before = map ? map_pages(map, EfiConventionalMemory) :
				       0;
		}
	}
	map = map_read_checked(st);
	if (map)
		EXPECT(st, map_pages(map, EfiConventionalMemory) >= before);
}

static EFI_STATUS EFIAPI serve_child(EFI_LOAD_FILE_INTERFACE *this,
				     EFI_DEVICE_PATH *path, BOOLEAN policy,
				     UINTN *size, VOID *buffer)
{
	UINTN room = *size;

	(void)this;
	(void)policy;
	if (!path)
		return EFI_INVALID_PARAMETER;
	*size = child_file_size;
	if (!buffer || room < child_file_size)
		return EFI_BUFFER_TOO_SMALL;
	memcpy(buffer, child_file, child_file_size);
	return EFI_SUCCESS;
}

/* Without a source buffer the image comes from whoever has the path. */
static void child_from_load_file2(struct selftest *st)
{
	static struct vendor_path path = VENDOR_PATH(
		{ 0xd2a3f1c4, 0x1b8e, 0x4c57, { 6, 6, 6, 6, 6, 6, 6, 6 } });
	static EFI_LOAD_FILE_INTERFACE loader = { serve_child };
	static struct child_mailbox mailbox;
	EFI_HANDLE server = NULL, image;

	EXPECT_STATUS(st,
		      st->boot->InstallMultipleProtocolInterfaces(
			      &server, &device_path_guid, &path,
			      &load_file2_guid, &loader, NULL),
		      EFI_SUCCESS);
	image = load(st, path_of(&path), NULL, 0);
	if (image) {
		brief(st, image, &mailbox, CHILD_RETURN, EFI_NOT_READY);
		EXPECT_STATUS(st, st->boot->StartImage(image, NULL, NULL),
			      EFI_NOT_READY);
		EXPECT(st, mailbox.loaded.DeviceHandle == server);
	}
	EXPECT_STATUS(st,
		      st->boot->UninstallMultipleProtocolInterfaces(
			      server, &device_path_guid, &path,
			      &load_file2_guid, &loader, NULL),
		      EFI_SUCCESS);
}

static EFI_HANDLE load_driver(struct selftest *st)
{
	UINT8 *copy = child_copy(st);
	EFI_HANDLE image;

	if (!copy)
		return NULL;
	*child_subsystem(copy) = IMAGE_SUBSYSTEM_EFI_BOOT_SERVICE_DRIVER;
	image = load(st, NULL, copy, child_file_size);
	/* The firmware has a copy of its own. */
	memset(copy, 0, child_file_size);
	EXPECT_STATUS(st, st->boot->FreePool(copy), EFI_SUCCESS);
	return image;
}

static void driver_stays(struct selftest *st)
{
	static struct child_mailbox mailbox;
	EFI_HANDLE image = load_driver(st);
	EFI_LOADED_IMAGE *loaded;

	if (!image)
		return;
	brief(st, image, &mailbox, CHILD_STAY, EFI_SUCCESS);
	EXPECT_STATUS(st, st->boot->StartImage(image, NULL, NULL), EFI_SUCCESS);
	loaded = protocol_on(st, image, &loaded_image_guid);
	if (!EXPECT(st, loaded))
		return;
	EXPECT(st, loaded->ImageCodeType == EfiBootServicesCode);
	EXPECT(st, loaded->ImageDataType == EfiBootServicesData);
	mailbox.unload_status = EFI_DEVICE_ERROR;
	EXPECT_STATUS(st, st->boot->UnloadImage(image), EFI_DEVICE_ERROR);
	EXPECT(st, mailbox.unloads == 1);
	EXPECT(st, protocol_on(st, image, &loaded_image_guid));
	mailbox.unload_status = EFI_SUCCESS;
	EXPECT_STATUS(st, st->boot->UnloadImage(image), EFI_SUCCESS);
	EXPECT(st, mailbox.unloads == 2);
	expect_gone(st, image);
}

static void driver_without_unload(struct selftest *st)
{
	static struct child_mailbox mailbox;
	EFI_HANDLE image = load_driver(st);

	if (!image)
		return;
	brief(st, image, &mailbox, CHILD_RETURN, EFI_SUCCESS);
	EXPECT_STATUS(st, st->boot->StartImage(image, NULL, NULL), EFI_SUCCESS);
	EXPECT(st, protocol_on(st, image, &loaded_image_guid));
	EXPECT_STATUS(st, st->boot->UnloadImage(image), EFI_UNSUPPORTED);
}

static void driver_that_fails(struct selftest *st)
{
	static struct child_mailbox mailbox;
	EFI_HANDLE image = load_driver(st);

	if (!image)
		return;
	brief(st, image, &mailbox, CHILD_STAY, EFI_NO_MEDIA);
	EXPECT_STATUS(st, st->boot->StartImage(image, NULL, NULL),
		      EFI_NO_MEDIA);
	expect_gone(st, image);
}

const struct check child_checks[] = {
	{ "child.returns", child_returns, PHASE_BOOT },
	{ "child.sees", child_sees, PHASE_BOOT },
	{ "child.file_path", child_file_path, PHASE_BOOT },
	{ "child.exit", child_exit, PHASE_BOOT },
	{ "child.exit_no_data", child_exit_no_data, PHASE_BOOT },
	{ "child.keeps_registers", child_keeps_registers, PHASE_BOOT },
	{ "child.exit_restores", child_exit_restores, PHASE_BOOT },
	{ "child.exit_restores_vector", child_exit_restores_vector,
	  PHASE_BOOT },
	{ "child.unload", child_unload, PHASE_BOOT },
	{ "child.exit_unstarted", child_exit_unstarted, PHASE_BOOT },
	{ "child.leaks_nothing", child_leaks_nothing, PHASE_BOOT },
	{ "child.from_load_file2", child_from_load_file2, PHASE_BOOT },
	{ "child.driver_stays", driver_stays, PHASE_BOOT },
	{ "child.driver_without_unload", driver_without_unload, PHASE_BOOT },
	{ "child.driver_that_fails", driver_that_fails, PHASE_BOOT },
	{},
};
