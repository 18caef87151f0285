// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which kind of TPM the driver has bound, and where its registers are: the
 * emulator probes nothing.
 */
#include <linux/acpi.h>
#include <linux/device.h>
#include <linux/ioport.h>
#include <linux/platform_device.h>
#include <linux/pnp.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include <kernel/tpm.h>

#define CRB_CONTROL_AREA 0x40 /* PTP 6.5.3.1: offset in a locality */

static struct resource *registers_of(struct device *dev)
{
	if (dev_is_platform(dev))
		return platform_get_resource(to_platform_device(dev),
					     IORESOURCE_MEM, 0);
	if (dev_is_pnp(dev))
		return pnp_get_resource(to_pnp_dev(dev), IORESOURCE_MEM, 0);
	return NULL;
}

/*
 * The address is not always in ACPI's TPM2 table: QEMU's virt has it in the
 * DSDT only. The resource of the bound device has it in every case.
 */
static void locate_tis(struct device *dev, struct handoff_tpm *ret)
{
	const struct resource *registers = registers_of(dev);

	if (!registers)
		return;
	ret->type = HANDOFF_TPM_TIS;
	ret->address = registers->start;
	ret->size = resource_size(registers);
}

#ifdef CONFIG_ACPI

/* What lies behind the table for start method 11. */
struct smc_parameters {
	struct acpi_table_tpm2 table;
	u32 interrupt;
	u8 flags;
	u8 op_flags;
	u16 reserved;
	u32 function;
} __packed;

static u32 smc_function(const struct acpi_table_tpm2 *table)
{
	const struct smc_parameters *smc = (const void *)table;

	return table->header.length < sizeof(*smc) ? 0 : smc->function;
}

static u32 crb_type(const struct acpi_table_tpm2 *table, u32 *ret_function)
{
	switch (table->start_method) {
	case ACPI_TPM2_COMMAND_BUFFER:
		return HANDOFF_TPM_CRB;
	case ACPI_TPM2_COMMAND_BUFFER_WITH_ARM_SMC:
		*ret_function = smc_function(table);
		return *ret_function ? HANDOFF_TPM_CRB_SMC : HANDOFF_TPM_OTHER;
	default:
		return HANDOFF_TPM_OTHER;
	}
}

static void read_crb(const struct acpi_table_tpm2 *table,
		     struct handoff_tpm *ret)
{
	u32 type = crb_type(table, &ret->smc_function);

	/* Elsewhere there are no registers of a locality in front of it. */
	if (type == HANDOFF_TPM_CRB &&
	    table->control_address % SZ_4K != CRB_CONTROL_AREA)
		type = HANDOFF_TPM_OTHER;
	if (type == HANDOFF_TPM_OTHER ||
	    table->control_address < CRB_CONTROL_AREA)
		return;
	ret->type = type;
	ret->address = table->control_address - CRB_CONTROL_AREA;
	ret->size = SZ_4K;
}

static void locate_crb(struct handoff_tpm *ret)
{
	struct acpi_table_header *table;

	if (ACPI_FAILURE(acpi_get_table(ACPI_SIG_TPM2, 1, &table)))
		return;
	if (table->length >= sizeof(struct acpi_table_tpm2))
		read_crb((const struct acpi_table_tpm2 *)table, ret);
	acpi_put_table(table);
}

#else

static void locate_crb(struct handoff_tpm *ret)
{
}

#endif

void kexec_pe_tpm_locate(struct tpm_chip *chip, struct handoff_tpm *ret)
{
	struct device *dev = chip->dev.parent;
	const char *driver = dev ? dev_driver_string(dev) : "";

	ret->type = HANDOFF_TPM_OTHER;
	if (!strcmp(driver, "tpm_tis"))
		locate_tis(dev, ret);
	else if (!strcmp(driver, "tpm_crb"))
		locate_crb(ret);
}
