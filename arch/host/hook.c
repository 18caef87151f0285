// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Between the payload's calls and the emulator: the linker lets three functions
 * of the emulator go through here (--wrap), so that every call is told while
 * the emulator itself is the one that a kexec starts.
 */
#include <stdio.h>
#include <string.h>

#include <arch/host/child.h>

/* Up to a NUL, what does not fit, or memory that cannot be read. */
static void text_of_string(u64 address, char *ret)
{
	u64 readable = arena_readable(address, 2 * HOST_TEXT);
	u32 i;

	for (i = 0; i + 1 < HOST_TEXT && 2 * i + 1 < readable; i++) {
		u16 code;

		memcpy(&code, (const u8 *)address + 2 * i, sizeof(code));
		if (!code)
			break;
		ret[i] = code >= ' ' && code <= '~' ? (char)code : '?';
	}
	ret[i] = 0;
}

static void text_of_guid(u64 address, char *ret)
{
	if (arena_readable(address, sizeof(struct efi_guid)) ==
	    sizeof(struct efi_guid))
		format(ret, HOST_TEXT, "%g", (const void *)address);
}

static void add_text(struct host_call *call)
{
	u32 i;

	for (i = 0; i < HOST_ARGUMENTS && call->kinds[i]; i++) {
		if (call->kinds[i] == 'g')
			text_of_guid(call->arguments[i], call->text[i]);
		else if (call->kinds[i] == 's')
			text_of_string(call->arguments[i], call->text[i]);
	}
}

u32 __wrap_trace_enter(enum trace_service service, const void *caller, u64 a,
		       u64 b, u64 c, u64 d)
{
	struct host_call call = {
		.id = __real_trace_enter(service, caller, a, b, c, d),
		.service = service,
		.arguments = { a, b, c, d },
		.caller = (u64)(uintptr_t)caller,
	};
	const char *kinds = "";
	u64 size;

	trace_name(service, &kinds);
	snprintf(call.kinds, sizeof(call.kinds), "%s", kinds);
	call.image = place_find(call.caller, &size);
	add_text(&call);
	tell(RECORD_CALL, &call, sizeof(call), NULL, 0);
	return call.id;
}

efi_status_t __wrap_trace_exit(u32 id, efi_status_t status)
{
	const struct record_return told = { .id = id, .status = status };
	const struct trace_call *call = &emu.trace.ring[id % TRACE_RING];
	static bool exited;

	__real_trace_exit(id, status);
	tell(RECORD_RETURN, &told, sizeof(told), NULL, 0);
	if (emu.boot_services_exited && !exited) {
		exited = true;
		after_boot_services(call->caller);
	}
	return status;
}

efi_status_t __wrap_image_run_payload(void)
{
	const struct handoff_payload *payload = &emu.handoff->payload;
	const struct record_start start = {
		.payload = payload->address,
		.payload_size = payload->size,
		.entry = payload->address + payload->entry,
	};
	char sentence[HOST_SENTENCE], number[32];
	efi_status_t status;
	const char *name;

	tell(RECORD_START, &start, sizeof(start), NULL, 0);
	status = __real_image_run_payload();
	if (emu.boot_services_exited)
		tell_end(HOST_EXITED_BOOT_SERVICES, status,
			 "boot services exited, then the payload returned");
	state_all();
	name = trace_status(status);
	snprintf(number, sizeof(number), "0x%llx", (unsigned long long)status);
	snprintf(sentence, sizeof(sentence), "the payload returned %s",
		 name ? name : number);
	tell_end(HOST_RETURNED, status, sentence);
}
