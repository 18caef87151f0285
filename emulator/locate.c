// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finding handles and protocols: LocateHandle, LocateHandleBuffer,
 * LocateProtocol and LocateDevicePath (UEFI 2.10, 7.3.6, 7.3.8, 7.3.15, 7.3.16).
 *
 * What they answer when there is nothing is ABI: payloads tell "no initrd"
 * from an error by NOT_FOUND, and Linux looks at the interface that
 * LocateProtocol leaves, not at its status (minimal-efi 0 and 2.2).
 */
#include <emulator/emu.h>

static bool selects(u32 search_type, const struct handle *handle,
		    const struct efi_guid *guid)
{
	return search_type == EFI_LOCATE_ALL_HANDLES ||
	       handle_protocol(handle, guid);
}

/* Number of handles, which are also written to @ret if there is such. */
static u64 collect(u32 search_type, const struct efi_guid *guid,
		   efi_handle_t *ret)
{
	struct list *head = &emu.protocols.handles.list, *link;
	u64 count = 0;

	list_for_each(link, head) {
		struct handle *each = list_object(link, struct handle, link);

		if (!selects(search_type, each, guid))
			continue;
		if (ret)
			ret[count] = each;
		count++;
	}
	return count;
}

static efi_status_t locate_by_notify(void *key, u64 *buffer_size,
				     efi_handle_t *buffer)
{
	u64 room = *buffer_size;
	struct protocol *protocol;
	struct notify *notify;
	struct handle *handle;

	if (!key)
		return EFI_INVALID_PARAMETER;
	handle = notify_next(key, &notify, &protocol);
	if (!notify)
		return EFI_INVALID_PARAMETER;
	if (!handle)
		return EFI_NOT_FOUND;
	*buffer_size = sizeof(*buffer);
	if (room < sizeof(*buffer))
		return EFI_BUFFER_TOO_SMALL;
	*buffer = handle;
	notify->position = protocol->sequence;
	return EFI_SUCCESS;
}

static efi_status_t locate_handle(u32 search_type, const struct efi_guid *guid,
				  void *key, u64 *buffer_size,
				  efi_handle_t *buffer)
{
	u64 room, needed;

	if (search_type == EFI_LOCATE_BY_REGISTER_NOTIFY)
		return locate_by_notify(key, buffer_size, buffer);
	if (search_type > EFI_LOCATE_BY_PROTOCOL ||
	    (search_type == EFI_LOCATE_BY_PROTOCOL && !guid))
		return EFI_INVALID_PARAMETER;
	needed = collect(search_type, guid, NULL) * sizeof(*buffer);
	if (!needed)
		return EFI_NOT_FOUND;
	room = *buffer_size;
	*buffer_size = needed;
	if (room < needed)
		return EFI_BUFFER_TOO_SMALL;
	collect(search_type, guid, buffer);
	return EFI_SUCCESS;
}

/**
 * bs_locate_handle() - LocateHandle (UEFI 2.10, 7.3.6)
 * @search_type: enum efi_locate_search_type
 * @protocol: GUID, for EFI_LOCATE_BY_PROTOCOL
 * @search_key: registration, for EFI_LOCATE_BY_REGISTER_NOTIFY
 * @buffer_size: in: bytes of @buffer; out: bytes needed or written
 * @buffer: the handles, oldest first
 *
 * Return: EFI_SUCCESS, EFI_NOT_FOUND, EFI_BUFFER_TOO_SMALL,
 *         EFI_INVALID_PARAMETER
 */
efi_status_t EFIAPI bs_locate_handle(u32 search_type,
				     const struct efi_guid *protocol,
				     void *search_key, u64 *buffer_size,
				     efi_handle_t *buffer)
{
	EFI_ENTRY(LOCATE_HANDLE, search_type, protocol, search_key, buffer);

	if (!buffer_size || (*buffer_size && !buffer))
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	return EFI_EXIT(locate_handle(search_type, protocol, search_key,
				      buffer_size, buffer));
}

/**
 * bs_locate_handle_buffer() - LocateHandleBuffer (UEFI 2.10, 7.3.15)
 * @search_type: enum efi_locate_search_type
 * @protocol: GUID, for EFI_LOCATE_BY_PROTOCOL
 * @search_key: registration, for EFI_LOCATE_BY_REGISTER_NOTIFY
 * @count: number of handles, 0 after a failure
 * @buffer: the handles, which the caller frees; NULL after a failure
 *
 * Return: EFI_SUCCESS, EFI_NOT_FOUND, EFI_INVALID_PARAMETER,
 *         EFI_OUT_OF_RESOURCES
 */
