// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel log as /dev/kmsg gives it. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <tools/kexec-pe/kmsg.h>

#define HANDLER_PREFIX "kexec_pe: "
#define RECORD_SIZE 8192 /* more than the kernel's PRINTKRB_RECORD_MAX */

int kmsg_open(bool only_new)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0 && only_new)
		lseek(fd, 0, SEEK_END);
	return fd;
}

/* A record is "level,sequence,time,flags;text\n KEY=VALUE\n". */
bool kmsg_text(const char *record, char *ret)
{
	const char *text = strchr(record, ';');
	size_t length;

	if (!text)
		return false;
	text++;
	length = strcspn(text, "\n");
	if (length >= KMSG_SIZE)
		length = KMSG_SIZE - 1;
	memcpy(ret, text, length);
	ret[length] = '\0';
	return true;
}

bool kmsg_about_handler(const char *text)
{
	return !strncmp(text, HANDLER_PREFIX, strlen(HANDLER_PREFIX));
}

bool kmsg_about_kexec(const char *text)
{
	/* "kexec" stands for kexec_file:, kexec-bzImage64: and all their kin. */
	static const char *const prefixes[] = {
		"kexec", "PEFILE: ", "PKCS7: ", "Lockdown: ", "ima: ",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(prefixes); i++) {
		if (!strncmp(text, prefixes[i], strlen(prefixes[i])))
			return true;
	}
	return false;
}

bool kmsg_next(int fd, char *ret)
{
	char record[RECORD_SIZE], text[KMSG_SIZE];
	ssize_t got;

	if (fd < 0)
		return false;
	for (;;) {
		got = read(fd, record, sizeof(record) - 1);
		/* EPIPE: records were overwritten before they were read. */
		if (got < 0 && (errno == EPIPE || errno == EINTR))
			continue;
		if (got <= 0)
			return false;
		record[got] = '\0';
		if (!kmsg_text(record, text) || !kmsg_about_kexec(text))
			continue;
		memcpy(ret, text, sizeof(text));
		return true;
	}
}
