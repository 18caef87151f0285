// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stall (UEFI 2.10, 7.5.2), timers (7.1.7) and what else counts time. Machines
 * under test are slow and shared: nothing here has an upper limit but those
 * that keep a broken timer from hanging the test.
 */
#include "arch.h"
#include "selftest.h"

#define MS 10000ULL /* in the 100 ns of SetTimer */
#define PATIENCE 2000 /* milliseconds that a timer may be late */

static VOID EFIAPI count(EFI_EVENT event, VOID *context)
{
	(void)event;
	++*(volatile UINTN *)context;
}

static UINT64 stall_ticks(struct selftest *st, UINTN microseconds)
{
	UINT64 start = arch_ticks();

	EXPECT_STATUS(st, st->boot->Stall(microseconds), EFI_SUCCESS);
	return arch_ticks() - start;
}

/*
 * The shortest of a few is the truest. Ten times the wait is somewhere between
 * five and twenty times the ticks, or Stall does not measure time.
 */
static void timers_stall(struct selftest *st)
{
	UINT64 shorter = ~0ULL, longer = ~0ULL;

	for (int i = 0; i < 5; i++) {
		UINT64 a = stall_ticks(st, 5000), b = stall_ticks(st, 50000);

		shorter = a < shorter ? a : shorter;
		longer = b < longer ? b : longer;
	}
	EXPECT(st, longer > 50000 * arch_ticks_least);
	EXPECT(st, longer > shorter * 5);
	EXPECT(st, longer < shorter * 20);
}

static void timers_stall_zero(struct selftest *st)
{
	EXPECT_STATUS(st, st->boot->Stall(0), EFI_SUCCESS);
}

static EFI_EVENT timer(struct selftest *st)
{
	EFI_EVENT event = NULL;

	EXPECT_STATUS(st,
		      st->boot->CreateEvent(EVT_TIMER, TPL_APPLICATION, NULL,
					    NULL, &event),
		      EFI_SUCCESS);
	return event;
}

/* Waits with Stall, so that a timer that never comes does not hang. */
static bool comes(struct selftest *st, EFI_EVENT event)
{
	for (int i = 0; i < PATIENCE; i++) {
		if (st->boot->CheckEvent(event) == EFI_SUCCESS)
			return true;
		st->boot->Stall(1000);
	}
	return false;
}

static void timers_relative(struct selftest *st)
{
	EFI_EVENT event = timer(st);
	UINT64 start, least;

	if (!event)
		return;
	least = stall_ticks(st, 20000) / 2;
	start = arch_ticks();
	EXPECT_STATUS(st, st->boot->SetTimer(event, TimerRelative, 200 * MS),
		      EFI_SUCCESS);
	EXPECT_STATUS(st, st->boot->CheckEvent(event), EFI_NOT_READY);
	EXPECT(st, comes(st, event));
	EXPECT(st, arch_ticks() - start > least);
	/* Once only. */
	st->boot->Stall(50000);
	EXPECT_STATUS(st, st->boot->CheckEvent(event), EFI_NOT_READY);
	EXPECT_STATUS(st, st->boot->CloseEvent(event), EFI_SUCCESS);
}

static void timers_periodic(struct selftest *st)
{
	EFI_EVENT event = timer(st);

	if (!event)
		return;
	EXPECT_STATUS(st, st->boot->SetTimer(event, TimerPeriodic, 10 * MS),
		      EFI_SUCCESS);
	for (int i = 0; i < 3; i++)
		if (!EXPECT(st, comes(st, event)))
			break;
	EXPECT_STATUS(st, st->boot->SetTimer(event, TimerCancel, 0),
		      EFI_SUCCESS);
	st->boot->CheckEvent(event); /* what had come before that */
	st->boot->Stall(30000);
	EXPECT_STATUS(st, st->boot->CheckEvent(event), EFI_NOT_READY);
	EXPECT_STATUS(st, st->boot->CloseEvent(event), EFI_SUCCESS);
}

/* WaitForEvent must let time pass. */
static void timers_wait_for(struct selftest *st)
{
	EFI_EVENT event = timer(st);
	UINTN index = 77;

	if (!event)
		return;
	if (EXPECT_STATUS(st, st->boot->SetTimer(event, TimerRelative, 5 * MS),
			  EFI_SUCCESS) &&
	    EXPECT(st, comes(st, event))) {
		EXPECT_STATUS(st,
			      st->boot->SetTimer(event, TimerRelative, 5 * MS),
			      EFI_SUCCESS);
		EXPECT_STATUS(st, st->boot->WaitForEvent(1, &event, &index),
			      EFI_SUCCESS);
		EXPECT(st, index == 0);
	}
	EXPECT_STATUS(st, st->boot->CloseEvent(event), EFI_SUCCESS);
}

