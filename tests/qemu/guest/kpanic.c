// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The process that panics K1, and that a dump must show.
 *
 * kpanic [-c CPU] [-m MODULE [-o OPTIONS]] [-w] NAME PAGE
 *
 * Becomes a task of that NAME, on that CPU; makes a page of memory of the file
 * PAGE, each byte of it XOR 0x5a, so that no copy of the file looks like it;
 * says "PANIC-TASK name pid physical-address" in the kernel's log, and crashes
 * the kernel: by loading MODULE, and if that comes back by SysRq-c. With -w it
 * only keeps its CPU busy, until something else panics.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE_BYTES 4096
#define MASK 0x5a
/* Documentation/admin-guide/mm/pagemap.rst: bits 0-54 are the frame's number */
#define FRAME_BITS ((1ULL << 55) - 1)

static void die(const char *what)
{
	fprintf(stderr, "kpanic: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("sched_setaffinity");
}

/* The marker: a page that is nowhere but in this process. */
static unsigned char *make_page(const char *name)
{
	unsigned char *page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE,
				   -1, 0);
	int file = open(name, O_RDONLY | O_CLOEXEC);
	size_t i;

	if (page == MAP_FAILED || file < 0)
		die(name);
	for (i = 0; i < PAGE_BYTES; i++) {
		unsigned char byte;

		if (read(file, &byte, 1) != 1)
			die(name);
		page[i] = byte ^ MASK;
	}
	close(file);
	return page;
}

static unsigned long long physical_address(const void *page)
{
	int file = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	off_t at = (uintptr_t)page / sysconf(_SC_PAGESIZE) *
		   sizeof(unsigned long long);
	unsigned long long entry;

	if (file < 0 || pread(file, &entry, sizeof(entry), at) != sizeof(entry))
		die("/proc/self/pagemap");
	close(file);
	return (entry & FRAME_BITS) * sysconf(_SC_PAGESIZE);
}

static void say(const char *text)
{
	int log = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	ssize_t size = strlen(text);

	if (log < 0 || write(log, text, size) != size)
		die("/dev/kmsg");
	close(log);
}

static void say_who(const char *name, unsigned long long address)
{
	char text[200];

	snprintf(text, sizeof(text), "<1>PANIC-TASK %s %d %#llx", name,
		 getpid(), address);
	say(text);
}

/* Something on the console now and then: the last line may be held back. */
static void keep_busy(void)
{
	for (;;) {
		for (long i = 0; i < 100000000; i++)
			__asm__ volatile("" ::: "memory");
		say("<1>kpanic waits");
	}
}

static void load_module(const char *name, const char *options)
{
	int file = open(name, O_RDONLY | O_CLOEXEC);

	if (file < 0 || syscall(SYS_finit_module, file, options, 0))
		die(name);
	close(file);
}

static void crash(void)
{
	int file = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);

	if (file < 0 || write(file, "c", 1) != 1)
		die("/proc/sysrq-trigger");
}

int main(int argc, char **argv)
{
	const char *module = NULL, *options = "";
	const unsigned char *page;
	int option, wait = 0;

	while ((option = getopt(argc, argv, "c:m:o:w")) != -1) {
		switch (option) {
		case 'c':
			stay_on(atoi(optarg));
			break;
		case 'm':
			module = optarg;
			break;
		case 'o':
			options = optarg;
			break;
		case 'w':
			wait = 1;
			break;
		default:
			return 2;
		}
	}
	if (optind + 2 != argc)
		return 2;
	if (prctl(PR_SET_NAME, argv[optind]))
		die("prctl");
	page = make_page(argv[optind + 1]);
	say_who(argv[optind], physical_address(page));
	if (module)
		load_module(module, options);
	if (wait)
		keep_busy();
	crash();
	die("still alive");
}
