// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Brings the test kernel into a bad state, in the context of the process that
 * loads it. how=
 *
 *	spin	every other CPU spins for ever, with interrupts off
 *	irq	panics in the handler of a timer's interrupt
 *	lock	panics with interrupts off, holding a spinlock and the console
 *	tables	scribbles over page tables that a crash has no need of, and over
 *		the descriptors of this CPU that it has no need of
 *
 * Only spin and tables come back.
 */
#include <linux/console.h>
#include <linux/hrtimer.h>
#include <linux/module.h>
#include <linux/panic.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#define DELAY_MS 20

static char *how = "";
module_param(how, charp, 0);

static DEFINE_SPINLOCK(lock);
static struct hrtimer timer;
static atomic_t spinning;

static void spin(void *unused)
{
	atomic_inc(&spinning);
	local_irq_disable();
	for (;;)
		cpu_relax();
}

static int spin_others(void)
{
	smp_call_function(spin, NULL, 0);
	while (atomic_read(&spinning) + 1 < num_online_cpus())
		cpu_relax();
	pr_alert("kpe_crash: %d CPUs spin\n", atomic_read(&spinning));
	return 0;
}

static enum hrtimer_restart in_interrupt_of_timer(struct hrtimer *unused)
{
	if (in_hardirq())
		panic("kpe_crash: in an interrupt handler");
	return HRTIMER_NORESTART;
}

static void __noreturn panic_in_interrupt(void)
{
	hrtimer_init(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	timer.function = in_interrupt_of_timer;
	hrtimer_start(&timer, ms_to_ktime(DELAY_MS),
		      HRTIMER_MODE_REL_PINNED_HARD);
	for (;;)
		cpu_relax();
}

static void __noreturn panic_with_locks(void)
{
	console_lock();
	spin_lock_irq(&lock);
	panic("kpe_crash: with locks held");
}

static int __init kpe_crash_init(void)
{
	if (!strcmp(how, "spin"))
		return spin_others();
	if (!strcmp(how, "irq"))
		panic_in_interrupt();
	if (!strcmp(how, "lock"))
		panic_with_locks();
	return -EINVAL;
}
module_init(kpe_crash_init);

MODULE_DESCRIPTION("Crashes the test kernel");
MODULE_LICENSE("GPL");