static void timers_notify(struct selftest *st)
{
	volatile UINTN counter = 0;
	EFI_EVENT event = NULL;

	EXPECT_STATUS(st,
		      st->boot->CreateEvent(EVT_TIMER | EVT_NOTIFY_SIGNAL,
					    TPL_CALLBACK, count,
					    (void *)&counter, &event),
		      EFI_SUCCESS);
	if (!event)
		return;
	EXPECT_STATUS(st, st->boot->SetTimer(event, TimerRelative, 5 * MS),
		      EFI_SUCCESS);
	for (int i = 0; i < PATIENCE && !counter; i++)
		st->boot->Stall(1000);
	EXPECT(st, counter == 1);
	EXPECT_STATUS(st, st->boot->CloseEvent(event), EFI_SUCCESS);
}

static void timers_invalid(struct selftest *st)
{
	EFI_EVENT event = timer(st), plain = NULL;

	if (!event)
		return;
	EXPECT_STATUS(st, st->boot->SetTimer(event, TimerTypeMax, 0),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      st->boot->CreateEvent(0, TPL_APPLICATION, NULL, NULL,
					    &plain),
		      EFI_SUCCESS);
	EXPECT_STATUS(st, st->boot->SetTimer(plain, TimerRelative, MS),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, st->boot->CloseEvent(plain), EFI_SUCCESS);
	EXPECT_STATUS(st, st->boot->CloseEvent(event), EFI_SUCCESS);
}

static void timers_watchdog(struct selftest *st)
{
	EXPECT_STATUS(st, st->boot->SetWatchdogTimer(300, 0x10000, 0, NULL),
		      EFI_SUCCESS);
	EXPECT_STATUS(st, st->boot->SetWatchdogTimer(0, 0, 0, NULL),
		      EFI_SUCCESS);
}

static void timers_monotonic(struct selftest *st)
{
	UINT64 first = 0, second = 0;
	EFI_STATUS status = st->boot->GetNextMonotonicCount(&first);

	/* EBBR 2.4: a platform without one says so. */
	if (status == EFI_DEVICE_ERROR || status == EFI_UNSUPPORTED) {
		selftest_skip(st, "%r", status);
		return;
	}
	EXPECT_STATUS(st, status, EFI_SUCCESS);
	EXPECT_STATUS(st, st->boot->GetNextMonotonicCount(&second),
		      EFI_SUCCESS);
	EXPECT(st, second > first);
	EXPECT_STATUS(st, st->boot->GetNextMonotonicCount(NULL),
		      EFI_INVALID_PARAMETER);
}

static void timers_get_time(struct selftest *st)
{
	EFI_TIME time;
	EFI_STATUS status = st->runtime->GetTime(&time, NULL);

	if (status == EFI_UNSUPPORTED || status == EFI_DEVICE_ERROR) {
		selftest_skip(st, "%r", status);
		return;
	}
	EXPECT_STATUS(st, status, EFI_SUCCESS);
	EXPECT(st, time.Year >= 1998 && time.Year <= 2099);
	EXPECT(st, time.Month >= 1 && time.Month <= 12);
	EXPECT(st, time.Day >= 1 && time.Day <= 31);
	EXPECT(st, time.Hour < 24 && time.Minute < 60 && time.Second < 60);
	EXPECT_STATUS(st, st->runtime->GetTime(NULL, NULL),
		      EFI_INVALID_PARAMETER);
}

const struct check timer_checks[] = {
	{ "timers.stall", timers_stall, PHASE_BOOT },
	{ "timers.stall_zero", timers_stall_zero, PHASE_BOOT },
	{ "timers.relative", timers_relative, PHASE_BOOT },
	{ "timers.periodic", timers_periodic, PHASE_BOOT },
	{ "timers.wait_for", timers_wait_for, PHASE_BOOT },
	{ "timers.notify", timers_notify, PHASE_BOOT },
	{ "timers.invalid", timers_invalid, PHASE_BOOT },
	{ "timers.watchdog", timers_watchdog, PHASE_BOOT },
	{ "timers.monotonic", timers_monotonic, PHASE_BOOT },
	{ "timers.get_time", timers_get_time, PHASE_BOOT },
	{},
};
