// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counts, remembers and prints the payload's calls.
 */
#include <emulator/emu.h>

/* Log level at which every call is printed. */
#define LEVEL_CALLS 2

/* One string for all names: a table of pointers would need relocations. */
static const char service_names[] =
#define TRACE_STRING(symbol, name, arguments) name "\0" arguments "\0"
	TRACE_SERVICES(TRACE_STRING)
#undef TRACE_STRING
	;

/* Appendix D, from 0; what has no name here has an empty one. */
static const char status_names[] =
	"SUCCESS\0LOAD_ERROR\0INVALID_PARAMETER\0UNSUPPORTED\0BAD_BUFFER_SIZE\0"
	"BUFFER_TOO_SMALL\0NOT_READY\0DEVICE_ERROR\0WRITE_PROTECTED\0"
	"OUT_OF_RESOURCES\0VOLUME_CORRUPTED\0VOLUME_FULL\0NO_MEDIA\0"
	"MEDIA_CHANGED\0NOT_FOUND\0ACCESS_DENIED\0NO_RESPONSE\0NO_MAPPING\0"
	"TIMEOUT\0NOT_STARTED\0ALREADY_STARTED\0ABORTED\0ICMP_ERROR\0"
	"TFTP_ERROR\0PROTOCOL_ERROR\0INCOMPATIBLE_VERSION\0"
	"SECURITY_VIOLATION\0CRC_ERROR";

#define STATUS_LAST 27

/* The string after number others in a sequence of them. */
static const char *nth(const char *strings, u64 number)
{
	while (number) {
		if (!*strings++)
			number--;
	}
	return strings;
}

const char *trace_name(u32 service, const char **ret_arguments)
{
	const char *name;

	if (service >= SERVICE_MAX)
		return NULL;
	name = nth(service_names, 2ULL * service);
	if (ret_arguments)
		*ret_arguments = nth(name, 1);
	return name;
}

const char *trace_status(efi_status_t status)
{
	u64 code = status & ~EFI_ERROR_BIT;

	if (code > STATUS_LAST || (code && !EFI_ERROR(status)))
		return NULL;
	return nth(status_names, code);
}

void trace_place(char *buffer, u64 size, u64 address)
{
	const struct handoff *handoff = emu.handoff;
	u64 base = (u64)(uintptr_t)emu.header;

	if (handoff &&
	    address - handoff->payload.address < handoff->payload.size)
		format(buffer, size, "payload+0x%lx",
		       address - handoff->payload.address);
	else if (emu.header && address - base < emu.header->memory_end)
		format(buffer, size, "emulator+0x%lx", address - base);
	else
		format(buffer, size, "0x%lx", address);
}

static void print_argument(char kind, u64 value)
{
	const void *pointer = (const void *)value;

	/* Printing must not fault, whatever the payload passed. */
	if (kind == 'g' && pointer_valid(pointer, sizeof(struct efi_guid)))
		print("%g", pointer);
	else if (kind == 's' && pointer_valid(pointer, EFI_PAGE_SIZE))
		print("\"%S\"", pointer);
	else
		print("0x%lx", value);
}

static void print_call(const struct trace_call *call)
{
	const char *kinds = "", *name = trace_name(call->service, &kinds);
	const char *status;
	char place[64];
	u32 i;

	print("efi %u: %s(", call->id, name);
	for (i = 0; i < ARRAY_SIZE(call->arguments) && kinds[i]; i++) {
		if (i)
			print(", ");
		print_argument(kinds[i], call->arguments[i]);
	}
	trace_place(place, sizeof(place), call->caller);
	status = trace_status(call->status);
	if (!call->returned)
		print(") from %s, has not returned\n", place);
	else if (status)
		print(") from %s = %s\n", place, status);
	else
		print(") from %s = 0x%lx\n", place, call->status);
}

static bool logged(void)
{
	return emu.handoff && emu.handoff->log_level >= LEVEL_CALLS &&
	       !emu.boot_services_exited;
}

u32 trace_enter(enum trace_service service, const void *caller, u64 a, u64 b,
		u64 c, u64 d)
{
	u32 id = ++emu.trace.calls;

	emu.trace.counts[service]++;
	emu.trace.ring[id % TRACE_RING] = (struct trace_call){
		.id = id,
		.service = service,
		.caller = (u64)(uintptr_t)caller,
		.arguments = { a, b, c, d },
	};
	return id;
}

efi_status_t trace_exit(u32 id, efi_status_t status)
{
	struct trace_call *call = &emu.trace.ring[id % TRACE_RING];

	/* Calls within this one may have pushed it out of the ring. */
	if (call->id != id)
		return status;
	call->returned = true;
	call->status = status;
	if (logged())
		print_call(call);
	return status;
}

void trace_dump(void)
{
	u32 calls = emu.trace.calls, id;

	if (!calls) {
		print("kexec-pe: no EFI call was made\n");
		return;
	}
	print("kexec-pe: last of %u EFI calls:\n", calls);
	for (id = calls < TRACE_RING ? 1 : calls - TRACE_RING + 1;
	     id - 1 < calls; id++)
		print_call(&emu.trace.ring[id % TRACE_RING]);
}
