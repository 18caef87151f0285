// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kexec-pe-inspect [--json] FILE: exit status 0 for what the kernel's parse
 * rules accept, 2 for anything else.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tools/kexec-pe/inspect/inspect.h>

enum { STATUS_DONE = 0, STATUS_USAGE = 2 };

static int complain(const char *path, const char *why)
{
	fprintf(stderr, "kexec-pe inspect: %s: %s\n", path, why);
	return STATUS_USAGE;
}

/* Return: NULL, or why not */
static const char *map_file(const char *path, struct view *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status = {};
	void *data = MAP_FAILED;

	if (fd < 0)
		return strerror(errno);
	if (!fstat(fd, &status) && S_ISREG(status.st_mode) && status.st_size)
		data = mmap(NULL, (size_t)status.st_size, PROT_READ,
			    MAP_PRIVATE, fd, 0);
	close(fd);
	if (data == MAP_FAILED)
		return S_ISREG(status.st_mode) && !status.st_size ?
			       "empty" :
			       "not a file that can be mapped";
	ret->base = data;
	ret->size = (u64)status.st_size;
	return NULL;
}

static int inspect(const char *path, bool json)
{
	static struct inspection inspection;
	const char *wrong;
	struct view file;

	wrong = map_file(path, &file);
	if (wrong)
		return complain(path, wrong);
	inspect_file(path, &file, &inspection);
	if (json)
		print_json(stdout, &inspection);
	else if (inspection.parsed)
		print_text(stdout, &inspection);
	if (fflush(stdout) || ferror(stdout))
		return complain("output", strerror(errno));
	if (!inspection.rule)
		return STATUS_DONE;
	return complain(path, rule_text(inspection.rule));
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 1 },
		{},
	};
	bool json = false;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 1)
			return STATUS_USAGE;
		json = true;
	}
	if (optind != argc - 1) {
		fprintf(stderr,
			"kexec-pe inspect: exactly one FILE is needed\n");
		return STATUS_USAGE;
	}
	return inspect(argv[optind], json);
}
