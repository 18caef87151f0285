// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Events, event groups and task priority levels (UEFI 2.10, 7.1); timers.c
 * has those that need time to pass.
 */
#include "selftest.h"

struct counter {
	EFI_EVENT event; /* that notified last */
	UINTN count;
	UINTN order; /* when it was notified, see next_order */
	UINTN *next_order;
};

static VOID EFIAPI count(EFI_EVENT event, VOID *context)
{
	struct counter *counter = context;

	counter->event = event;
	counter->count++;
	if (counter->next_order)
		counter->order = ++*counter->next_order;
}

static EFI_EVENT create(struct selftest *st, UINT32 type, EFI_TPL tpl,
			struct counter *counter)
{
	EFI_EVENT event = NULL;

	if (!EXPECT_STATUS(st,
			   st->boot->CreateEvent(type, tpl,
						 counter ? count : NULL,
						 counter, &event),
			   EFI_SUCCESS))
		return NULL;
	EXPECT(st, event);
	return event;
}

static void close(struct selftest *st, EFI_EVENT event)
{
	if (event)
		EXPECT_STATUS(st, st->boot->CloseEvent(event), EFI_SUCCESS);
}

static EFI_STATUS try(struct selftest *st, UINT32 type, EFI_TPL tpl,
		      EFI_EVENT_NOTIFY notify)
{
	EFI_EVENT event;
	EFI_STATUS status;

	status = st->boot->CreateEvent(type, tpl, notify, NULL, &event);
	if (status == EFI_SUCCESS)
		st->boot->CloseEvent(event);
	return status;
}

static void events_create_invalid(struct selftest *st)
{
	EXPECT_STATUS(st,
		      st->boot->CreateEvent(0, TPL_CALLBACK, NULL, NULL, NULL),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      try(st, EVT_NOTIFY_SIGNAL | EVT_NOTIFY_WAIT, TPL_CALLBACK,
			  count),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, try(st, EVT_NOTIFY_SIGNAL, TPL_CALLBACK, NULL),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, try(st, EVT_NOTIFY_WAIT, TPL_CALLBACK, NULL),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, try(st, EVT_NOTIFY_SIGNAL, 3, count),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, try(st, EVT_NOTIFY_SIGNAL, TPL_HIGH_LEVEL + 1, count),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, try(st, 0x00000400, TPL_CALLBACK, count),
		      EFI_INVALID_PARAMETER);
}

static void events_plain(struct selftest *st)
{
	EFI_EVENT event = create(st, 0, TPL_APPLICATION, NULL);

	if (!event)
		return;
	EXPECT_STATUS(st, st->boot->CheckEvent(event), EFI_NOT_READY);
	EXPECT_STATUS(st, st->boot->SignalEvent(event), EFI_SUCCESS);
	EXPECT_STATUS(st, st->boot->SignalEvent(event), EFI_SUCCESS);
	EXPECT_STATUS(st, st->boot->CheckEvent(event), EFI_SUCCESS);
	EXPECT_STATUS(st, st->boot->CheckEvent(event), EFI_NOT_READY);
	close(st, event);
}

static void events_notify_signal(struct selftest *st)
{
	struct counter counter = {};
	EFI_EVENT event = create(st, EVT_NOTIFY_SIGNAL, TPL_CALLBACK, &counter);

	if (!event)
		return;
	EXPECT(st, counter.count == 0);
	EXPECT_STATUS(st, st->boot->SignalEvent(event), EFI_SUCCESS);
	EXPECT(st, counter.count == 1);
	EXPECT(st, counter.event == event);
	EXPECT_STATUS(st, st->boot->SignalEvent(event), EFI_SUCCESS);
	EXPECT(st, counter.count == 2);
	EXPECT_STATUS(st, st->boot->CheckEvent(event), EFI_INVALID_PARAMETER);
	close(st, event);
}

static VOID EFIAPI signal_itself(EFI_EVENT event, VOID *context)
{
	struct selftest *st = context;

	st->boot->SignalEvent(event);
}

