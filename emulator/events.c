// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Events: CreateEvent, CreateEventEx, CloseEvent, SignalEvent, CheckEvent and
 * WaitForEvent (UEFI 2.10, 7.1.1 to 7.1.6). tpl.c runs their notification
 * functions, timer.c and event_group.c signal them.
 */
#include <emulator/emu.h>

#define NOTIFY_TYPES (EFI_EVT_NOTIFY_WAIT | EFI_EVT_NOTIFY_SIGNAL)

void events_start(void)
{
	emu.protocols.events.tpl = EFI_TPL_APPLICATION;
	emu.protocols.events.map_key = emu.map.key;
}

struct event *event_find(efi_event_t event)
{
	struct list *head = &emu.protocols.events.list, *link;

	list_for_each(link, head) {
		struct event *each = list_object(link, struct event, link);

		if (each == event)
			return each;
	}
	return NULL;
}

struct event *event_create(u32 type, efi_tpl_t tpl, efi_event_notify_t notify,
			   void *context, const struct efi_guid *group)
{
	struct event *event = object_allocate(sizeof(*event));

	if (!event)
		return NULL;
	event->type = type;
	if (type & NOTIFY_TYPES) {
		event->notify_tpl = tpl;
		event->notify = notify;
		event->context = context;
	}
	if (group) {
		event->grouped = true;
		event->group = *group;
	}
	list_append(&emu.protocols.events.list, &event->link);
	return event;
}

/* UEFI 2.10, 7.1.1: which bits go together, what they need. */
static bool type_valid(u32 type, efi_tpl_t tpl, efi_event_notify_t notify)
{
	const u32 known = EFI_EVT_TIMER | EFI_EVT_RUNTIME | NOTIFY_TYPES;

	if (type & ~known || (type & NOTIFY_TYPES) == NOTIFY_TYPES)
		return false;
	if (!(type & NOTIFY_TYPES))
		return true;
	return notify && tpl > EFI_TPL_APPLICATION && tpl < EFI_TPL_HIGH_LEVEL;
}

static efi_status_t create_event(u32 type, efi_tpl_t tpl,
				 efi_event_notify_t notify, void *context,
				 const struct efi_guid *group, efi_event_t *ret)
{
	struct event *event;

	if (!ret || !type_valid(type, tpl, notify))
		return EFI_INVALID_PARAMETER;
	event = event_create(type, tpl, notify, context, group);
	if (!event)
		return EFI_OUT_OF_RESOURCES;
	*ret = event;
	return EFI_SUCCESS;
}

/* The two types that stand for groups. */
static const struct efi_guid group_of_exit = EFI_EVENT_GROUP_EXIT_BOOT_SERVICES;
static const struct efi_guid group_of_address_change =
	EFI_EVENT_GROUP_VIRTUAL_ADDRESS_CHANGE;

static const struct efi_guid *legacy_group(u32 type)
{
	if (type == EFI_EVT_SIGNAL_EXIT_BOOT_SERVICES)
		return &group_of_exit;
	if (type == EFI_EVT_SIGNAL_VIRTUAL_ADDRESS_CHANGE)
		return &group_of_address_change;
	return NULL;
}

/**
 * bs_create_event() - CreateEvent (UEFI 2.10, 7.1.1)
 * @type: EFI_EVT_*
 * @notify_tpl: level of @notify
 * @notify: for EFI_EVT_NOTIFY_WAIT and EFI_EVT_NOTIFY_SIGNAL
 * @context: for @notify
 * @event: the event
 *
 * The function of EFI_EVT_SIGNAL_VIRTUAL_ADDRESS_CHANGE never runs: nothing of
 * the payload lives on as a runtime driver.
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER, EFI_OUT_OF_RESOURCES
 */
efi_status_t EFIAPI bs_create_event(u32 type, efi_tpl_t notify_tpl,
				    efi_event_notify_t notify, void *context,
				    efi_event_t *event)
{
	const struct efi_guid *group = legacy_group(type);

	EFI_ENTRY(CREATE_EVENT, type, notify_tpl, notify, event);

	if (group)
		type = (type & EFI_EVT_RUNTIME) | EFI_EVT_NOTIFY_SIGNAL;
	return EFI_EXIT(
		create_event(type, notify_tpl, notify, context, group, event));
}

/**
 * bs_create_event_ex() - CreateEventEx (UEFI 2.10, 7.1.2)
 * @type: EFI_EVT_*, but none that stands for a group
 * @notify_tpl: level of @notify
 * @notify: for EFI_EVT_NOTIFY_WAIT and EFI_EVT_NOTIFY_SIGNAL
 * @context: for @notify
 * @group: group of the event; NULL: as CreateEvent
 * @event: the event
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER, EFI_OUT_OF_RESOURCES
 */
