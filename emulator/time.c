// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stall and its neighbours (UEFI 2.10, 7.5), and the end of a payload that has
 * given up: systemd-stub answers a failed assertion with Stall(60 s) for ever,
 * which on a machine without anybody in front of it is a hang.
 */
#include <emulator/emu.h>
#include <emulator/time.h>

#define SECOND 1000000ULL /* in microseconds */
#define LONG_STALL (30 * SECOND)
#define STALL_TOTAL (180 * SECOND)

/* If K1 did not know: faster than any, so that no Stall is too short. */
#define UNKNOWN_FREQUENCY 10000000000ULL

/* Seconds apart from their fractions, so that nothing overflows. */
u64 time_ticks(u64 microseconds)
{
	u64 frequency = emu.handoff->timer_frequency;

	if (!frequency || frequency > UNKNOWN_FREQUENCY)
		frequency = UNKNOWN_FREQUENCY;
	return microseconds / SECOND * frequency +
	       microseconds % SECOND * frequency / SECOND;
}

static void wait(u64 microseconds)
{
	u64 ticks = time_ticks(microseconds), start = arch_ticks();

	while (arch_ticks() - start < ticks) {
		arch_pause();
		events_poll();
	}
}

/* @call: number of this call of Stall */
static void refuse_endless(u32 call, u64 microseconds)
{
	bool again = emu.last_stall && emu.last_stall == call - 1;

	emu.last_stall = microseconds >= LONG_STALL ? call : 0;
	if (emu.last_stall && again)
		emulator_panic("the payload waits for ever");
	if (microseconds > STALL_TOTAL ||
	    emu.stalled + microseconds > STALL_TOTAL)
		emulator_panic(
			"the payload waited %lu s in all, wants %lu more",
			emu.stalled / SECOND, microseconds / SECOND);
	emu.stalled += microseconds;
}

/**
 * bs_stall() - Stall (UEFI 2.10, 7.5.3)
 * @microseconds: how long at least
 *
 * Resets the machine at the second of two long calls without any other between
 * them, and when the sum of all exceeds what a boot can need.
 *
 * Return: EFI_SUCCESS
 */
efi_status_t EFIAPI bs_stall(u64 microseconds)
{
	EFI_ENTRY(STALL, microseconds);

	refuse_endless(trace_id, microseconds);
	wait(microseconds);
	return EFI_EXIT(EFI_SUCCESS);
}

/**
 * bs_set_watchdog_timer() - SetWatchdogTimer (UEFI 2.10, 7.5.1)
 * @timeout: seconds, 0 stops it
 * @code: of the caller
 * @data_size: bytes of @data
 * @data: description
 *
 * Accepted and without effect: nothing here runs beside the payload, and that
 * it hangs is what K1's administrator would set a hardware watchdog for.
 *
 * Return: EFI_SUCCESS; EFI_INVALID_PARAMETER for a code of the firmware
 */
efi_status_t EFIAPI bs_set_watchdog_timer(u64 timeout, u64 code, u64 data_size,
					  efi_char16_t *data)
{
	EFI_ENTRY(SET_WATCHDOG_TIMER, timeout, code, data_size, data);

	return EFI_EXIT(code && code <= 0xffff ? EFI_INVALID_PARAMETER :
						 EFI_SUCCESS);
}

/**
 * bs_get_next_monotonic_count() - GetNextMonotonicCount (UEFI 2.10, 7.5.2)
 * @count: where to put it
 *
 * There is no store that would make a count monotonic across boots.
 *
 * Return: EFI_DEVICE_ERROR (as EBBR 2.4 asks), EFI_INVALID_PARAMETER
 */
efi_status_t EFIAPI bs_get_next_monotonic_count(u64 *count)
{
	EFI_ENTRY(GET_NEXT_MONOTONIC_COUNT, count);

	return EFI_EXIT(count ? EFI_DEVICE_ERROR : EFI_INVALID_PARAMETER);
}
