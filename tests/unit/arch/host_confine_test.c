// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a confined child can still do, asked of the kernel itself. A sanitized
 * program answers calls that are not allowed with EPERM, see confine.c.
 */
// sources: arch/host/confine.c
// flags: -D_GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <arch/host/child.h>

#include <unit.h>

void __noreturn tell_failed(const char *format, ...)
{
	(void)format;
	_exit(99);
}

/* Runs a function in a confined child; returns its exit status, or -signal. */
static int confined(int (*function)(int fd))
{
	const struct host_request request = { .seconds = 1 };
	int fds[2], status = 0;
	pid_t child;

	if (pipe(fds))
		abort();
	child = fork();
	if (!child) {
		confine(&request, fds[1]);
		syscall(SYS_exit_group, function(fds[1]));
	}
	waitpid(child, &status, 0);
	close(fds[0]);
	close(fds[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* 1 for a call that was not allowed. */
static int denied(long result)
{
	return result == -1 && errno == EPERM;
}

static int write_record(int fd)
{
	return write(fd, "x", 1) == 1;
}

static int write_elsewhere(int fd)
{
	return denied(write(fd + 1, "x", 1));
}

static int open_file(int fd)
{
	(void)fd;
	return denied(open("/dev/null", O_RDONLY));
}

static int open_socket(int fd)
{
	(void)fd;
	return denied(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int make_process(int fd)
{
	(void)fd;
	return denied(syscall(SYS_fork));
}

static int run_program(int fd)
{
	char *words[] = { "/bin/true", NULL };

	(void)fd;
	return denied(execve(words[0], words, words + 1));
}

static int signal_others(int fd)
{
	(void)fd;
	return denied(syscall(SYS_kill, getppid(), 0));
}

static int protect_machine(int fd)
{
	(void)fd;
	/* Allowed, and wrong: nothing is mapped there. */
	return mprotect((void *)HOST_LOW_START, 0x1000, PROT_READ) == -1 &&
	       errno == ENOMEM &&
	       mprotect((void *)HOST_HIGH_START, 0x1000, PROT_READ) == -1 &&
	       errno == ENOMEM;
}

static int protect_program(int fd)
{
	void *page = (void *)((uintptr_t)open_file & ~0xfffUL);

	(void)fd;
	return denied(
		mprotect(page, 0x1000, PROT_READ | PROT_WRITE | PROT_EXEC));
}

static int spend_time(int fd)
{
	while (fd >= 0)
		asm volatile("" : "+r"(fd));
	return 0;
}

UNIT_TEST(records_can_be_written)
{
	EXPECT_EQ(confined(write_record), 1);
	EXPECT_EQ(confined(protect_machine), 1);
}

UNIT_TEST(nothing_else_can_be_done)
{
	EXPECT_EQ(confined(write_elsewhere), 1);
	EXPECT_EQ(confined(open_file), 1);
	EXPECT_EQ(confined(open_socket), 1);
	EXPECT_EQ(confined(make_process), 1);
	EXPECT_EQ(confined(run_program), 1);
	EXPECT_EQ(confined(signal_others), 1);
	EXPECT_EQ(confined(protect_program), 1);
}

UNIT_TEST(processor_time_ends)
{
	EXPECT_EQ(confined(spend_time), -SIGKILL);
}
