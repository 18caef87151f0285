// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who uses which protocol: HandleProtocol, OpenProtocol and CloseProtocol
 * (UEFI 2.10, 7.3.7, 7.3.9 to 7.3.12).
 *
 * HandleProtocol and an agent of NULL leave no trace: they are what payloads
 * use, and nothing is ever taken from under them.
 */
#include <emulator/emu.h>

#define DRIVER EFI_OPEN_PROTOCOL_BY_DRIVER
#define EXCLUSIVE EFI_OPEN_PROTOCOL_EXCLUSIVE
#define CHILD EFI_OPEN_PROTOCOL_BY_CHILD_CONTROLLER

static struct open *next_open(const struct protocol *protocol,
			      const struct open *open)
{
	const struct list *head = &protocol->opens;
	struct list *link = list_next(head, open ? &open->link : head);

	return link ? list_object(link, struct open, link) : NULL;
}

static void close(struct open *open)
{
	list_remove(&open->link);
	object_free(open, sizeof(*open));
}

static bool opened_as(const struct protocol *protocol, u32 attributes)
{
	struct open *open = NULL;

	while ((open = next_open(protocol, open)))
		if (open->attributes & attributes)
			return true;
	return false;
}

bool protocol_in_use(const struct protocol *protocol)
{
	return opened_as(protocol, DRIVER | EXCLUSIVE | CHILD);
}

void protocol_close_all(struct protocol *protocol)
{
	struct open *open;

	while ((open = next_open(protocol, NULL)))
		close(open);
}

static struct open *find_open(const struct protocol *protocol,
			      efi_handle_t agent, efi_handle_t controller,
			      u32 attributes)
{
	struct open *open = NULL;

	while ((open = next_open(protocol, open)))
		if (open->agent == agent && open->controller == controller &&
		    (!attributes || open->attributes == attributes))
			break;
	return open;
}

static void close_agent(struct protocol *protocol, efi_handle_t agent)
{
	struct open *open, *next;

	for (open = next_open(protocol, NULL); open; open = next) {
		next = next_open(protocol, open);
		if (open->agent == agent)
			close(open);
	}
}

void open_close_agent(efi_handle_t agent)
{
	struct list *handles = &emu.protocols.handles.list, *at;

	list_for_each(at, handles) {
		struct list *head =
			&list_object(at, struct handle, link)->protocols;
		struct list *link;

		list_for_each(link, head)
			close_agent(list_object(link, struct protocol, link),
				    agent);
	}
}

/* UEFI 2.10, 7.3.9: which agents and controllers each attribute needs. */
static bool attributes_valid(u32 attributes, efi_handle_t handle,
			     efi_handle_t agent, efi_handle_t controller)
{
	switch (attributes) {
	case EFI_OPEN_PROTOCOL_BY_HANDLE_PROTOCOL:
	case EFI_OPEN_PROTOCOL_GET_PROTOCOL:
	case EFI_OPEN_PROTOCOL_TEST_PROTOCOL:
		return true;
	case CHILD:
		return handle_find(agent) && handle_find(controller) &&
		       handle != controller;
	case DRIVER:
	case DRIVER | EXCLUSIVE:
		return handle_find(agent) && handle_find(controller);
	case EXCLUSIVE:
		return handle_find(agent);
	default:
		return false;
	}
}

/*
 * What others have opened decides. A driver would have to be asked to let go
 * for a caller that wants the protocol exclusively; connect.c says why there
 * are no drivers to ask.
 */
static efi_status_t may_open(const struct protocol *protocol,
			     efi_handle_t agent, efi_handle_t controller,
			     u32 attributes)
{
	if (!(attributes & (DRIVER | EXCLUSIVE)))
		return EFI_SUCCESS;
	if (attributes & DRIVER &&
	    find_open(protocol, agent, controller, attributes))
		return EFI_ALREADY_STARTED;
	if (opened_as(protocol, DRIVER | EXCLUSIVE))
		return EFI_ACCESS_DENIED;
	return EFI_SUCCESS;
}

static efi_status_t record_open(struct protocol *protocol, efi_handle_t agent,
				efi_handle_t controller, u32 attributes)
{
	struct open *open = find_open(protocol, agent, controller, attributes);

	if (!agent)
		return EFI_SUCCESS;
	if (!open) {
		open = object_allocate(sizeof(*open));
		if (!open)
			return EFI_OUT_OF_RESOURCES;
		open->agent = agent;
		open->controller = controller;
		open->attributes = attributes;
		list_append(&protocol->opens, &open->link);
	}
	open->count++;
	return EFI_SUCCESS;
}

static efi_status_t open_protocol(efi_handle_t handle,
				  const struct efi_guid *guid, void **interface,
				  efi_handle_t agent, efi_handle_t controller,
				  u32 attributes)
{
	bool wants = attributes != EFI_OPEN_PROTOCOL_TEST_PROTOCOL;
	struct handle *found = handle_find(handle);
	struct protocol *protocol;
	efi_status_t status;

	if (!guid || (wants && !interface) || !found ||
	    !attributes_valid(attributes, handle, agent, controller))
		return EFI_INVALID_PARAMETER;
	protocol = handle_protocol(found, guid);
	if (!protocol) {
		if (wants)
			*interface = NULL;
		return EFI_UNSUPPORTED;
	}
	if (guid_equal(guid, &LOADED_IMAGE_PROTOCOL_GUID) &&
	    image_payload_inner(handle))
		image_set_inner_options(image_find(handle));
	status = may_open(protocol, agent, controller, attributes);
	if (!EFI_ERROR(status))
		status = record_open(protocol, agent, controller, attributes);
	if (wants && (!EFI_ERROR(status) || status == EFI_ALREADY_STARTED))
		*interface = protocol->presented;
	return status;
}

