// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Notification about new protocols: RegisterProtocolNotify (UEFI 2.10, 7.3.5).
 *
 * Installations are numbered, so that a registration need only remember the
 * number up to which it was served.
 */
#include <emulator/emu.h>

static struct notify *notify_find(const void *registration)
{
	struct list *head = &emu.protocols.handles.notifies, *link;

	list_for_each(link, head) {
		struct notify *each = list_object(link, struct notify, link);

		if (each == registration)
			return each;
	}
	return NULL;
}

void notify_installed(const struct efi_guid *guid)
{
	struct list *head = &emu.protocols.handles.notifies, *link;
	efi_tpl_t tpl = tpl_raise(EFI_TPL_HIGH_LEVEL);

	/* All are signalled before any of their functions runs. */
	list_for_each(link, head) {
		struct notify *each = list_object(link, struct notify, link);

		if (guid_equal(&each->guid, guid))
			event_signal(each->event);
	}
	tpl_restore(tpl);
}

void notify_forget(efi_event_t event)
{
	struct list *head = &emu.protocols.handles.notifies, *link, *next;

	for (link = list_next(head, head); link; link = next) {
		struct notify *each = list_object(link, struct notify, link);

		next = list_next(head, link);
		if (each->event != event)
			continue;
		list_remove(link);
		object_free(each, sizeof(*each));
	}
}

struct handle *notify_next(const void *registration, struct notify **ret_notify,
			   struct protocol **ret_protocol)
{
	struct list *head = &emu.protocols.handles.list, *link;
	struct notify *notify = notify_find(registration);
	struct handle *found = NULL;

	*ret_notify = notify;
	*ret_protocol = NULL;
	if (!notify)
		return NULL;
	list_for_each(link, head) {
		struct handle *each = list_object(link, struct handle, link);
		struct protocol *protocol =
			handle_protocol(each, &notify->guid);

		if (!protocol || protocol->sequence <= notify->position ||
		    (found && protocol->sequence > (*ret_protocol)->sequence))
			continue;
		found = each;
		*ret_protocol = protocol;
	}
	return found;
}

/**
 * bs_register_protocol_notify() - RegisterProtocolNotify (UEFI 2.10, 7.3.5)
 * @protocol: GUID
 * @event: signalled whenever it is installed or reinstalled
 * @registration: key for LocateHandle and LocateProtocol; gone with @event
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER, EFI_OUT_OF_RESOURCES
 */
efi_status_t EFIAPI bs_register_protocol_notify(const struct efi_guid *protocol,
						efi_event_t event,
						void **registration)
{
	struct notify *notify;

	EFI_ENTRY(REGISTER_PROTOCOL_NOTIFY, protocol, event, registration);

	if (!protocol || !registration || !event_find(event))
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	notify = object_allocate(sizeof(*notify));
	if (!notify)
		return EFI_EXIT(EFI_OUT_OF_RESOURCES);
	notify->guid = *protocol;
	notify->event = event;
	notify->position = emu.protocols.handles.sequence;
	list_append(&emu.protocols.handles.notifies, &notify->link);
	*registration = notify;
	return EFI_EXIT(EFI_SUCCESS);
}
