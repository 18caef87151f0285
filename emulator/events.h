/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events, timers and task priority levels (UEFI 2.10, 7.1). There is one
 * processor and no interrupt: time passes where the payload waits, in
 * events_poll().
 */
#ifndef EMULATOR_EVENTS_H
#define EMULATOR_EVENTS_H

#include <emulator/list.h>
#include <kexec_pe/efi.h>

struct event {
	struct list link;
	struct list pending; /* in events.pending if queued */
	u32 type; /* EFI_EVT_* */
	bool signaled;
	bool queued;
	bool grouped;
	bool told; /* of BEFORE_EXIT_BOOT_SERVICES, which comes once */
	bool timed;
	efi_tpl_t notify_tpl;
	efi_event_notify_t notify;
	void *context;
	struct efi_guid group;
	u64 due; /* ticks */
	u64 period; /* ticks; 0: fires once */
};

struct events {
	struct list list; /* struct event, in order of creation */
	struct list pending; /* to be notified: highest level, oldest first */
	efi_tpl_t tpl; /* current level */
	u64 map_key; /* that EFI_EVENT_GROUP_MEMORY_MAP_CHANGE was told of */
};

/* events.c */

/**
 * events_start() - begin at TPL_APPLICATION
 */
void events_start(void);

/**
 * event_find() - is this an event?
 * @event: a payload's idea of an event; not dereferenced
 *
 * Return: the event, NULL when there is none such (any more)
 */
struct event *event_find(efi_event_t event);

/**
 * event_create() - make an event
 * @type: EFI_EVT_*
 * @tpl: level of @notify
 * @notify: for EFI_EVT_NOTIFY_*
 * @context: for @notify
 * @group: group that it belongs to, or NULL
 *
 * Return: the event, NULL when there is no memory
 */
struct event *event_create(u32 type, efi_tpl_t tpl, efi_event_notify_t notify,
			   void *context, const struct efi_guid *group);

/**
 * event_signal() - signal an event, or all of its group
 * @event: a valid event
 *
 * Notification functions above the current level run before it returns.
 */
void event_signal(efi_event_t event);

/* event_group.c */

/**
 * event_group_signal() - signal all events of a group
 * @group: the group
 */
void event_group_signal(const struct efi_guid *group);

/* timer.c */

/**
 * events_poll() - signal what time, or a new memory map, has brought about
 *
 * Called wherever the payload waits: WaitForEvent, CheckEvent, Stall,
 * RestoreTPL.
 */
void events_poll(void);

/**
 * timers_stop() - cancel all timers
 */
void timers_stop(void);

/**
 * timers_active() - is there a timer to wait for?
 *
 * Return: true when there is
 */
bool timers_active(void);

/* tpl.c */

/**
 * tpl_raise() - raise the level, unless it is higher already
 * @tpl: EFI_TPL_*
 *
 * Return: level to give to tpl_restore()
 */
efi_tpl_t tpl_raise(efi_tpl_t tpl);

/**
 * tpl_restore() - lower the level, run notification functions above it
 * @tpl: EFI_TPL_*
 */
void tpl_restore(efi_tpl_t tpl);

/**
 * tpl_queue() - let an event's notification function run when the level allows
 * @event: the event
 */
void tpl_queue(struct event *event);

/**
 * tpl_unqueue() - forget a notification function that has not run yet
 * @event: the event
 */
void tpl_unqueue(struct event *event);

#endif /* EMULATOR_EVENTS_H */
