// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * InstallMultipleProtocolInterfaces and its counterpart (UEFI 2.10, 7.3.17,
 * 7.3.18): all or nothing.
 */
#include <emulator/emu.h>

/* A device path names one handle: is there one already? */
static bool device_path_taken(const struct efi_guid *guid, void *interface)
{
	struct efi_device_path *path = interface;
	efi_handle_t handle;

	if (!guid_equal(guid, &EFI_DEVICE_PATH_PROTOCOL_GUID) || !path)
		return false;
	return !EFI_ERROR(locate_device_path(guid, &path, &handle)) &&
	       device_path_is_end(path);
}

static efi_status_t install(efi_handle_t *handle, const struct efi_guid *guid,
			    void *interface)
{
	if (device_path_taken(guid, interface))
		return EFI_ALREADY_STARTED;
	return handle_install(handle, guid, interface);
}

/* Marks one protocol for removal; false if there is nothing to mark. */
static bool doom(struct handle *handle, const struct efi_guid *guid,
		 const void *interface)
{
	struct protocol *protocol = handle_protocol(handle, guid);

	if (!protocol || protocol->doomed || protocol_in_use(protocol) ||
	    !protocol_matches(protocol, interface))
		return false;
	protocol->doomed = true;
	return true;
}

/* The marked protocols: removed, or pardoned. */
static void end_doom(struct handle *handle, bool remove)
{
	struct list *head = &handle->protocols, *link, *next;

	for (link = list_next(head, head); link; link = next) {
		struct protocol *protocol =
			list_object(link, struct protocol, link);

		/* The handle, and @head with it, goes with its last protocol. */
		next = list_next(head, link);
		if (protocol->doomed && remove)
			handle_remove(handle, protocol);
		else
			protocol->doomed = false;
	}
}

/**
 * bs_install_multiple_protocol_interfaces() - UEFI 2.10, 7.3.17
 * @handle: in: the handle, NULL for a new one; out: the new one
 *
 * Then pairs of GUID and interface, then NULL.
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER, EFI_OUT_OF_RESOURCES;
 *         EFI_ALREADY_STARTED for a device path that another handle has.
 *         Nothing is installed after a failure.
 */
efi_status_t EFIAPI
bs_install_multiple_protocol_interfaces(efi_handle_t *handle, ...)
{
	const struct efi_guid *guid;
	efi_status_t status = EFI_SUCCESS;
	efi_handle_t target;
	efi_va_list list;
	u64 done = 0;
	efi_tpl_t tpl;

	EFI_ENTRY(INSTALL_MULTIPLE, handle ? *handle : NULL);

	if (!handle)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	/* Whoever waits for one of them shall see all of them. */
	tpl = tpl_raise(EFI_TPL_NOTIFY);
	target = *handle;
	efi_va_start(list, handle);
	while ((guid = efi_va_arg(list, const struct efi_guid *))) {
		status = install(&target, guid, efi_va_arg(list, void *));
		if (EFI_ERROR(status))
			break;
		done++;
	}
	efi_va_end(list);

	if (EFI_ERROR(status)) {
		efi_va_start(list, handle);
		while (done--) {
			guid = efi_va_arg(list, const struct efi_guid *);
			handle_uninstall(target, guid,
					 efi_va_arg(list, void *));
		}
		efi_va_end(list);
	} else {
		*handle = target;
	}
	tpl_restore(tpl);
	return EFI_EXIT(status);
}

/**
 * bs_uninstall_multiple_protocol_interfaces() - UEFI 2.10, 7.3.18
 * @handle: the handle; gone with its last protocol
 *
 * Then pairs of GUID and interface, then NULL.
 *
 * Return: EFI_SUCCESS; EFI_INVALID_PARAMETER if any of them cannot be
 *         uninstalled, none is then
 */
efi_status_t EFIAPI
bs_uninstall_multiple_protocol_interfaces(efi_handle_t handle, ...)
{
	struct handle *found = handle_find(handle);
	const struct efi_guid *guid;
	efi_va_list list;
	bool good = true;

	EFI_ENTRY(UNINSTALL_MULTIPLE, handle);

	if (!found)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	efi_va_start(list, handle);
	while (good && (guid = efi_va_arg(list, const struct efi_guid *)))
		good = doom(found, guid, efi_va_arg(list, void *));
	efi_va_end(list);
	end_doom(found, good);
	return EFI_EXIT(good ? EFI_SUCCESS : EFI_INVALID_PARAMETER);
}
