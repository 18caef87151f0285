// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The child gives up everything that it does not need to run a payload and to
 * tell of it.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <arch/host/child.h>

#ifdef __x86_64__
#define AUDIT_MACHINE AUDIT_ARCH_X86_64
#else
#define AUDIT_MACHINE AUDIT_ARCH_AARCH64
#endif

#define FIELD(name) offsetof(struct seccomp_data, name)
#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (u32)(offset))
#define IF_EQUAL(value, yes, no) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (u32)(value), yes, no)
#define IF_ABOVE(value, yes, no) \
	BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, (u32)(value), yes, no)
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, action)

#define ALLOW(call) IF_EQUAL(call, 0, 1), RETURN(SECCOMP_RET_ALLOW)

/* Bits 32 and up of an address: those of the machine, low and high. */
#define HIGH_FIRST (HOST_HIGH_START >> 32)
#define HIGH_LAST ((HOST_HIGH_END - 1) >> 32)

#ifdef HOST_SANITIZED
/*
 * A sanitizer has to be able to say what it found: it may write and have memory
 * of no file, and what it would like to do besides fails. Nothing of this holds
 * for the payload, which may make no system call whatever.
 */
#define SANITIZER_FD STDERR_FILENO
#define SANITIZER_CALLS                                                      \
	ALLOW(SYS_sigaltstack), ALLOW(SYS_munmap), IF_EQUAL(SYS_mmap, 0, 4), \
		LOAD(FIELD(args[4])), IF_EQUAL(-1, 0, 1),                    \
		RETURN(SECCOMP_RET_ALLOW), RETURN(REST),
#define REST (SECCOMP_RET_ERRNO | EPERM)
#else
#define SANITIZER_FD (-1)
#define SANITIZER_CALLS
#define REST SECCOMP_RET_TRAP
#endif

static bool filter_calls(int fd)
{
	const struct sock_filter program[] = {
		LOAD(FIELD(arch)),
		IF_EQUAL(AUDIT_MACHINE, 1, 0),
		RETURN(SECCOMP_RET_TRAP),
		/* No system call instruction in the machine's memory. */
		LOAD(FIELD(instruction_pointer) + 4),
		IF_EQUAL(0, 2, 0),
		IF_ABOVE(HIGH_FIRST - 1, 0, 2),
		IF_ABOVE(HIGH_LAST, 1, 0),
		RETURN(SECCOMP_RET_TRAP),
		LOAD(FIELD(nr)),
		ALLOW(SYS_rt_sigreturn),
		ALLOW(SYS_exit_group),
		ALLOW(SYS_clock_gettime),
		/* mprotect: of the machine's memory. */
		IF_EQUAL(SYS_mprotect, 0, 6),
		LOAD(FIELD(args[0]) + 4),
		IF_EQUAL(0, 2, 0),
		IF_ABOVE(HIGH_FIRST - 1, 0, 2),
		IF_ABOVE(HIGH_LAST, 1, 0),
		RETURN(SECCOMP_RET_ALLOW),
		RETURN(REST),
		/* write: of records. */
		IF_EQUAL(SYS_write, 0, 5),
		LOAD(FIELD(args[0])),
		IF_EQUAL(fd, 1, 0),
		IF_EQUAL(SANITIZER_FD, 0, 1),
		RETURN(SECCOMP_RET_ALLOW),
		RETURN(REST),
		SANITIZER_CALLS RETURN(REST),
	};
	const struct sock_fprog filter = {
		.len = ARRAY_SIZE(program),
		.filter = (struct sock_filter *)program,
	};

	return !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

static bool limit(int resource, rlim_t value)
{
	const struct rlimit both = { value, value };

	return !setrlimit(resource, &both);
}

/*
 * Memory needs no limit: there is what the machine has, and no call that would
 * get more.
 */
static bool set_limits(u32 seconds)
{
	/* The parent's clock comes first; this is for when it cannot. */
	if (seconds && !limit(RLIMIT_CPU, (rlim_t)seconds + 2))
		return false;
	/* Pipes have no size; what a sanitizer writes to may be a file. */
	if (SANITIZER_FD < 0 && !limit(RLIMIT_FSIZE, 0))
		return false;
	return limit(RLIMIT_CORE, 0) && limit(RLIMIT_NPROC, 0) &&
	       limit(RLIMIT_NOFILE, 0);
}

/* Everything but the records and, for sanitizers, stderr. */
static bool close_files(int fd)
{
	int stderr_too = SANITIZER_FD < 0;
	unsigned int from = stderr_too ? 0 : STDERR_FILENO + 1;

	if (!stderr_too) {
		close(STDIN_FILENO);
		close(STDOUT_FILENO);
	}
	if (fd > (int)from &&
	    syscall(SYS_close_range, from, (unsigned int)fd - 1, 0))
		return false;
	return !syscall(SYS_close_range, (unsigned int)fd + 1, ~0U, 0);
}

void confine(const struct host_request *request, int fd)
{
	if (request->debug)
		return;
	if (!close_files(fd) || !set_limits(request->seconds) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || !filter_calls(fd))
		tell_failed("the payload cannot be confined: %s",
			    strerror(errno));
}
