// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the child tells its parent: records through a pipe. What has been sent
 * no wild store of the payload can take back.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <arch/host/child.h>

#define LINE 512

static struct {
	int fd;
	volatile bool busy;
	void (*later)(void);
	u8 record[sizeof(struct record_header) + RECORD_SIZE];
	u8 line[LINE];
	u32 line_used;
} teller = { .fd = -1 };

void tell_start(int fd)
{
	teller.fd = fd;
}

bool tell_busy(void)
{
	return teller.busy;
}

void tell_later(void (*function)(void))
{
	teller.later = function;
}

/* Without a parent there is nobody to run for. */
static void send_all(const u8 *data, size_t size)
{
	while (size) {
		ssize_t sent = write(teller.fd, data, size);

		if (sent <= 0)
			_exit(1);
		data += sent;
		size -= (size_t)sent;
	}
}

static void send_record(enum record type, const void *head, u32 head_size,
			const void *data, u32 data_size)
{
	struct record_header header = { .type = type };
	u8 *at = teller.record + sizeof(header);

	if (data_size > RECORD_SIZE - head_size)
		data_size = RECORD_SIZE - head_size;
	header.size = head_size + data_size;
	/* A fault while copying leaves nothing half sent. */
	memcpy(teller.record, &header, sizeof(header));
	if (head_size)
		memcpy(at, head, head_size);
	if (data_size)
		memcpy(at + head_size, data, data_size);
	teller.busy = true;
	send_all(teller.record, sizeof(header) + header.size);
	teller.busy = false;
	if (teller.later)
		teller.later();
}

static void flush_console(void)
{
	u32 used = teller.line_used;

	teller.line_used = 0;
	if (used)
		send_record(RECORD_CONSOLE, teller.line, used, NULL, 0);
}

void tell(enum record type, const void *head, u32 head_size, const void *data,
	  u32 data_size)
{
	flush_console();
	send_record(type, head, head_size, data, data_size);
}

void tell_console(u8 byte)
{
	teller.line[teller.line_used++] = byte;
	if (byte == '\n' || teller.line_used == LINE)
		flush_console();
}

void tell_failed(const char *format, ...)
{
	char sentence[HOST_SENTENCE];
	va_list list;

	va_start(list, format);
	vsnprintf(sentence, sizeof(sentence), format, list);
	va_end(list);
	tell(RECORD_FAILED, sentence, (u32)strlen(sentence) + 1, NULL, 0);
	_exit(0);
}

void tell_end(enum host_outcome outcome, u64 status, const char *sentence)
{
	struct record_end end = {
		.outcome = outcome,
		.status = status,
	};

	snprintf(end.sentence, sizeof(end.sentence), "%s", sentence);
	tell(RECORD_END, &end, sizeof(end), NULL, 0);
	_exit(0);
}

void host_note(u32 kind, const void *data, u32 size)
{
	tell(RECORD_NOTE, &kind, sizeof(kind), data,
	     size < HOST_NOTE_SIZE ? size : HOST_NOTE_SIZE);
}