static void events_notify_wait(struct selftest *st)
{
	struct counter counter = {};
	EFI_EVENT event = create(st, EVT_NOTIFY_WAIT, TPL_CALLBACK, &counter);
	EFI_EVENT willing = NULL;

	if (!event)
		return;
	/* Asking notifies; the event is ready only once it is signalled. */
	EXPECT_STATUS(st, st->boot->CheckEvent(event), EFI_NOT_READY);
	EXPECT(st, counter.count == 1);
	EXPECT_STATUS(st, st->boot->SignalEvent(event), EFI_SUCCESS);
	EXPECT_STATUS(st, st->boot->CheckEvent(event), EFI_SUCCESS);
	close(st, event);
	EXPECT_STATUS(st,
		      st->boot->CreateEvent(EVT_NOTIFY_WAIT, TPL_CALLBACK,
					    signal_itself, st, &willing),
		      EFI_SUCCESS);
	EXPECT_STATUS(st, st->boot->CheckEvent(willing), EFI_SUCCESS);
	close(st, willing);
}

static void events_wait_for(struct selftest *st)
{
	EFI_EVENT events[3] = { create(st, 0, TPL_APPLICATION, NULL),
				create(st, 0, TPL_APPLICATION, NULL),
				create(st, 0, TPL_APPLICATION, NULL) };
	UINTN index = 77;

	/* Without the signal the call would never return. */
	if (events[0] && events[1] && events[2] &&
	    EXPECT_STATUS(st, st->boot->SignalEvent(events[1]), EFI_SUCCESS)) {
		EXPECT_STATUS(st, st->boot->WaitForEvent(3, events, &index),
			      EFI_SUCCESS);
		EXPECT(st, index == 1);
		EXPECT_STATUS(st, st->boot->CheckEvent(events[1]),
			      EFI_NOT_READY);
	}
	for (int i = 0; i < 3; i++)
		close(st, events[i]);
}

static void events_wait_for_invalid(struct selftest *st)
{
	struct counter counter = {};
	EFI_EVENT event = create(st, EVT_NOTIFY_SIGNAL, TPL_CALLBACK, &counter);
	EFI_EVENT plain = create(st, 0, TPL_CALLBACK, NULL);
	UINTN index = 77;
	EFI_TPL old;

	EXPECT_STATUS(st, st->boot->WaitForEvent(0, &event, &index),
		      EFI_INVALID_PARAMETER);
	if (event)
		EXPECT_STATUS(st, st->boot->WaitForEvent(1, &event, &index),
			      EFI_INVALID_PARAMETER);
	EXPECT(st, !event || index == 0);
	if (plain &&
	    EXPECT_STATUS(st, st->boot->SignalEvent(plain), EFI_SUCCESS)) {
		old = st->boot->RaiseTPL(TPL_CALLBACK);
		EXPECT_STATUS(st, st->boot->WaitForEvent(1, &plain, &index),
			      EFI_UNSUPPORTED);
		st->boot->RestoreTPL(old);
	}
	close(st, event);
	close(st, plain);
}

static EFI_EVENT create_in_group(struct selftest *st, EFI_GUID *group,
				 struct counter *counter)
{
	EFI_EVENT event = NULL;

	if (!EXPECT_STATUS(st,
			   st->boot->CreateEventEx(EVT_NOTIFY_SIGNAL,
						   TPL_CALLBACK, count, counter,
						   group, &event),
			   EFI_SUCCESS))
		return NULL;
	return event;
}

static void events_group(struct selftest *st)
{
	static EFI_GUID group = {
		0x5c1f2b30, 0x70f1, 0x4d43, { 1, 2, 3, 4, 5, 6, 7, 8 }
	};
	static EFI_GUID other = {
		0x5c1f2b30, 0x70f1, 0x4d43, { 1, 2, 3, 4, 5, 6, 7, 9 }
	};
	struct counter counters[3] = {};
	EFI_EVENT one = create_in_group(st, &group, &counters[0]);
	EFI_EVENT two = create_in_group(st, &group, &counters[1]);
	EFI_EVENT alien = create_in_group(st, &other, &counters[2]);

	if (one && two && alien) {
		EXPECT_STATUS(st, st->boot->SignalEvent(one), EFI_SUCCESS);
		EXPECT(st, counters[0].count == 1);
		EXPECT(st, counters[1].count == 1);
		EXPECT(st, counters[2].count == 0);
		close(st, two);
		EXPECT_STATUS(st, st->boot->SignalEvent(one), EFI_SUCCESS);
		EXPECT(st, counters[0].count == 2);
		EXPECT(st, counters[1].count == 1);
		two = NULL;
	}
	close(st, one);
	close(st, two);
	close(st, alien);
}

