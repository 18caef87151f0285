// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kexec_file_load(2) for the tests, with the errno as its answer.
 *
 * kload [-i INITRD] [-c CMDLINE] [-p] [-d] FILE	load; -p for panic, -d debug
 * kload -u [-p]					unload
 * kload -e						start what is loaded
 * kload -t TABLE DIRECTORY				load each file of a table
 *
 * Says "ok" or the errno's name. Unlike kexec-pe, it never looks into a file.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef KEXEC_FILE_DEBUG
#define KEXEC_FILE_DEBUG 0x00000008
#endif

struct request {
	const char *initrd;
	const char *cmdline;
	unsigned long flags;
};

static const char *name_of(int error)
{
	const char *name = strerrorname_np(error);

	/* The kernel's own, which no program should ever see. */
	return name ?: error == 524 ? "ENOTSUPP" : "?";
}

/* Returns 0 or the errno. */
static int load(const struct request *request, const char *file)
{
	unsigned long flags = request->flags;
	int kernel = -1, initrd = -1, ret = 0;
	long result;

	if (!(flags & KEXEC_FILE_UNLOAD)) {
		kernel = open(file, O_RDONLY | O_CLOEXEC);
		if (kernel < 0)
			return errno;
	}
	if (request->initrd) {
		initrd = open(request->initrd, O_RDONLY | O_CLOEXEC);
		if (initrd < 0) {
			ret = errno;
			close(kernel);
			return ret;
		}
	} else {
		flags |= KEXEC_FILE_NO_INITRAMFS;
	}
	result = syscall(SYS_kexec_file_load, kernel, initrd,
			 strlen(request->cmdline) + 1, request->cmdline, flags);
	if (result)
		ret = errno;
	if (kernel >= 0)
		close(kernel);
	if (initrd >= 0)
		close(initrd);
	return ret;
}

/* Not dprintf(): it asks for a file position, which this file refuses to tell. */
static void say(int log, const char *name, int error)
{
	char text[600];
	int size = snprintf(text, sizeof(text), "<1>CASE %s %s", name,
			    error ? name_of(error) : "ok");

	if (write(log, text, size) != size)
		perror("kload: /dev/kmsg");
}

/*
 * Each line of the table is a file's name and whatever follows it. Answers with
 * "CASE name errno" each on its own write to the kernel's log.
 */
static int load_table(const struct request *request, const char *table,
		      const char *directory)
{
	struct request unload = { .cmdline = "", .flags = KEXEC_FILE_UNLOAD };
	FILE *names = fopen(table, "r");
	int log = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	char line[512], path[1024];
	int error;

	if (!names || log < 0) {
		fprintf(stderr, "kload: %s: %s\n", table, strerror(errno));
		return 2;
	}
	while (fgets(line, sizeof(line), names)) {
		line[strcspn(line, "\t\n")] = '\0';
		if (!line[0] || line[0] == '#' || !strcmp(line, "name"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", directory, line);
		error = load(request, path);
		say(log, line, error);
		if (!error)
			load(&unload, NULL);
	}
	fclose(names);
	close(log);
	return 0;
}

int main(int argc, char **argv)
{
	struct request request = { .cmdline = "" };
	const char *table = NULL;
	int error, option;

	while ((option = getopt(argc, argv, "i:c:pduet:")) != -1) {
		switch (option) {
		case 'i':
			request.initrd = optarg;
			break;
		case 'c':
			request.cmdline = optarg;
			break;
		case 'p':
			request.flags |= KEXEC_FILE_ON_CRASH;
			break;
		case 'd':
			request.flags |= KEXEC_FILE_DEBUG;
			break;
		case 'u':
			request.flags |= KEXEC_FILE_UNLOAD;
			break;
		case 't':
			table = optarg;
			break;
		case 'e':
			sync();
			syscall(SYS_reboot, LINUX_REBOOT_MAGIC1,
				LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_KEXEC,
				NULL);
			puts(name_of(errno));
			return 1;
		default:
			return 2;
		}
	}
	if (optind == argc && !(request.flags & KEXEC_FILE_UNLOAD))
		return 2;
	if (table)
		return load_table(&request, table, argv[optind]);
	error = load(&request, argv[optind]);
	puts(error ? name_of(error) : "ok");
	return !!error;
}
