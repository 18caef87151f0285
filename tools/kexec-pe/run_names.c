// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names for what is numbers in a report.
 */
#include <string.h>

#include <emulator/trace.h>

#include <tools/kexec-pe/run.h>

const char *run_service_name(u32 service)
{
	const char *name = trace_name(service, NULL);

	return name ? name : "unknown";
}

void run_status_name(u64 status, char *ret, size_t size)
{
	const char *name = trace_status(status);

	if (name)
		snprintf(ret, size, "%s", name);
	else
		snprintf(ret, size, "0x%lx", status);
}

const char *run_memory_type(u32 type)
{
	static const char *const names[] = {
		"Reserved",
		"LoaderCode",
		"LoaderData",
		"BootServicesCode",
		"BootServicesData",
		"RuntimeServicesCode",
		"RuntimeServicesData",
		"Conventional",
		"Unusable",
		"ACPIReclaim",
		"ACPIMemoryNVS",
		"MemoryMappedIO",
		"MemoryMappedIOPortSpace",
		"PalCode",
		"Persistent",
		"Unaccepted",
	};

	return type < ARRAY_SIZE(names) ? names[type] : "other";
}

const char *run_outcome_name(enum host_outcome outcome)
{
	switch (outcome) {
	case HOST_EXITED_BOOT_SERVICES:
		return "exited-boot-services";
	case HOST_RETURNED:
		return "returned";
	case HOST_RESET:
		return "reset";
	case HOST_PANIC:
		return "panic";
	case HOST_FAULT:
		return "fault";
	case HOST_HALTED:
		return "halted";
	case HOST_LIMIT:
		return "limit";
	default:
		return "lost";
	}
}

/* As UEFI writes them: the first three fields are little-endian integers. */
void run_guid(const struct efi_guid *guid, char ret[37])
{
	u8 b[16];

	memcpy(b, guid, sizeof(b));
	snprintf(
		ret, 37,
		"%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6], b[8], b[9],
		b[10], b[11], b[12], b[13], b[14], b[15]);
}
