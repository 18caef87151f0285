// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where ACPI's TPM2 table lies in memory. Linux prefers the log area that this
 * table may name to the log of the EFI stub, so the emulator has to clear it;
 * ACPICA gives the content of tables, not their address.
 */
#include <linux/acpi.h>
#include <linux/efi.h>
#include <linux/io.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include <kernel/tpm.h>

#ifdef CONFIG_ACPI

/* A table of 64 KiB is none; firmware's have a few hundred bytes. */
#define TABLE_MAX 0x10000

/* ACPI 6.5, 5.2.5.3; only for revision 2 there is an XSDT. */
static u64 root_table(void)
{
	struct acpi_table_rsdp *rsdp;
	u64 address = 0;

	if (efi.acpi20 == EFI_INVALID_TABLE_ADDR)
		return 0;
	rsdp = memremap(efi.acpi20, sizeof(*rsdp), MEMREMAP_WB);
	if (!rsdp)
		return 0;
	if (ACPI_VALIDATE_RSDP_SIG(rsdp->signature) && rsdp->revision >= 2)
		address = rsdp->xsdt_physical_address;
	memunmap(rsdp);
	return address;
}

/* The caller unmaps it. */
static void *map_table(u64 address)
{
	struct acpi_table_header *header;
	u32 length;

	header = memremap(address, sizeof(*header), MEMREMAP_WB);
	if (!header)
		return NULL;
	length = header->length;
	memunmap(header);
	if (length < sizeof(*header) || length > TABLE_MAX)
		return NULL;
	return memremap(address, length, MEMREMAP_WB);
}

static bool names_log(const struct acpi_table_header *table)
{
	const struct acpi_tpm2_phy *log =
		(const void *)table + sizeof(struct acpi_table_tpm2);

	return !memcmp(table->signature, ACPI_SIG_TPM2, ACPI_NAMESEG_SIZE) &&
	       table->length >= sizeof(struct acpi_table_tpm2) + sizeof(*log) &&
	       (log->log_area_minimum_length || log->log_area_start_address);
}

static bool is_wanted(u64 address)
{
	struct acpi_table_header *table = map_table(address);
	bool wanted = table && names_log(table);

	memunmap(table);
	return wanted;
}

u64 kexec_pe_tpm_table(void)
{
	u64 address = root_table(), found = 0;
	struct acpi_table_header *root = address ? map_table(address) : NULL;
	u32 offset;

	if (!root)
		return 0;
	for (offset = sizeof(*root); !found && offset + 8 <= root->length;
	     offset += 8) {
		address = get_unaligned((u64 *)((void *)root + offset));
		if (is_wanted(address))
			found = address;
	}
	memunmap(root);
	return found;
}

#else

u64 kexec_pe_tpm_table(void)
{
	return 0;
}

#endif
