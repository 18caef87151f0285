// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The image inside the self-test: it does what its mailbox says and notes what
 * it saw. It is built as an EFI application of its own and linked in as bytes.
 */
#include <stdbool.h>

#include "arch.h"
#include "child.h"

EFI_STATUS EFIAPI child_entry(EFI_HANDLE image, EFI_SYSTEM_TABLE *systab);

static EFI_GUID loaded_image_guid = LOADED_IMAGE_PROTOCOL;
static struct child_mailbox *mailbox;

/* Several pages, so that the image's size in memory exceeds the file's. */
static UINT8 zeroes[3 * EFI_PAGE_SIZE];

static EFI_STATUS EFIAPI child_unload(EFI_HANDLE image)
{
	(void)image;
	mailbox->unloads++;
	return mailbox->unload_status;
}

static bool zeroes_are_zero(void)
{
	const volatile UINT8 *bytes = zeroes;
	bool clear = true;

	for (UINTN i = 0; i < sizeof(zeroes); i++)
		clear = clear && !bytes[i];
	/* A second run in the same memory must not see the first one's. */
	((volatile UINT8 *)zeroes)[1] = 0xff;
	return clear;
}

/* Exit() has to unwind more than the frame of the entry point. */
static noinline void exit_below(EFI_HANDLE image, EFI_SYSTEM_TABLE *systab,
				int depth)
{
	volatile UINT8 frame[1024];

	frame[0] = (UINT8)depth;
	if (depth > 0)
		exit_below(image, systab, depth - 1);
	else if (mailbox->command == CHILD_CLOBBER)
		arch_clobber((void *)systab->BootServices->Exit, image,
			     mailbox->status, mailbox->exit_size,
			     mailbox->exit_data);
	else
		systab->BootServices->Exit(image, mailbox->status,
					   mailbox->exit_size,
					   mailbox->exit_data);
	frame[1] = frame[0];
}

EFI_STATUS EFIAPI child_entry(EFI_HANDLE image, EFI_SYSTEM_TABLE *systab)
{
	/* Initialised data with an address in it needs a base relocation. */
	static void *volatile self = (void *)child_unload;
	EFI_LOADED_IMAGE *loaded;
	VOID *interface;
	EFI_STATUS status;

	status = systab->BootServices->HandleProtocol(image, &loaded_image_guid,
						      &interface);
	if (status != EFI_SUCCESS)
		return EFI_ABORTED;
	loaded = interface;
	mailbox = loaded->LoadOptions;
	if (!mailbox || loaded->LoadOptionsSize != sizeof(*mailbox) ||
	    mailbox->magic != CHILD_MAGIC)
		return EFI_ABORTED;
	mailbox->runs++;
	mailbox->handle = image;
	mailbox->systab = systab;
	mailbox->loaded = *loaded;
	mailbox->stack = (UINT64)(UINTN)&status;
	mailbox->bss_clear = zeroes_are_zero();
	/* The compiler finds the function PC-relative, the loader the data. */
	mailbox->relocated = self == (void *)child_unload;
	if (mailbox->command == CHILD_EXIT || mailbox->command == CHILD_CLOBBER)
		exit_below(image, systab, 8);
	if (mailbox->command == CHILD_STAY)
		loaded->Unload = child_unload;
	return mailbox->status;
}