/* The two types that are groups can't be put into another one. */
static void events_group_invalid(struct selftest *st)
{
	static EFI_GUID group = {
		0x5c1f2b30, 0x70f1, 0x4d43, { 1, 2, 3, 4, 5, 6, 7, 8 }
	};
	EFI_EVENT event;

	EXPECT_STATUS(st,
		      st->boot->CreateEventEx(EVT_SIGNAL_EXIT_BOOT_SERVICES,
					      TPL_CALLBACK, count, NULL, &group,
					      &event),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      st->boot->CreateEventEx(EVT_SIGNAL_VIRTUAL_ADDRESS_CHANGE,
					      TPL_CALLBACK, count, NULL, &group,
					      &event),
		      EFI_INVALID_PARAMETER);
}

static void events_tpl(struct selftest *st)
{
	EFI_TPL old = st->boot->RaiseTPL(TPL_CALLBACK);

	EXPECT(st, old == TPL_APPLICATION);
	EXPECT(st, st->boot->RaiseTPL(TPL_NOTIFY) == TPL_CALLBACK);
	EXPECT(st, st->boot->RaiseTPL(TPL_NOTIFY) == TPL_NOTIFY);
	st->boot->RestoreTPL(TPL_CALLBACK);
	EXPECT(st, st->boot->RaiseTPL(TPL_NOTIFY) == TPL_CALLBACK);
	st->boot->RestoreTPL(old);
	EXPECT(st, st->boot->RaiseTPL(TPL_CALLBACK) == TPL_APPLICATION);
	st->boot->RestoreTPL(old);
}

static void events_tpl_defers(struct selftest *st)
{
	struct counter counter = {};
	EFI_EVENT event = create(st, EVT_NOTIFY_SIGNAL, TPL_CALLBACK, &counter);
	EFI_TPL old;

	if (!event)
		return;
	old = st->boot->RaiseTPL(TPL_NOTIFY);
	EXPECT_STATUS(st, st->boot->SignalEvent(event), EFI_SUCCESS);
	EXPECT(st, counter.count == 0);
	st->boot->RestoreTPL(old);
	EXPECT(st, counter.count == 1);
	close(st, event);
}

/* Whoever has the higher level is notified first. */
static void events_tpl_order(struct selftest *st)
{
	UINTN order = 0;
	struct counter low = { .next_order = &order };
	struct counter high = { .next_order = &order };
	EFI_EVENT one = create(st, EVT_NOTIFY_SIGNAL, TPL_CALLBACK, &low);
	EFI_EVENT two = create(st, EVT_NOTIFY_SIGNAL, TPL_NOTIFY, &high);
	EFI_TPL old;

	if (one && two) {
		old = st->boot->RaiseTPL(TPL_HIGH_LEVEL);
		EXPECT_STATUS(st, st->boot->SignalEvent(one), EFI_SUCCESS);
		EXPECT_STATUS(st, st->boot->SignalEvent(two), EFI_SUCCESS);
		st->boot->RestoreTPL(old);
		EXPECT(st, high.order == 1);
		EXPECT(st, low.order == 2);
	}
	close(st, one);
	close(st, two);
}

const struct check event_checks[] = {
	{ "events.create_invalid", events_create_invalid, PHASE_BOOT },
	{ "events.plain", events_plain, PHASE_BOOT },
	{ "events.notify_signal", events_notify_signal, PHASE_BOOT },
	{ "events.notify_wait", events_notify_wait, PHASE_BOOT },
	{ "events.wait_for", events_wait_for, PHASE_BOOT },
	{ "events.wait_for_invalid", events_wait_for_invalid, PHASE_BOOT },
	{ "events.group", events_group, PHASE_BOOT },
	{ "events.group_invalid", events_group_invalid, PHASE_BOOT },
	{ "events.tpl", events_tpl, PHASE_BOOT },
	{ "events.tpl_defers", events_tpl_defers, PHASE_BOOT },
	{ "events.tpl_order", events_tpl_order, PHASE_BOOT },
	{},
};
