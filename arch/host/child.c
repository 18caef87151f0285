// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The child: plans the machine, gives up its rights, and becomes the emulator
 * on a stack of that machine.
 */
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <arch/host/child.h>
#include <arch/host/processor.h>

#ifdef HOST_SANITIZED

#include <sanitizer/common_interface_defs.h>

/* A sanitizer has to know which stack it is on. */
static void leave_stack(u64 bottom, u64 size)
{
	void *fake;

	__sanitizer_start_switch_fiber(&fake, (void *)bottom, size);
}

static void enter_stack(void)
{
	const void *bottom;
	size_t size;

	__sanitizer_finish_switch_fiber(NULL, &bottom, &size);
}

#else

static void leave_stack(u64 bottom, u64 size)
{
	(void)bottom;
	(void)size;
}

static void enter_stack(void)
{
}

#endif /* HOST_SANITIZED */

static struct emulator_header *machine;

static void __noreturn on_machine_stack(void)
{
	enter_stack();
	emulator_main(machine, (const struct handoff *)machine->handoff);
}

void child_main(const struct host_request *request, int fd)
{
	u64 base;

	/* Nobody else would end it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	tell_start(fd);
	fault_start();
	machine = plan_machine(request);
	base = (u64)(uintptr_t)machine;
	if (request->prepare)
		request->prepare(request->prepare_argument);
	confine(request, fd);
	leave_stack(base + HOST_STACK_OFFSET, HOST_STACK_SIZE);
	processor_run(base + HOST_STACK_END, on_machine_stack);
}
