// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records into a report. Sizes are checked, texts are ended, and there is a
 * limit to everything that a payload can make more of.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arch/host/collect.h>

#define BUFFER (sizeof(struct record_header) + RECORD_SIZE)
#define CONSOLE_MAX 0x400000ULL
#define KEPT_MAX 0x8000000ULL
#define ITEMS_MAX 65536
#define CALLS_KEPT (HOST_CALLS_FIRST + HOST_CALLS_LAST)

/* Room for one more item; counts to ITEMS_MAX and doubles on the way. */
static void *grow(void *items, u32 count, size_t size)
{
	if (count >= ITEMS_MAX)
		return NULL;
	if (count & (count - 1))
		return items;
	return realloc(items, (count ? 2 * (size_t)count : 1) * size);
}

static u32 call_slot(u32 id)
{
	return id <= HOST_CALLS_FIRST ?
		       id - 1 :
		       HOST_CALLS_FIRST +
			       (id - 1 - HOST_CALLS_FIRST) % HOST_CALLS_LAST;
}

static bool take_call(struct host_report *report, const u8 *data, u32 size)
{
	struct host_call *call;
	u32 i;

	if (size != sizeof(*call))
		return false;
	if (!report->calls)
		report->calls = calloc(CALLS_KEPT, sizeof(*report->calls));
	if (!report->calls)
		return false;
	call = &report->calls[call_slot(++report->call_count)];
	memcpy(call, data, sizeof(*call));
	if (call->id != report->call_count || call->service >= SERVICE_MAX)
		return false;
	call->returned = false;
	call->kinds[HOST_ARGUMENTS] = 0;
	for (i = 0; i < HOST_ARGUMENTS; i++)
		call->text[i][HOST_TEXT - 1] = 0;
	return true;
}

static bool take_return(struct host_report *report, const u8 *data, u32 size)
{
	struct record_return told;
	struct host_call *call;

	if (size != sizeof(told))
		return false;
	memcpy(&told, data, sizeof(told));
	if (!told.id || told.id > report->call_count)
		return false;
	call = &report->calls[call_slot(told.id)];
	/* Pushed out by calls within it. */
	if (call->id != told.id)
		return true;
	call->returned = true;
	call->status = told.status;
	return true;
}

static bool take_console(struct host_report *report, const u8 *data, u32 size)
{
	u64 have = report->console_size;
	char *console;

	if (have >= CONSOLE_MAX)
		return true;
	console = realloc(report->console, have + size + 1);
	if (!console)
		return false;
	memcpy(console + have, data, size);
	console[have + size] = 0;
	report->console = console;
	report->console_size = have + size;
	return true;
}

static bool take_privileged(struct host_report *report, const u8 *data,
			    u32 size)
{
	struct host_privileged told;
	u32 i;

	if (size != sizeof(told))
		return false;
	memcpy(&told, data, sizeof(told));
	told.name[sizeof(told.name) - 1] = 0;
	for (i = 0; i < report->privileged_count; i++) {
		if (!strcmp(report->privileged[i].name, told.name)) {
			report->privileged[i].count++;
			return true;
		}
	}
	if (report->privileged_count < HOST_PRIVILEGED_MAX)
		report->privileged[report->privileged_count++] = told;
	return true;
}

/* A copy of bytes; counted, so that there is an end to it. */
static u8 *keep(struct collector *collector, const u8 *data, u32 size)
{
	u8 *copy;

	if (size > KEPT_MAX - collector->kept)
		return NULL;
	copy = malloc(size ? size : 1);
	if (!copy)
		return NULL;
	memcpy(copy, data, size);
	collector->kept += size;
	return copy;
}

static bool take_variable(struct collector *collector, const u8 *data, u32 size)
{
	struct host_report *report = collector->report;
	struct host_variable told;
	void *items;

	if (size < sizeof(told))
		return false;
	memcpy(&told, data, sizeof(told));
	if (told.data_size != size - sizeof(told))
		return false;
	told.name[HOST_TEXT - 1] = 0;
	items = grow(report->variables, report->variable_count, sizeof(told));
	if (!items)
		return false;
	report->variables = items;
	told.data = keep(collector, data + sizeof(told), told.data_size);
	if (!told.data)
		return false;
	report->variables[report->variable_count++] = told;
	return true;
}

static bool take_note(struct collector *collector, const u8 *data, u32 size)
{
	struct host_report *report = collector->report;
	struct host_note note = { .size = size - (u32)sizeof(note.kind) };
	void *items;

	if (size < sizeof(note.kind))
		return false;
	memcpy(&note.kind, data, sizeof(note.kind));
	items = grow(report->notes, report->note_count, sizeof(note));
	if (!items)
		return false;
	report->notes = items;
	note.data = keep(collector, data + sizeof(note.kind), note.size);
	if (!note.data)
		return false;
	report->notes[report->note_count++] = note;
	return true;
}

/* A list that comes as a whole, and replaces what was told before. */
static bool take_list(const u8 *data, u32 size, size_t item, void **ret,
		      u32 *ret_count)
{
	void *copy;

	if (size % item)
		return false;
	copy = malloc(size ? size : 1);
	if (!copy)
		return false;
	memcpy(copy, data, size);
	free(*ret);
	*ret = copy;
	*ret_count = (u32)(size / item);
	return true;
}

