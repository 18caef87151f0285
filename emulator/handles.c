// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The handle database: handles, and the protocols installed on them (UEFI
 * 2.10, 7.3.2 to 7.3.4).
 *
 * A handle is valid if it is in the list: no guess at what a payload's pointer
 * points to. There are some twenty.
 */
#include <emulator/emu.h>

struct handle *handle_find(efi_handle_t handle)
{
	struct list *head = &emu.protocols.handles.list, *link;

	list_for_each(link, head) {
		struct handle *each = list_object(link, struct handle, link);

		if (each == handle)
			return each;
	}
	return NULL;
}

struct protocol *handle_protocol(const struct handle *handle,
				 const struct efi_guid *guid)
{
	const struct list *head = &handle->protocols;
	struct list *link;

	list_for_each(link, head) {
		struct protocol *each =
			list_object(link, struct protocol, link);

		if (guid_equal(&each->guid, guid))
			return each;
	}
	return NULL;
}

void *handle_interface(efi_handle_t handle, const struct efi_guid *guid)
{
	struct handle *found = handle_find(handle);
	struct protocol *protocol = found ? handle_protocol(found, guid) : NULL;

	return protocol ? protocol->presented : NULL;
}

bool protocol_matches(const struct protocol *protocol, const void *interface)
{
	return protocol->interface == interface ||
	       protocol->presented == interface;
}

static struct handle *handle_create(void)
{
	struct handle *handle = object_allocate(sizeof(*handle));

	if (handle)
		list_append(&emu.protocols.handles.list, &handle->link);
	return handle;
}

static void handle_free_if_empty(struct handle *handle)
{
	if (list_next(&handle->protocols, &handle->protocols))
		return;
	list_remove(&handle->link);
	object_free(handle, sizeof(*handle));
}

static void set_interface(struct handle *handle, struct protocol *protocol,
			  void *interface)
{
	protocol->interface = interface;
	protocol->presented = interface;
	protocol->sequence = ++emu.protocols.handles.sequence;
	load_file2_wrap(handle);
}

efi_status_t handle_install(efi_handle_t *handle, const struct efi_guid *guid,
			    void *interface)
{
	struct handle *target = *handle ? handle_find(*handle) : NULL;
	struct protocol *protocol;

	if (*handle && (!target || handle_protocol(target, guid)))
		return EFI_INVALID_PARAMETER;
	protocol = object_allocate(sizeof(*protocol));
	if (!protocol)
		return EFI_OUT_OF_RESOURCES;
	if (!target)
		target = handle_create();
	if (!target) {
		object_free(protocol, sizeof(*protocol));
		return EFI_OUT_OF_RESOURCES;
	}
	protocol->guid = *guid;
	list_append(&target->protocols, &protocol->link);
	set_interface(target, protocol, interface);
	*handle = target;
	notify_installed(guid);
	return EFI_SUCCESS;
}

void handle_remove(struct handle *handle, struct protocol *protocol)
{
	load_file2_unwrap(protocol);
	protocol_close_all(protocol);
	list_remove(&protocol->link);
	object_free(protocol, sizeof(*protocol));
	handle_free_if_empty(handle);
}

efi_status_t handle_uninstall(efi_handle_t handle, const struct efi_guid *guid,
			      void *interface)
{
	struct handle *found = handle_find(handle);
	struct protocol *protocol;

	if (!found)
		return EFI_INVALID_PARAMETER;
	protocol = handle_protocol(found, guid);
	if (!protocol || !protocol_matches(protocol, interface))
		return EFI_NOT_FOUND;
	if (protocol_in_use(protocol))
		return EFI_ACCESS_DENIED;
	handle_remove(found, protocol);
	return EFI_SUCCESS;
}

/**
 * bs_install_protocol_interface() - InstallProtocolInterface (UEFI 2.10, 7.3.2)
 * @handle: in: the handle, NULL for a new one; out: the new one
 * @protocol: GUID
 * @interface_type: EFI_NATIVE_INTERFACE
 * @interface: may be NULL
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER, EFI_OUT_OF_RESOURCES
 */
efi_status_t EFIAPI bs_install_protocol_interface(
	efi_handle_t *handle, const struct efi_guid *protocol,
	u32 interface_type, void *interface)
{
	EFI_ENTRY(INSTALL_PROTOCOL, handle ? *handle : NULL, protocol,
		  interface_type, interface);

	if (!handle || !protocol || interface_type != EFI_NATIVE_INTERFACE)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	return EFI_EXIT(handle_install(handle, protocol, interface));
}

/**
 * bs_reinstall_protocol_interface() - ReinstallProtocolInterface (UEFI 2.10,
 * 7.3.4)
 * @handle: the handle
 * @protocol: GUID
 * @old_interface: what is installed
 * @new_interface: what takes its place, may be the same
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER, EFI_NOT_FOUND, EFI_ACCESS_DENIED
 */
efi_status_t EFIAPI bs_reinstall_protocol_interface(
	efi_handle_t handle, const struct efi_guid *protocol,
	void *old_interface, void *new_interface)
{
	struct handle *found = handle_find(handle);
	struct protocol *installed;

	EFI_ENTRY(REINSTALL_PROTOCOL, handle, protocol, old_interface,
		  new_interface);

	if (!found || !protocol)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	installed = handle_protocol(found, protocol);
	if (!installed || !protocol_matches(installed, old_interface))
		return EFI_EXIT(EFI_NOT_FOUND);
	if (protocol_in_use(installed))
		return EFI_EXIT(EFI_ACCESS_DENIED);
	protocol_close_all(installed);
	load_file2_unwrap(installed);
	set_interface(found, installed, new_interface);
	notify_installed(protocol);
	return EFI_EXIT(EFI_SUCCESS);
}

/**
 * bs_uninstall_protocol_interface() - UninstallProtocolInterface (UEFI 2.10,
 * 7.3.3)
 * @handle: the handle; gone with its last protocol
 * @protocol: GUID
 * @interface: as it was installed
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER, EFI_NOT_FOUND, EFI_ACCESS_DENIED
 */
efi_status_t EFIAPI bs_uninstall_protocol_interface(
	efi_handle_t handle, const struct efi_guid *protocol, void *interface)
{
	EFI_ENTRY(UNINSTALL_PROTOCOL, handle, protocol, interface);

	if (!protocol)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	return EFI_EXIT(handle_uninstall(handle, protocol, interface));
}
