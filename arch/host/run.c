// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The parent: starts the child, reads its records, ends it in time, and always
 * has a report.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <arch/host/collect.h>

#define SECOND 1000000000ULL
#define GRACE SECOND /* for the child to say where it was */
#define AFTER_EXIT (2 * SECOND) /* from ExitBootServices to the kernel */
#define PIPE_SIZE 0x100000

struct watch {
	pid_t child;
	int fd;
	u64 deadline; /* in nanoseconds of now(), 0: none */
	bool asked; /* SIGALRM was sent */
	bool killed;
	bool hurried; /* the deadline is that after ExitBootServices */
};

static u64 now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (u64)time.tv_sec * SECOND + (u64)time.tv_nsec;
}

static void kill_child(struct watch *watch)
{
	kill(watch->child, SIGKILL);
	watch->killed = true;
}

/* First the child is asked where it is, then it is ended. */
static void on_deadline(struct watch *watch)
{
	if (watch->asked) {
		kill_child(watch);
		watch->deadline = 0;
		return;
	}
	kill(watch->child, SIGALRM);
	watch->asked = true;
	watch->deadline = now() + GRACE;
}

static void hurry(struct watch *watch)
{
	u64 soon = now() + AFTER_EXIT;

	if (watch->hurried || watch->asked)
		return;
	watch->hurried = true;
	if (watch->deadline && watch->deadline > soon)
		watch->deadline = soon;
}

static int wait_time(const struct watch *watch)
{
	u64 time = now();

	if (!watch->deadline)
		return -1;
	if (watch->deadline <= time)
		return 0;
	return (int)((watch->deadline - time) / 1000000 + 1);
}

/* Returns false when the child has sent what is no record. */
static bool read_records(struct watch *watch, struct collector *collector)
{
	struct pollfd poll_fd = { .fd = watch->fd, .events = POLLIN };

	for (;;) {
		int ready = poll(&poll_fd, 1, wait_time(watch)), got;

		if (watch->deadline && now() >= watch->deadline)
			on_deadline(watch);
		if (ready <= 0)
			continue;
		got = collect(collector, watch->fd);
		if (got <= 0)
			return !got;
		if (collector->exited)
			hurry(watch);
		if (collector->ended)
			return true;
	}
}

static void describe_loss(const struct watch *watch, int status,
			  struct collector *collector)
{
	struct host_report *report = collector->report;

	if (collector->exited) {
		report->outcome = HOST_EXITED_BOOT_SERVICES;
		snprintf(report->sentence, sizeof(report->sentence),
			 "boot services exited; nothing is known of the rest");
		return;
	}
	report->outcome = HOST_LOST;
	if (watch->killed)
		snprintf(
			report->sentence, sizeof(report->sentence),
			"stopped at the limit, and would not say where it was");
	else if (WIFSIGNALED(status))
		snprintf(report->sentence, sizeof(report->sentence),
			 "the process was ended by signal %d without a word",
			 WTERMSIG(status));
	else
		snprintf(report->sentence, sizeof(report->sentence),
			 "the process ended with status %d without a word",
			 WEXITSTATUS(status));
}

static void finish(struct watch *watch, struct collector *collector, bool sound)
{
	struct host_report *report = collector->report;
	int status = 0;

	/* What has said its last word is not waited for. */
	kill(watch->child, SIGKILL);
	while (waitpid(watch->child, &status, 0) < 0 && errno == EINTR)
		;
	if (!sound) {
		report->outcome = HOST_LOST;
		snprintf(report->sentence, sizeof(report->sentence),
			 "the payload has spoilt the report");
	} else if (!collector->ended) {
		describe_loss(watch, status, collector);
	} else if (report->outcome == HOST_EXITED_BOOT_SERVICES &&
		   watch->asked) {
		snprintf(
			report->sentence, sizeof(report->sentence),
			"boot services exited; no jump into a kernel was seen");
	}
}

static int watch_child(const struct host_request *request, struct watch *watch,
		       struct host_report *report)
{
	struct collector collector;
	bool sound;

	if (!collect_start(&collector, report)) {
		kill_child(watch);
		waitpid(watch->child, NULL, 0);
		snprintf(report->sentence, sizeof(report->sentence),
			 "out of memory");
		return -1;
	}
	if (request->seconds)
		watch->deadline = now() + request->seconds * SECOND;
	sound = read_records(watch, &collector);
	finish(watch, &collector, sound);
	collect_stop(&collector);
	return collector.failed ? -1 : 0;
}

int host_run(const struct host_request *request, struct host_report *report)
{
	struct watch watch = {};
	int fds[2], result;

	if (pipe2(fds, O_CLOEXEC)) {
		snprintf(report->sentence, sizeof(report->sentence), "%s",
			 strerror(errno));
		return -1;
	}
	/* Fewer turns of the loop; smaller does as well. */
	fcntl(fds[1], F_SETPIPE_SZ, PIPE_SIZE);
	fflush(NULL);
	watch.child = fork();
	if (!watch.child) {
		close(fds[0]);
		child_main(request, fds[1]);
	}
	close(fds[1]);
	watch.fd = fds[0];
	if (watch.child > 0) {
		result = watch_child(request, &watch, report);
	} else {
		snprintf(report->sentence, sizeof(report->sentence), "%s",
			 strerror(errno));
		result = -1;
	}
	close(fds[0]);
	return result;
}
