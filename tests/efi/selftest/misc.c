// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tables themselves (UEFI 2.10, 4.3 to 4.5), and the services that only
 * compute (7.5).
 */
#include "selftest.h"

#define SYSTEM_TABLE_SIGNATURE 0x5453595320494249ULL
#define TPM2_EVENT_LOG_MAX (1 << 24)

static void expect_header(struct selftest *st, const EFI_TABLE_HEADER *header,
			  UINT64 signature, UINT32 size)
{
	EXPECT(st, header->Signature == signature);
	EXPECT(st, header->HeaderSize >= size);
	EXPECT(st, !header->Reserved);
	EXPECT(st, header->Revision >= (2 << 16 | 70));
	EXPECT(st, crc32_table_good(header));
}

static void misc_headers(struct selftest *st)
{
	expect_header(st, &st->systab->Hdr, SYSTEM_TABLE_SIGNATURE,
		      sizeof(EFI_SYSTEM_TABLE));
	expect_header(st, &st->boot->Hdr, EFI_BOOT_SERVICES_SIGNATURE,
		      sizeof(EFI_BOOT_SERVICES));
	expect_header(st, &st->runtime->Hdr, EFI_RUNTIME_SERVICES_SIGNATURE,
		      sizeof(EFI_RUNTIME_SERVICES));
}

static bool all_set(const void *first, const void *end)
{
	void *const *slot = first;

	for (; slot < (void *const *)end; slot++)
		if (!*slot)
			return false;
	return true;
}

/* A service that is missing must say so, not be NULL (EBBR 2.4, 2.5). */
static void misc_slots(struct selftest *st)
{
	EFI_BOOT_SERVICES *boot = st->boot;
	EFI_RUNTIME_SERVICES *runtime = st->runtime;

	/* The slot between HandleProtocol and its neighbour is reserved. */
	EXPECT(st, all_set(&boot->RaiseTPL, &boot->PCHandleProtocol));
	EXPECT(st, all_set(&boot->RegisterProtocolNotify, boot + 1));
	EXPECT(st, all_set(&runtime->GetTime, runtime + 1));
}

static void misc_system_table(struct selftest *st)
{
	EXPECT(st, st->systab->FirmwareVendor);
	EXPECT(st, st->systab->BootServices == st->boot);
	EXPECT(st, st->systab->RuntimeServices == st->runtime);
	EXPECT(st, !st->systab->NumberOfTableEntries ||
			   st->systab->ConfigurationTable);
}

static void misc_crc32(struct selftest *st)
{
	static char digits[] = "123456789";
	UINT32 crc = 0;

	EXPECT_STATUS(st, st->boot->CalculateCrc32(digits, 9, &crc),
		      EFI_SUCCESS);
	EXPECT(st, crc == 0xcbf43926);
	EXPECT(st, crc32_of(digits, 9) == crc);
	EXPECT_STATUS(st, st->boot->CalculateCrc32(NULL, 9, &crc),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, st->boot->CalculateCrc32(digits, 0, &crc),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, st->boot->CalculateCrc32(digits, 9, NULL),
		      EFI_INVALID_PARAMETER);
}

static void count_up(UINT8 *bytes, UINTN size)
{
	for (UINTN i = 0; i < size; i++)
		bytes[i] = (UINT8)i;
}

static bool counts_up(const UINT8 *bytes, UINTN size, UINT8 first)
{
	for (UINTN i = 0; i < size; i++)
		if (bytes[i] != (UINT8)(first + i))
			return false;
	return true;
}

