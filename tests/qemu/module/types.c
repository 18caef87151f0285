// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The types that gdb needs to read a dump of the test kernel, with debug
 * information, which the kernel itself is built without: with it, the build takes
 * minutes more, and every cached tree gigabytes.
 */
#include <linux/mmu_context.h>
#include <linux/sched.h>
#include <../kernel/sched/sched.h>

struct task_struct *types_task;
struct rq *types_rq;
