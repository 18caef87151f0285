// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A clock in nanoseconds that runs ahead while somebody waits for long: a
 * payload that stalls for ten seconds need not take ten seconds here.
 */
#include <time.h>

#include <arch/host/child.h>

#define PAUSE 1000000ULL /* what a turn of a waiting loop then takes */
#define PATIENCE 2000000000ULL /* waiting, in all, that takes real time */

static u64 ahead;
static u64 waited;
static u64 last_pause;

static u64 now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (u64)time.tv_sec * 1000000000 + (u64)time.tv_nsec;
}

u64 arch_ticks(void)
{
	return now() + ahead;
}

void arch_pause(void)
{
	u64 time = now();

	if (waited > PATIENCE)
		ahead += PAUSE;
	else if (time - last_pause < PAUSE)
		waited += time - last_pause;
	last_pause = time;
}
