// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest's TPM for programs of the host: what comes over a virtio port goes
 * to the TPM, one command at a time, and its answers back.
 *
 * tpmbridge PORT TPM	e.g. /dev/vport1p1 /dev/tpm0
 *
 * Ends when a command has the tag 0, which no TPM knows; gives it back first, as
 * what is sent before a port is opened gets lost with its sender.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define COMMAND_MAX 4096
/* TPM 2.0 part 1, 18.8: u16 tag, u32 size, u32 code; big-endian */
#define HEADER_SIZE 10

static unsigned char command[COMMAND_MAX];

static int fail(const char *what)
{
	fprintf(stderr, "tpmbridge: %s: %s\n", what, strerror(errno));
	return 1;
}

/* A port without a host's program at the other end is at its end at once. */
static int read_all(int port, unsigned char *data, size_t size)
{
	ssize_t count;

	for (size_t done = 0; done < size; done += count) {
		count = read(port, data + done, size - done);
		if (count < 0)
			return -1;
		if (!count)
			usleep(10000);
	}
	return 0;
}

static int write_all(int port, const unsigned char *data, size_t size)
{
	ssize_t count;

	for (size_t done = 0; done < size; done += count) {
		count = write(port, data + done, size - done);
		if (count <= 0)
			return -1;
	}
	return 0;
}

/* Returns the size of the next command, 0 for the end, or -1. */
static ssize_t next_command(int port)
{
	uint32_t size;

	if (read_all(port, command, HEADER_SIZE))
		return -1;
	if (!command[0] && !command[1])
		return 0;
	memcpy(&size, command + 2, sizeof(size));
	size = be32toh(size);
	errno = EMSGSIZE;
	if (size < HEADER_SIZE || size > sizeof(command))
		return -1;
	if (read_all(port, command + HEADER_SIZE, size - HEADER_SIZE))
		return -1;
	return size;
}

int main(int argc, char **argv)
{
	int port, tpm;
	ssize_t size;

	if (argc != 3)
		return 2;
	port = open(argv[1], O_RDWR | O_CLOEXEC);
	if (port < 0)
		return fail(argv[1]);
	tpm = open(argv[2], O_RDWR | O_CLOEXEC);
	if (tpm < 0)
		return fail(argv[2]);
	while ((size = next_command(port)) > 0) {
		if (write(tpm, command, size) != size)
			return fail("command");
		size = read(tpm, command, sizeof(command));
		if (size < 0)
			return fail("response");
		if (write_all(port, command, size))
			return fail(argv[1]);
	}
	if (size < 0 || write_all(port, command, HEADER_SIZE))
		return fail(argv[1]);
	return 0;
}
