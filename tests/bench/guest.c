// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The whole user space of the machines that are measured: the first process,
 * which executes a mark and then does what the lines of /job say. Without /job
 * it switches the machine off.
 *
 *	sysctl NUMBER			kernel.kexec_pe
 *	load KERNEL INITRD CMDLINE...	kexec_file_load(2) between marks
 *	debug KERNEL INITRD CMDLINE...	the same with KEXEC_FILE_DEBUG
 *	peak KERNEL INITRD CMDLINE...	the same, while another processor watches
 *					how little memory is free
 *	run PROGRAM ARGUMENT...		between the same marks; "~" is a blank
 *	unload
 *	exec, reboot			behind a mark
 *
 * INITRD may be "-". What there is to say goes to the kernel's log.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mark.h"

#ifndef KEXEC_FILE_DEBUG
#define KEXEC_FILE_DEBUG 0x00000008
#endif

struct request {
	int kernel;
	int initrd;
	unsigned long flags;
	const char *cmdline;
};

static void say(const char *format, ...)
{
	int log = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	char text[400];
	va_list list;
	int size;

	va_start(list, format);
	size = snprintf(text, sizeof(text), "<1>BENCH ");
	size += vsnprintf(text + size, sizeof(text) - (size_t)size, format,
			  list);
	va_end(list);
	if (log < 0 || write(log, text, (size_t)size) < 0)
		perror(text);
	if (log >= 0)
		close(log);
}

static void end(void)
{
	sync();
	syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
		LINUX_REBOOT_CMD_POWER_OFF, NULL);
	for (;;)
		pause();
}

static void __attribute__((noreturn)) fail(const char *what)
{
	say("FAIL %s: %s", what, strerror(errno));
	end();
	_exit(1);
}

static int open_file(const char *name)
{
	int file = open(name, O_RDONLY | O_CLOEXEC);

	if (file < 0)
		fail(name);
	return file;
}

/* Cuts the first word off. */
static char *word(char **rest)
{
	char *found = strsep(rest, " ");

	return found ? found : "";
}

static void open_request(char *rest, struct request *ret)
{
	const char *initrd;

	ret->kernel = open_file(word(&rest));
	initrd = word(&rest);
	ret->initrd = strcmp(initrd, "-") ? open_file(initrd) : -1;
	ret->flags = ret->initrd < 0 ? KEXEC_FILE_NO_INITRAMFS : 0;
	ret->cmdline = rest ? rest : "";
}

static void close_request(const struct request *request)
{
	close(request->kernel);
	if (request->initrd >= 0)
		close(request->initrd);
}

static void load(const struct request *request)
{
	long result;

	MARK(MARK_LOAD);
	result = syscall(SYS_kexec_file_load, request->kernel, request->initrd,
			 strlen(request->cmdline) + 1, request->cmdline,
			 request->flags);
	MARK(MARK_LOADED);
	if (result)
		fail("kexec_file_load");
}

static unsigned long free_pages(void)
{
	struct sysinfo info;

	if (sysinfo(&info))
		fail("sysinfo");
	return info.freeram * info.mem_unit / 4096;
}

static void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		fail("sched_setaffinity");
}

static void __attribute__((noreturn)) watch(volatile unsigned long *least)
{
	stay_on(1);
	for (;;) {
		unsigned long now = free_pages();

		if (now < *least)
			*least = now;
	}
}

static void peak(const struct request *request)
{
	volatile unsigned long *least = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned long before;
	pid_t child;

	if (least == MAP_FAILED)
		fail("mmap");
	stay_on(0);
	sleep(2); /* what was freed late is free by then */
	before = free_pages();
	*least = before;
	child = fork();
	if (child < 0)
		fail("fork");
	if (!child)
		watch(least);
	usleep(100000);
	load(request);
	kill(child, 9);
	waitpid(child, NULL, 0);
	say("PEAK %lu KEPT %lu", before - *least, before - free_pages());
}

/* A blank inside of an argument is written as "~". */
static void unescape(char *text)
{
	for (; *text; text++)
		if (*text == '~')
			*text = ' ';
}

static void run(char *rest)
{
	char *arguments[16] = { NULL };
	int i, status = 0;
	pid_t child;

	for (i = 0; i < 15 && rest; i++)
		arguments[i] = strsep(&rest, " ");
	for (i = 0; arguments[i]; i++)
		unescape(arguments[i]);
	MARK(MARK_LOAD);
	child = fork();
	if (child < 0)
		fail("fork");
	if (!child) {
		execv(arguments[0], arguments);
		_exit(127);
	}
	waitpid(child, &status, 0);
	MARK(MARK_LOADED);
	if (status) {
		say("FAIL %s: status %#x", arguments[0], (unsigned int)status);
		end();
	}
}

static void set_sysctl(const char *value)
{
	int file = open("/proc/sys/kernel/kexec_pe", O_WRONLY | O_CLOEXEC);

	if (file < 0 || write(file, value, strlen(value)) < 0)
		fail("kernel.kexec_pe");
	close(file);
}

static void restart(unsigned int how)
{
	sync();
	MARK(MARK_EXEC);
	syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, how,
		NULL);
	fail("reboot");
}

static void unload(void)
{
	if (syscall(SYS_kexec_file_load, -1, -1, 1UL, "",
		    (unsigned long)KEXEC_FILE_UNLOAD))
		fail("unload");
}

static void load_line(const char *what, char *rest)
{
	struct request request;

	open_request(rest, &request);
	if (!strcmp(what, "debug"))
		request.flags |= KEXEC_FILE_DEBUG;
	if (!strcmp(what, "peak"))
		peak(&request);
	else
		load(&request);
	close_request(&request);
}

static void do_line(char *line)
{
	char *rest = line, *what = word(&rest);

	if (!strcmp(what, "sysctl"))
		set_sysctl(rest);
	else if (!strcmp(what, "load") || !strcmp(what, "debug") ||
		 !strcmp(what, "peak"))
		load_line(what, rest);
	else if (!strcmp(what, "run"))
		run(rest);
	else if (!strcmp(what, "unload"))
		unload();
	else if (!strcmp(what, "exec"))
		restart(LINUX_REBOOT_CMD_KEXEC);
	else if (!strcmp(what, "reboot"))
		restart(LINUX_REBOOT_CMD_RESTART);
	else
		fail(what);
}

static void do_job(FILE *job)
{
	char line[1024];

	while (fgets(line, sizeof(line), job)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0])
			do_line(line);
	}
	fclose(job);
}

int main(void)
{
	FILE *job;

	MARK(MARK_INIT);
	mkdir("/proc", 0555);
	mkdir("/sys", 0555);
	mkdir("/dev", 0755);
	mkdir("/tmp", 0755);
	if (mount("proc", "/proc", "proc", 0, NULL) ||
	    mount("sysfs", "/sys", "sysfs", 0, NULL) ||
	    (mount("devtmpfs", "/dev", "devtmpfs", 0, NULL) && errno != EBUSY))
		fail("mount");
	job = fopen("/job", "re");
	if (job)
		do_job(job);
	end();
}
