// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Brings the test kernel into a bad state, in the context of the process that
 * loads it. how=
 *
 *	spin	panics while every other CPU spins, with interrupts off
 *	irq	panics in the handler of a timer's interrupt
 *	lock	panics with interrupts off, holding a spinlock and the console
 *	tables	panics after it scribbled over the process's page tables and, on
 *		x86, over what its CPU's descriptor table has for user space
 *	flip	flips a bit of the byte at physical address at=, wherever the
 *		kernel has write-protected it or taken it out of its own map
 *
 * Only flip comes back.
 */
#include <linux/console.h>
#include <linux/hrtimer.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/panic.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

#ifdef CONFIG_X86
#include <asm/desc.h>
#endif

#define DELAY_MS 20
#define BIT_TO_FLIP 0x10

static char *how = "";
module_param(how, charp, 0);
static unsigned long at;
module_param(at, ulong, 0);

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

static void __noreturn panic_while_others_spin(void)
{
	smp_call_function(spin, NULL, 0);
	while (atomic_read(&spinning) + 1 < num_online_cpus())
		cpu_relax();
	panic("kpe_crash: %d CPUs spin", atomic_read(&spinning));
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

/* What x86 has for user space ahead of its kernel half, and all that arm64 has. */
static void scribble_over_page_tables(void)
{
	size_t user = IS_ENABLED(CONFIG_X86) ? PAGE_SIZE / 2 :
					       PTRS_PER_PGD * sizeof(pgd_t);

	memset(current->mm->pgd, 0x5a, user);
}

static void scribble_over_descriptors(void)
{
#ifdef CONFIG_X86
	struct desc_struct *gdt = get_cpu_gdt_rw(raw_smp_processor_id());

	memset(&gdt[GDT_ENTRY_DEFAULT_USER32_CS], 0x5a,
	       (GDT_ENTRY_TSS - GDT_ENTRY_DEFAULT_USER32_CS) * sizeof(*gdt));
	memset(&gdt[GDT_ENTRY_TLS_MIN], 0x5a,
	       GDT_ENTRY_TLS_ENTRIES * sizeof(*gdt));
#endif
}

static void __noreturn panic_with_damaged_tables(void)
{
	local_irq_disable();
	scribble_over_page_tables();
	scribble_over_descriptors();
	panic("kpe_crash: with damaged tables");
}

static int flip_bit(void)
{
	struct page *page = pfn_to_page(PHYS_PFN(at));
	u8 *alias = vmap(&page, 1, VM_MAP, PAGE_KERNEL);

	if (!alias)
		return -ENOMEM;
	alias[offset_in_page(at)] ^= BIT_TO_FLIP;
	vunmap(alias);
	pr_alert("kpe_crash: flipped a bit at %#lx\n", at);
	return 0;
}

static int __init kpe_crash_init(void)
{
	if (!strcmp(how, "spin"))
		panic_while_others_spin();
	if (!strcmp(how, "flip"))
		return flip_bit();
	if (!strcmp(how, "irq"))
		panic_in_interrupt();
	if (!strcmp(how, "lock"))
		panic_with_locks();
	if (!strcmp(how, "tables"))
		panic_with_damaged_tables();
	return -EINVAL;
}
module_init(kpe_crash_init);

MODULE_DESCRIPTION("Crashes the test kernel");
MODULE_LICENSE("GPL");
