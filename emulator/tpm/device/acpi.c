// SPDX-License-Identifier: GPL-2.0-or-later
/* The TPM2 table (TCG ACPI Specification 1.3, 8, table 7). */
#include <emulator/emu.h>
#include <emulator/tpm/device/acpi.h>

struct acpi_tpm2 {
	u8 signature[4];
	u32 length;
	u8 revision;
	u8 checksum;
	u8 others[26]; /* of the header (ACPI 6.5, 5.2.6) */
	u16 platform_class;
	u16 reserved;
	u64 control_area;
	u32 start_method;
	u8 start_method_parameters[12];
	u32 log_area_size;
	u64 log_area;
} __packed;

static_assert(offsetof(struct acpi_tpm2, log_area_size) == 64, "TCG ACPI, 8");

#define LENGTH_MAX 0x1000

static bool is_writable(u64 address, u64 size)
{
	const u64 end = address + size;
	u32 protection;
	u64 step;

	if (!region_backed(&emu.map, address, size))
		return false;
	for (; address < end; address += step) {
		step = arch_mmu_query(address, &protection);
		if (!(protection & HANDOFF_PROT_WRITE) || !step)
			return false;
	}
	return true;
}

static void set_checksum(struct acpi_tpm2 *table)
{
	const u8 *bytes = (const u8 *)table;
	u8 sum = 0;
	u32 i;

	table->checksum = 0;
	for (i = 0; i < table->length; i++)
		sum += bytes[i];
	table->checksum = (u8)-sum;
}

void acpi_show_log(void)
{
	const u64 address = emu.handoff->tpm.acpi_table;
	struct acpi_tpm2 *table = (struct acpi_tpm2 *)address;

	if (!address || !is_writable(address, sizeof(*table)) ||
	    memcmp(table->signature, "TPM2", sizeof(table->signature)) ||
	    table->length < sizeof(*table) || table->length > LENGTH_MAX ||
	    !is_writable(address, table->length))
		return;
	table->log_area_size = 0;
	table->log_area = 0;
	set_checksum(table);
}
