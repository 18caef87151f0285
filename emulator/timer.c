// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Timers (UEFI 2.10, 7.1.7), polled against the counter of the processor.
 */
#include <emulator/emu.h>

#define UNITS_PER_SECOND 10000000ULL /* of 100 ns */

/* A timer of period 0 fires at every tick of firmware's clock: 10 ms. */
#define TICK_UNITS 100000ULL

static u64 units_to_ticks(u64 units)
{
	u64 frequency = emu.handoff->timer_frequency, ticks;

	if (!checked_mul(units / UNITS_PER_SECOND, frequency, &ticks) ||
	    !checked_add(ticks,
			 units % UNITS_PER_SECOND * frequency /
				 UNITS_PER_SECOND,
			 &ticks))
		return ~0ULL;
	return ticks;
}

/* Some centuries from now is never, and must not wrap. */
static u64 after(u64 now, u64 ticks)
{
	u64 due;

	return checked_add(now, ticks, &due) ? due : ~0ULL;
}

bool timers_active(void)
{
	struct list *head = &emu.protocols.events.list, *link;

	list_for_each(link, head)
		if (list_object(link, struct event, link)->timed)
			return true;
	return false;
}

void timers_stop(void)
{
	struct list *head = &emu.protocols.events.list, *link;

	list_for_each(link, head)
		list_object(link, struct event, link)->timed = false;
}

static bool map_changed(void)
{
	struct events *events = &emu.protocols.events;

	if (events->map_key == emu.map.key)
		return false;
	events->map_key = emu.map.key;
	return true;
}

static void poll_timer(struct event *event, u64 now)
{
	if (!event->timed || now < event->due)
		return;
	if (event->period)
		event->due = after(now, event->period);
	else
		event->timed = false;
	event_signal(event);
}

void events_poll(void)
{
	struct list *head = &emu.protocols.events.list, *link;
	/* No function runs, and so no event goes, while the list is walked. */
	efi_tpl_t tpl = tpl_raise(EFI_TPL_HIGH_LEVEL);
	u64 now = arch_ticks();

	if (map_changed())
		event_group_signal(&EFI_EVENT_GROUP_MEMORY_MAP_CHANGE);
	list_for_each(link, head)
		poll_timer(list_object(link, struct event, link), now);
	tpl_restore(tpl);
}

/**
 * bs_set_timer() - SetTimer (UEFI 2.10, 7.1.7)
 * @event: of type EFI_EVT_TIMER
 * @delay: enum efi_timer_delay
 * @trigger_time: in 100 ns; 0: at the next tick, for periodic ones every tick
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER
 */
efi_status_t EFIAPI bs_set_timer(efi_event_t event, u32 delay, u64 trigger_time)
{
	struct event *found = event_find(event);
	u64 ticks;

	EFI_ENTRY(SET_TIMER, event, delay, trigger_time);

	if (!found || !(found->type & EFI_EVT_TIMER) ||
	    delay > EFI_TIMER_RELATIVE)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	ticks = units_to_ticks(trigger_time ? trigger_time : TICK_UNITS);
	found->timed = delay != EFI_TIMER_CANCEL;
	/* Never 0, which would mean "once", whatever the frequency. */
	found->period = delay == EFI_TIMER_PERIODIC ? ticks + !ticks : 0;
	found->due = after(arch_ticks(), ticks);
	return EFI_EXIT(EFI_SUCCESS);
}
