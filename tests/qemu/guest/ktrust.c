// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the tests of trust need beside busybox.
 *
 * ktrust key KEYRING FILE		add a certificate (DER) to a keyring
 * ktrust flip FILE FIRST END STEP	load FILE with a bit of one byte flipped
 *
 * "flip" says which errno how many bytes had, and which bytes loaded.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ERRNO_COUNT 1024

/* In /proc/keys: ID flags uses expiry permissions uid gid keyring name: count */
static long find_keyring(const char *name)
{
	FILE *keys = fopen("/proc/keys", "r");
	char line[512], found[256];
	long id = 0;
	unsigned int number;

	while (keys && fgets(line, sizeof(line), keys))
		if (sscanf(line, "%x %*s %*s %*s %*s %*s %*s keyring %255[^:]",
			   &number, found) == 2 &&
		    !strcmp(found, name))
			id = (int)number;
	if (keys)
		fclose(keys);
	return id;
}

static size_t read_file(const char *name, unsigned char *data, size_t room)
{
	FILE *file = fopen(name, "rb");
	size_t size = file ? fread(data, 1, room, file) : 0;

	if (file)
		fclose(file);
	if (!size || size == room) {
		fprintf(stderr, "ktrust: %s can't be read\n", name);
		exit(2);
	}
	return size;
}

static int add_key(const char *keyring, const char *name)
{
	static unsigned char data[1 << 16];
	size_t size = read_file(name, data, sizeof(data));
	long id = find_keyring(keyring);

	if (!id || syscall(SYS_add_key, "asymmetric", "", data, size, id) < 0) {
		puts(id ? strerrorname_np(errno) : "no such keyring");
		return 1;
	}
	puts("ok");
	return 0;
}

static int load(const unsigned char *data, size_t size)
{
	static const unsigned long flags = KEXEC_FILE_NO_INITRAMFS;
	const char *name = "/tmp/flipped";
	int file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600), ret = 0;

	if (file < 0 || write(file, data, size) != (ssize_t)size) {
		perror(name);
		exit(2);
	}
	close(file);
	/* A file that is open for writing is refused. */
	file = open(name, O_RDONLY);
	if (syscall(SYS_kexec_file_load, file, -1, 1, "", flags))
		ret = errno;
	close(file);
	return ret;
}

static int flip(const char *name, size_t first, size_t end, size_t step)
{
	static unsigned char data[1 << 20];
	static unsigned int counts[ERRNO_COUNT];
	size_t size = read_file(name, data, sizeof(data)), at;
	int error;

	for (at = first; at < end && at < size; at += step) {
		data[at] ^= 1 << at % 8;
		error = load(data, size);
		data[at] ^= 1 << at % 8;
		counts[error < ERRNO_COUNT ? error : 0]++;
		if (!error)
			printf("loaded %zu\n", at);
	}
	for (error = 1; error < ERRNO_COUNT; error++)
		if (counts[error])
			printf("%s %u\n", strerrorname_np(error) ?: "ENOTSUPP",
			       counts[error]);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "key"))
		return add_key(argv[2], argv[3]);
	if (argc == 6 && !strcmp(argv[1], "flip"))
		return flip(argv[2], strtoul(argv[3], NULL, 0),
			    strtoul(argv[4], NULL, 0),
			    strtoul(argv[5], NULL, 0));
	return 2;
}