static bool take_fault(struct host_report *report, const u8 *data, u32 size)
{
	struct host_fault *fault = &report->fault;

	if (size != sizeof(*fault))
		return false;
	memcpy(fault, data, sizeof(*fault));
	fault->name[sizeof(fault->name) - 1] = 0;
	if (fault->code_size > sizeof(fault->code_bytes))
		fault->code_size = 0;
	return true;
}

static bool take_start(struct host_report *report, const u8 *data, u32 size)
{
	struct record_start start;

	if (size != sizeof(start))
		return false;
	memcpy(&start, data, sizeof(start));
	report->payload = start.payload;
	report->payload_size = start.payload_size;
	report->entry = start.entry;
	return true;
}

static bool take_kernel(struct host_report *report, const u8 *data, u32 size)
{
	struct record_kernel kernel;

	if (size != sizeof(kernel))
		return false;
	memcpy(&kernel, data, sizeof(kernel));
	report->kernel_entry = kernel.entry;
	report->kernel_start = kernel.start;
	report->kernel_size = kernel.size;
	return true;
}

static bool take_end(struct collector *collector, const u8 *data, u32 size)
{
	struct host_report *report = collector->report;
	struct record_end end;

	if (size != sizeof(end))
		return false;
	memcpy(&end, data, sizeof(end));
	if (end.outcome == HOST_RUN || end.outcome >= HOST_LOST)
		return false;
	collector->ended = true;
	report->outcome = end.outcome;
	report->status = end.status;
	end.sentence[HOST_SENTENCE - 1] = 0;
	memcpy(report->sentence, end.sentence, HOST_SENTENCE);
	/* The kernel's own troubles are none of the payload's up to there. */
	if (collector->exited)
		report->outcome = HOST_EXITED_BOOT_SERVICES;
	return true;
}

static bool take_failed(struct collector *collector, const u8 *data, u32 size)
{
	struct host_report *report = collector->report;

	if (!size || size > HOST_SENTENCE)
		return false;
	memcpy(report->sentence, data, size);
	report->sentence[size - 1] = 0;
	collector->ended = true;
	collector->failed = true;
	return true;
}

static bool take(struct collector *collector, u32 type, const u8 *data,
		 u32 size)
{
	struct host_report *report = collector->report;

	switch (type) {
	case RECORD_FAILED:
		return take_failed(collector, data, size);
	case RECORD_START:
		return take_start(report, data, size);
	case RECORD_CALL:
		return take_call(report, data, size);
	case RECORD_RETURN:
		return take_return(report, data, size);
	case RECORD_CONSOLE:
		return take_console(report, data, size);
	case RECORD_PRIVILEGED:
		return take_privileged(report, data, size);
	case RECORD_MEMORY:
		return take_list(data, size, sizeof(*report->memory),
				 (void **)&report->memory,
				 &report->memory_count);
	case RECORD_TABLES:
		return take_list(data, size, sizeof(*report->tables),
				 (void **)&report->tables,
				 &report->table_count);
	case RECORD_VARIABLE:
		return take_variable(collector, data, size);
	case RECORD_NOTE:
		return take_note(collector, data, size);
	case RECORD_EXITED:
		collector->exited = true;
		return true;
	case RECORD_KERNEL:
		return take_kernel(report, data, size);
	case RECORD_FAULT:
		return take_fault(report, data, size);
	case RECORD_END:
		return take_end(collector, data, size);
	default:
		return false;
	}
}

/* Takes what is complete, moves the rest to the front. */
static bool take_all(struct collector *collector)
{
	struct record_header header;
	u64 at = 0;

	while (collector->used - at >= sizeof(header)) {
		memcpy(&header, collector->buffer + at, sizeof(header));
		if (header.size > RECORD_SIZE)
			return false;
		if (collector->used - at < sizeof(header) + header.size)
			break;
		if (!take(collector, header.type,
			  collector->buffer + at + sizeof(header), header.size))
			return false;
		at += sizeof(header) + header.size;
	}
	memmove(collector->buffer, collector->buffer + at,
		collector->used - at);
	collector->used -= at;
	return true;
}

bool collect_start(struct collector *collector, struct host_report *report)
{
	memset(collector, 0, sizeof(*collector));
	collector->report = report;
	collector->buffer = malloc(BUFFER);
	return collector->buffer;
}

int collect(struct collector *collector, int fd)
{
	ssize_t got = read(fd, collector->buffer + collector->used,
			   BUFFER - collector->used);

	if (got < 0)
		return errno == EINTR ? 1 : 0;
	if (!got)
		return 0;
	collector->used += (u64)got;
	return take_all(collector) ? 1 : -1;
}

void collect_stop(struct collector *collector)
{
	free(collector->buffer);
	collector->buffer = NULL;
}

const struct host_call *host_report_call(const struct host_report *report,
					 u32 id)
{
	const struct host_call *call;

	if (!id || id > report->call_count)
		return NULL;
	call = &report->calls[call_slot(id)];
	return call->id == id ? call : NULL;
}

void host_report_free(struct host_report *report)
{
	u32 i;

	for (i = 0; i < report->variable_count; i++)
		free(report->variables[i].data);
	for (i = 0; i < report->note_count; i++)
		free(report->notes[i].data);
	free(report->variables);
	free(report->notes);
	free(report->calls);
	free(report->memory);
	free(report->tables);
	free(report->console);
	memset(report, 0, sizeof(*report));
}
