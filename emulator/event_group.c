// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Event groups (UEFI 2.10, 7.1.3), and those that ExitBootServices signals.
 */
#include <emulator/emu.h>

static bool in_group(const struct event *event, const struct efi_guid *group)
{
	return event->grouped && guid_equal(&event->group, group);
}

static void signal_one(struct event *event)
{
	if (event->signaled)
		return;
	event->signaled = true;
	if (event->type & EFI_EVT_NOTIFY_SIGNAL)
		tpl_queue(event);
}

static void signal_group(const struct efi_guid *group, bool once)
{
	struct list *head = &emu.protocols.events.list, *link;
	/* All of them are signalled before any function runs. */
	efi_tpl_t tpl = tpl_raise(EFI_TPL_HIGH_LEVEL);

	list_for_each(link, head) {
		struct event *each = list_object(link, struct event, link);

		if (!in_group(each, group) || (once && each->told))
			continue;
		each->told = once;
		signal_one(each);
	}
	tpl_restore(tpl);
}

void event_group_signal(const struct efi_guid *group)
{
	signal_group(group, false);
}

void event_signal(efi_event_t event)
{
	struct event *found = event;
	efi_tpl_t tpl = tpl_raise(EFI_TPL_HIGH_LEVEL);

	if (found->grouped)
		event_group_signal(&found->group);
	else
		signal_one(found);
	tpl_restore(tpl);
}

void events_before_exit_boot(void)
{
	signal_group(&EFI_EVENT_GROUP_BEFORE_EXIT_BOOT_SERVICES, true);
}

void events_exit_boot(void)
{
	timers_stop();
	event_group_signal(&EFI_EVENT_GROUP_EXIT_BOOT_SERVICES);
	/* A caller that raised the level must not keep them from running. */
	tpl_restore(EFI_TPL_APPLICATION);
}