/**
 * bs_handle_protocol() - HandleProtocol (UEFI 2.10, 7.3.7)
 * @handle: the handle
 * @protocol: GUID
 * @interface: its interface; NULL when the handle does not have it
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER, EFI_UNSUPPORTED
 */
efi_status_t EFIAPI bs_handle_protocol(efi_handle_t handle,
				       const struct efi_guid *protocol,
				       void **interface)
{
	EFI_ENTRY(HANDLE_PROTOCOL, handle, protocol, interface);

	return EFI_EXIT(open_protocol(handle, protocol, interface, NULL, NULL,
				      EFI_OPEN_PROTOCOL_BY_HANDLE_PROTOCOL));
}

/**
 * bs_open_protocol() - OpenProtocol (UEFI 2.10, 7.3.9)
 * @handle: the handle
 * @protocol: GUID
 * @interface: its interface; NULL when the handle does not have it; not used
 *             with TEST_PROTOCOL
 * @agent: image handle of the caller
 * @controller: for drivers
 * @attributes: EFI_OPEN_PROTOCOL_*
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER, EFI_UNSUPPORTED,
 *         EFI_ACCESS_DENIED, EFI_ALREADY_STARTED, EFI_OUT_OF_RESOURCES
 */
efi_status_t EFIAPI bs_open_protocol(efi_handle_t handle,
				     const struct efi_guid *protocol,
				     void **interface, efi_handle_t agent,
				     efi_handle_t controller, u32 attributes)
{
	EFI_ENTRY(OPEN_PROTOCOL, handle, protocol, agent, attributes);

	return EFI_EXIT(open_protocol(handle, protocol, interface, agent,
				      controller, attributes));
}

/**
 * bs_close_protocol() - CloseProtocol (UEFI 2.10, 7.3.10)
 * @handle: the handle
 * @protocol: GUID
 * @agent: as it was opened
 * @controller: as it was opened
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER, EFI_NOT_FOUND
 */
efi_status_t EFIAPI bs_close_protocol(efi_handle_t handle,
				      const struct efi_guid *protocol,
				      efi_handle_t agent,
				      efi_handle_t controller)
{
	struct handle *found = handle_find(handle);
	struct protocol *installed;
	struct open *open;
	bool closed = false;

	EFI_ENTRY(CLOSE_PROTOCOL, handle, protocol, agent, controller);

	if (!found || !protocol || !handle_find(agent) ||
	    (controller && !handle_find(controller)))
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	installed = handle_protocol(found, protocol);
	if (!installed)
		return EFI_EXIT(EFI_NOT_FOUND);
	while ((open = find_open(installed, agent, controller, 0))) {
		close(open);
		closed = true;
	}
	return EFI_EXIT(closed ? EFI_SUCCESS : EFI_NOT_FOUND);
}

/**
 * bs_open_protocol_information() - OpenProtocolInformation (UEFI 2.10, 7.3.11)
 * @handle: the handle
 * @protocol: GUID
 * @entries: who has it open; the caller frees it
 * @count: number of entries
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER, EFI_NOT_FOUND,
 *         EFI_OUT_OF_RESOURCES
 */
efi_status_t EFIAPI bs_open_protocol_information(
	efi_handle_t handle, const struct efi_guid *protocol,
	struct efi_open_protocol_information_entry **entries, u64 *count)
{
	struct efi_open_protocol_information_entry *entry;
	struct handle *found = handle_find(handle);
	struct protocol *installed;
	struct open *open = NULL;
	efi_status_t status;
	void *buffer;
	u64 n = 0;

	EFI_ENTRY(OPEN_PROTOCOL_INFORMATION, handle, protocol, entries, count);

	if (!protocol || !entries || !count)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	*entries = NULL;
	*count = 0;
	installed = found ? handle_protocol(found, protocol) : NULL;
	if (!installed)
		return EFI_EXIT(EFI_NOT_FOUND);
	while ((open = next_open(installed, open)))
		n++;
	status = pool_allocate(EFI_LOADER_DATA, n * sizeof(*entry), &buffer);
	if (EFI_ERROR(status))
		return EFI_EXIT(status);
	*entries = buffer;
	*count = n;
	for (entry = buffer; (open = next_open(installed, open)); entry++) {
		entry->agent_handle = open->agent;
		entry->controller_handle = open->controller;
		entry->attributes = open->attributes;
		entry->open_count = open->count;
	}
	return EFI_EXIT(EFI_SUCCESS);
}

/**
 * bs_protocols_per_handle() - ProtocolsPerHandle (UEFI 2.10, 7.3.14)
 * @handle: the handle
 * @protocols: pointers to the GUIDs of its protocols, valid while these are
 *             installed; the caller frees the array
 * @count: number of protocols
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER, EFI_OUT_OF_RESOURCES
 */
efi_status_t EFIAPI bs_protocols_per_handle(efi_handle_t handle,
					    struct efi_guid ***protocols,
					    u64 *count)
{
	struct handle *found = handle_find(handle);
	struct efi_guid **at;
	struct list *link;
	efi_status_t status;
	void *buffer;
	u64 n = 0;

	EFI_ENTRY(PROTOCOLS_PER_HANDLE, handle, protocols, count);

	if (!found || !protocols || !count)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	list_for_each(link, &found->protocols)
		n++;
	status = pool_allocate(EFI_LOADER_DATA, n * sizeof(*at), &buffer);
	if (EFI_ERROR(status))
		return EFI_EXIT(status);
	at = buffer;
	*protocols = buffer;
	*count = n;
	list_for_each(link, &found->protocols)
		*at++ = &list_object(link, struct protocol, link)->guid;
	return EFI_EXIT(EFI_SUCCESS);
}
