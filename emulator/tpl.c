// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Task priority levels: which notification function runs when (UEFI 2.10,
 * 7.1.8, 7.1.9). Highest level first, and first come first served on a level.
 */
#include <emulator/emu.h>

static struct event *first_pending(void)
{
	struct list *head = &emu.protocols.events.pending;
	struct list *link = list_next(head, head);

	return link ? list_object(link, struct event, pending) : NULL;
}

void tpl_queue(struct event *event)
{
	struct list *head = &emu.protocols.events.pending, *at;

	if (event->queued)
		return;
	list_for_each(at, head)
		if (list_object(at, struct event, pending)->notify_tpl <
		    event->notify_tpl)
			break;
	list_insert(head, at ? at : head, &event->pending);
	event->queued = true;
}

void tpl_unqueue(struct event *event)
{
	if (!event->queued)
		return;
	list_remove(&event->pending);
	event->queued = false;
}

static void run(struct event *event)
{
	tpl_unqueue(event);
	/* Signalled until its function is called (UEFI 2.10, 7.1.1). */
	if (event->type & EFI_EVT_NOTIFY_SIGNAL)
		event->signaled = false;
	/* The function may close the event: not to be touched afterwards. */
	event->notify(event, event->context);
}

efi_tpl_t tpl_raise(efi_tpl_t tpl)
{
	struct events *events = &emu.protocols.events;
	efi_tpl_t old = events->tpl;

	if (tpl > old)
		events->tpl = tpl;
	return old;
}

void tpl_restore(efi_tpl_t tpl)
{
	struct events *events = &emu.protocols.events;
	struct event *event;

	while ((event = first_pending()) && event->notify_tpl > tpl) {
		events->tpl = event->notify_tpl;
		run(event);
	}
	events->tpl = tpl;
}

/**
 * bs_raise_tpl() - RaiseTPL (UEFI 2.10, 7.1.8)
 * @new_tpl: a level above the current one; a lower one has no effect
 *
 * Return: the level before
 */
efi_tpl_t EFIAPI bs_raise_tpl(efi_tpl_t new_tpl)
{
	EFI_ENTRY(RAISE_TPL, new_tpl);

	if (new_tpl > EFI_TPL_HIGH_LEVEL)
		new_tpl = EFI_TPL_HIGH_LEVEL;
	return EFI_EXIT(tpl_raise(new_tpl));
}

/**
 * bs_restore_tpl() - RestoreTPL (UEFI 2.10, 7.1.9)
 * @old_tpl: what RaiseTPL returned; a higher level has no effect
 */
void EFIAPI bs_restore_tpl(efi_tpl_t old_tpl)
{
	EFI_ENTRY(RESTORE_TPL, old_tpl);

	if (old_tpl < EFI_TPL_APPLICATION)
		old_tpl = EFI_TPL_APPLICATION;
	events_poll();
	if (old_tpl <= emu.protocols.events.tpl)
		tpl_restore(old_tpl);
	EFI_EXIT(EFI_SUCCESS);
}