/* Linux on arm64 uses it as memmove. */
static void misc_copy_mem(struct selftest *st)
{
	UINT8 bytes[240], other[240];

	count_up(bytes, sizeof(bytes));
	st->boot->CopyMem(other, bytes, sizeof(other));
	EXPECT(st, counts_up(other, sizeof(other), 0));
	st->boot->CopyMem(bytes + 3, bytes, 200);
	EXPECT(st, counts_up(bytes + 3, 200, 0));
	EXPECT(st, counts_up(bytes, 3, 0) && counts_up(bytes + 203, 37, 203));
	count_up(bytes, sizeof(bytes));
	st->boot->CopyMem(bytes, bytes + 5, 200);
	EXPECT(st, counts_up(bytes, 200, 5));
	EXPECT(st, counts_up(bytes + 200, 40, 200));
	count_up(bytes, sizeof(bytes));
	st->boot->CopyMem(bytes, bytes, sizeof(bytes));
	st->boot->CopyMem(bytes, other + 9, 0);
	EXPECT(st, counts_up(bytes, sizeof(bytes), 0));
}

static void misc_set_mem(struct selftest *st)
{
	UINT8 bytes[64];

	count_up(bytes, sizeof(bytes));
	st->boot->SetMem(bytes + 3, 21, 0xe7);
	EXPECT(st, bytes_are(bytes + 3, 21, 0xe7));
	EXPECT(st, counts_up(bytes, 3, 0) && counts_up(bytes + 24, 40, 24));
	st->boot->SetMem(bytes + 3, 0, 0x11);
	EXPECT(st, bytes_are(bytes + 3, 21, 0xe7));
}

struct tcg2_capability {
	UINT8 size;
	UINT8 structure_version[2];
	UINT8 protocol_version[2];
	UINT32 hash_algorithms;
	UINT32 log_formats;
	BOOLEAN present;
	UINT16 max_command;
	UINT16 max_response;
	UINT32 manufacturer;
	UINT32 banks;
	UINT32 active_banks;
};

struct tcg2 {
	EFI_STATUS(EFIAPI *get_capability)
	(struct tcg2 *this, struct tcg2_capability *ret);
	EFI_STATUS(EFIAPI *get_event_log)
	(struct tcg2 *this, UINT32 format, UINT64 *location, UINT64 *last,
	 BOOLEAN *truncated);
};

/* TCG EFI Protocol Specification 1.0, 6.4 and 6.5. */
static void misc_tcg2(struct selftest *st)
{
	static EFI_GUID guid = { 0x607f766c,
				 0x7455,
				 0x42be,
				 { 0x93, 0x0b, 0xe4, 0xd7, 0x6d, 0xb2, 0x72,
				   0x0f } };
	struct tcg2_capability capability = { .size = sizeof(capability) };
	struct tcg2 *tcg2 = protocol_anywhere(st, &guid);
	UINT64 location = 0, last = 0;
	BOOLEAN truncated;

	if (!tcg2) {
		selftest_skip(st, "no TCG2 protocol");
		return;
	}
	EXPECT_STATUS(st, tcg2->get_capability(tcg2, &capability), EFI_SUCCESS);
	EXPECT(st, capability.structure_version[0] == 1);
	EXPECT(st, !(capability.active_banks & ~capability.hash_algorithms));
	EXPECT_STATUS(st, tcg2->get_capability(tcg2, NULL),
		      EFI_INVALID_PARAMETER);
	if (!capability.present) {
		selftest_note(st, "protocol without a TPM");
		return;
	}
	EXPECT_STATUS(
		st, tcg2->get_event_log(tcg2, 2, &location, &last, &truncated),
		EFI_SUCCESS);
	EXPECT(st, location && last >= location &&
			   last - location < TPM2_EVENT_LOG_MAX);
}

const struct check misc_checks[] = {
	{ "misc.headers", misc_headers, PHASE_BOOT },
	{ "misc.slots", misc_slots, PHASE_BOOT },
	{ "misc.system_table", misc_system_table, PHASE_BOOT },
	{ "misc.crc32", misc_crc32, PHASE_BOOT },
	{ "misc.copy_mem", misc_copy_mem, PHASE_BOOT },
	{ "misc.set_mem", misc_set_mem, PHASE_BOOT },
	{ "misc.tcg2", misc_tcg2, PHASE_BOOT },
	{},
};