efi_status_t EFIAPI bs_locate_handle_buffer(u32 search_type,
					    const struct efi_guid *protocol,
					    void *search_key, u64 *count,
					    efi_handle_t **buffer)
{
	efi_status_t status;
	void *handles;
	u64 size = 0;

	EFI_ENTRY(LOCATE_HANDLE_BUFFER, search_type, protocol, search_key,
		  buffer);

	if (!count || !buffer)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	*count = 0;
	*buffer = NULL;
	status = locate_handle(search_type, protocol, search_key, &size, NULL);
	if (status != EFI_BUFFER_TOO_SMALL)
		return EFI_EXIT(status);
	status = pool_allocate(EFI_LOADER_DATA, size, &handles);
	if (EFI_ERROR(status))
		return EFI_EXIT(status);
	status = locate_handle(search_type, protocol, search_key, &size,
			       handles);
	*buffer = handles;
	*count = size / sizeof(**buffer);
	return EFI_EXIT(status);
}

static struct protocol *locate_protocol(const struct efi_guid *guid)
{
	struct list *head = &emu.protocols.handles.list, *link;

	list_for_each(link, head) {
		struct protocol *protocol = handle_protocol(
			list_object(link, struct handle, link), guid);

		if (protocol)
			return protocol;
	}
	return NULL;
}

/**
 * bs_locate_protocol() - LocateProtocol (UEFI 2.10, 7.3.16)
 * @protocol: GUID
 * @registration: only what was installed since; NULL: any
 * @interface: of the first handle that has it; NULL after a failure
 *
 * Return: EFI_SUCCESS, EFI_NOT_FOUND, EFI_INVALID_PARAMETER
 */
efi_status_t EFIAPI bs_locate_protocol(const struct efi_guid *protocol,
				       void *registration, void **interface)
{
	struct protocol *found;
	struct notify *notify;

	EFI_ENTRY(LOCATE_PROTOCOL, protocol, registration, interface);

	if (!interface)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	*interface = NULL;
	if (!protocol)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	if (registration) {
		notify_next(registration, &notify, &found);
		if (found)
			notify->position = found->sequence;
	} else {
		found = locate_protocol(protocol);
	}
	if (!found)
		return EFI_EXIT(EFI_NOT_FOUND);
	*interface = found->presented;
	return EFI_EXIT(EFI_SUCCESS);
}

/* Bytes of a handle's device path if it is the beginning of @path, or 0. */
static u64 match(const struct handle *handle,
		 const struct efi_device_path *path, u64 path_size)
{
	const struct protocol *protocol =
		handle_protocol(handle, &EFI_DEVICE_PATH_PROTOCOL_GUID);
	u64 size;

	if (!protocol || !device_path_size(protocol->presented, &size))
		return 0;
	size -= sizeof(*path);
	if (size > path_size || memcmp(protocol->presented, path, size))
		return 0;
	return size;
}

efi_status_t locate_device_path(const struct efi_guid *guid,
				struct efi_device_path **path,
				efi_handle_t *ret)
{
	struct list *head = &emu.protocols.handles.list, *link;
	u64 size, best_size = 0;
	struct handle *best = NULL;

	if (!device_path_size(*path, &size))
		return EFI_INVALID_PARAMETER;
	size -= sizeof(**path);
	list_for_each(link, head) {
		struct handle *each = list_object(link, struct handle, link);
		u64 length = 0;

		if (handle_protocol(each, guid))
			length = match(each, *path, size);
		if (length > best_size) {
			best_size = length;
			best = each;
		}
	}
	if (!best)
		return EFI_NOT_FOUND;
	*path = (struct efi_device_path *)(void *)((u8 *)*path + best_size);
	*ret = best;
	return EFI_SUCCESS;
}

/**
 * bs_locate_device_path() - LocateDevicePath (UEFI 2.10, 7.3.8)
 * @protocol: GUID of a protocol that the handle must have
 * @device_path: in: a device path; out: what remains behind the handle's
 * @device: the handle whose device path is the longest beginning of it
 *
 * Return: EFI_SUCCESS, EFI_NOT_FOUND, EFI_INVALID_PARAMETER
 */
efi_status_t EFIAPI bs_locate_device_path(const struct efi_guid *protocol,
					  struct efi_device_path **device_path,
					  efi_handle_t *device)
{
	struct efi_device_path *path;
	efi_handle_t handle;
	efi_status_t status;

	EFI_ENTRY(LOCATE_DEVICE_PATH, protocol, device_path, device);

	if (!protocol || !device_path || !*device_path)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	path = *device_path;
	status = locate_device_path(protocol, &path, &handle);
	if (EFI_ERROR(status))
		return EFI_EXIT(status);
	if (!device)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	*device_path = path;
	*device = handle;
	return EFI_EXIT(EFI_SUCCESS);
}