efi_status_t EFIAPI bs_create_event_ex(u32 type, efi_tpl_t notify_tpl,
				       efi_event_notify_t notify,
				       const void *context,
				       const struct efi_guid *group,
				       efi_event_t *event)
{
	const struct efi_guid *legacy = legacy_group(type);

	EFI_ENTRY(CREATE_EVENT_EX, type, notify_tpl, group, event);

	if (legacy && group)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	if (legacy) {
		type = (type & EFI_EVT_RUNTIME) | EFI_EVT_NOTIFY_SIGNAL;
		group = legacy;
	}
	return EFI_EXIT(create_event(type, notify_tpl, notify,
				     (void *)(uintptr_t)context, group, event));
}

/**
 * bs_signal_event() - SignalEvent (UEFI 2.10, 7.1.4)
 * @event: the event; all others of its group are signalled too
 *
 * Return: EFI_SUCCESS; EFI_INVALID_PARAMETER for what is no event
 */
efi_status_t EFIAPI bs_signal_event(efi_event_t event)
{
	struct event *found = event_find(event);

	EFI_ENTRY(SIGNAL_EVENT, event);

	if (!found)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	event_signal(found);
	return EFI_EXIT(EFI_SUCCESS);
}

/**
 * bs_close_event() - CloseEvent (UEFI 2.10, 7.1.3)
 * @event: the event; protocol notifications for it end too
 *
 * Return: EFI_SUCCESS; EFI_INVALID_PARAMETER for what is no event
 */
efi_status_t EFIAPI bs_close_event(efi_event_t event)
{
	struct event *found = event_find(event);

	EFI_ENTRY(CLOSE_EVENT, event);

	if (!found)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	tpl_unqueue(found);
	notify_forget(found);
	list_remove(&found->link);
	object_free(found, sizeof(*found));
	return EFI_EXIT(EFI_SUCCESS);
}

/* As CheckEvent; clears the state of an event that is signalled. */
static efi_status_t check(efi_event_t event)
{
	struct event *found = event_find(event);

	if (!found || found->type & EFI_EVT_NOTIFY_SIGNAL)
		return EFI_INVALID_PARAMETER;
	if (!found->signaled && found->type & EFI_EVT_NOTIFY_WAIT) {
		/* Its function may signal it, or even close it. */
		tpl_queue(found);
		tpl_restore(emu.protocols.events.tpl);
		found = event_find(event);
	}
	if (!found || !found->signaled)
		return EFI_NOT_READY;
	found->signaled = false;
	return EFI_SUCCESS;
}

/**
 * bs_check_event() - CheckEvent (UEFI 2.10, 7.1.6)
 * @event: an event not of type EFI_EVT_NOTIFY_SIGNAL
 *
 * Return: EFI_SUCCESS, once for each time it was signalled; EFI_NOT_READY;
 *         EFI_INVALID_PARAMETER
 */
efi_status_t EFIAPI bs_check_event(efi_event_t event)
{
	EFI_ENTRY(CHECK_EVENT, event);

	events_poll();
	return EFI_EXIT(check(event));
}

/*
 * Can anything ever end a wait? Without timer only the function of an event
 * that is waited for can, and ours for keys never does.
 */
static bool hopeless(u64 number, const efi_event_t *events)
{
	u64 i;

	if (timers_active())
		return false;
	for (i = 0; i < number; i++) {
		const struct event *event = event_find(events[i]);

		if (event && event->type & EFI_EVT_NOTIFY_WAIT &&
		    event != emu.protocols.text_input.key_event)
			return false;
	}
	return true;
}

/**
 * bs_wait_for_event() - WaitForEvent (UEFI 2.10, 7.1.5)
 * @number: number of events, not 0
 * @events: events not of type EFI_EVT_NOTIFY_SIGNAL
 * @index: which of them was signalled, or cannot be waited for
 *
 * A wait for what can never happen, such as a key on a console without keys,
 * ends in a reset, as any other failure does.
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER; EFI_UNSUPPORTED above
 *         TPL_APPLICATION
 */
efi_status_t EFIAPI bs_wait_for_event(u64 number, efi_event_t *events,
				      u64 *index)
{
	EFI_ENTRY(WAIT_FOR_EVENT, number, events);

	if (!number || !events || !index)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	if (emu.protocols.events.tpl != EFI_TPL_APPLICATION)
		return EFI_EXIT(EFI_UNSUPPORTED);
	for (;;) {
		u64 i;

		events_poll();
		for (i = 0; i < number; i++) {
			efi_status_t status = check(events[i]);

			if (status == EFI_NOT_READY)
				continue;
			*index = i;
			return EFI_EXIT(status);
		}
		if (hopeless(number, events))
			emulator_panic("WaitForEvent: nothing can happen");
		arch_pause();
	}
}
