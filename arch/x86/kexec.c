// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * x86-64: what K1 knows of this machine, for the handler in kernel/.
 */
#include <linux/acpi.h>
#include <linux/cc_platform.h>
#include <linux/efi.h>
#include <linux/pe.h>
#include <linux/slab.h>

#include <asm/bootparam.h>
#include <asm/cpufeature.h>
#include <asm/crash.h>
#include <asm/e820/api.h>
#include <asm/efi.h>
#include <asm/setup.h>
#include <asm/tsc.h>

#include <kernel/arch.h>

u16 kexec_pe_arch_machine(void)
{
	return IMAGE_FILE_MACHINE_AMD64;
}

/* The emulator's tables know nothing of an encryption bit. */
enum refusal kexec_pe_arch_refusal(void)
{
	if (cc_platform_has(CC_ATTR_MEM_ENCRYPT) ||
	    cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT) ||
	    cc_platform_has(CC_ATTR_HOST_MEM_ENCRYPT))
		return REFUSAL_MEMORY_ENCRYPTION;
	return REFUSAL_NONE;
}

void kexec_pe_arch_paging(struct stage_paging *ret)
{
	ret->levels = pgtable_l5_enabled() ? 5 : 4;
	ret->gigabyte = boot_cpu_has(X86_FEATURE_GBPAGES);
}

u64 kexec_pe_arch_emulator_flags(void)
{
	return pgtable_l5_enabled() ? EMULATOR_FLAG_LA57 : 0;
}

u64 kexec_pe_arch_timer(void)
{
	return (u64)tsc_khz * 1000;
}

/* ACPI 6.5, 4.8.3.6: the register is 8 bits wide whatever the FADT says. */
void kexec_pe_arch_reset(struct handoff_reset *ret)
{
	const struct acpi_generic_address *reg = &acpi_gbl_FADT.reset_register;

	memset(ret, 0, sizeof(*ret));
	if (!(acpi_gbl_FADT.flags & ACPI_FADT_RESET_REGISTER) || !reg->address)
		return;
	if (reg->space_id == ACPI_ADR_SPACE_SYSTEM_IO)
		ret->type = HANDOFF_RESET_PORT;
	else if (reg->space_id == ACPI_ADR_SPACE_SYSTEM_MEMORY)
		ret->type = HANDOFF_RESET_MMIO;
	else
		return;
	ret->address = reg->address;
	ret->value = acpi_gbl_FADT.reset_value;
}

enum efi_secureboot_mode kexec_pe_arch_secure_boot(void)
{
	return boot_params.secure_boot;
}

/* The pointers in the system table itself are virtual by now. */
void kexec_pe_arch_firmware(struct kexec_pe_firmware *ret)
{
	const struct efi_info *info = &boot_params.efi_info;

	ret->systab = info->efi_systab | (u64)info->efi_systab_hi << 32;
	ret->vendor = efi_fw_vendor;
	ret->tables = efi_config_table;
}

/* Free memory shrinks to whole pages, everything else grows to them. */
static int claim(struct kexec_pe_claims *claims, u64 start, u64 end, u32 type,
		 u64 attribute)
{
	if (type == EFI_CONVENTIONAL_MEMORY) {
		start = round_up(start, EFI_PAGE_SIZE);
		end = round_down(end, EFI_PAGE_SIZE);
	} else {
		start = round_down(start, EFI_PAGE_SIZE);
		end = round_up(end, EFI_PAGE_SIZE);
	}
	if (start >= end)
		return 0;
	return kexec_pe_claim(claims, start, end - start, type, attribute);
}

static u32 efi_type(enum e820_type type)
{
	switch (type) {
	case E820_TYPE_RAM:
	case E820_TYPE_RESERVED_KERN:
	case E820_TYPE_SOFT_RESERVED:
		return EFI_CONVENTIONAL_MEMORY;
	case E820_TYPE_ACPI:
		return EFI_ACPI_RECLAIM_MEMORY;
	case E820_TYPE_NVS:
		return EFI_ACPI_MEMORY_NVS;
	case E820_TYPE_UNUSABLE:
		return EFI_UNUSABLE_MEMORY;
	case E820_TYPE_PMEM:
		return EFI_PERSISTENT_MEMORY;
	default:
		return EFI_RESERVED_TYPE;
	}
}

static u64 efi_attribute(enum e820_type type)
{
	switch (type) {
	case E820_TYPE_SOFT_RESERVED:
		return KEXEC_PE_RAM_ATTRIBUTE | EFI_MEMORY_SP;
	case E820_TYPE_PMEM:
		return KEXEC_PE_RAM_ATTRIBUTE | EFI_MEMORY_NV;
	case E820_TYPE_RAM:
	case E820_TYPE_RESERVED_KERN:
	case E820_TYPE_ACPI:
	case E820_TYPE_NVS:
		return KEXEC_PE_RAM_ATTRIBUTE;
	default:
		return 0;
	}
}

static int claim_entry(struct kexec_pe_claims *claims, u64 address, u64 size,
		       enum e820_type type, bool usable)
{
	bool is_usable = efi_type(type) == EFI_CONVENTIONAL_MEMORY;

	if (is_usable != usable)
		return 0;
	return claim(claims, address, address + size, efi_type(type),
		     efi_attribute(type));
}

/* e820_table_kexec is the map as firmware gave it, without K1's changes. */
static int claim_e820(struct kexec_pe_claims *claims, bool usable)
{
	int ret = 0;
	u32 i;

	for (i = 0; i < e820_table_kexec->nr_entries && !ret; i++) {
		const struct e820_entry *entry = &e820_table_kexec->entries[i];

		ret = claim_entry(claims, entry->addr, entry->size, entry->type,
				  usable);
	}
	return ret;
}

/*
 * K1 also marks boot services memory as "runtime" because its own reservations
 * overlap it; only what it withheld from use (ESRT, MOK table) must stay.
 */
static bool is_own_use(const efi_memory_desc_t *md, u64 end)
{
	return (md->type == EFI_BOOT_SERVICES_CODE ||
		md->type == EFI_BOOT_SERVICES_DATA) &&
	       e820__mapped_any(md->phys_addr, end, E820_TYPE_RAM);
}

/* After SetVirtualAddressMap() efi.memmap holds runtime entries only. */
static int claim_runtime(struct kexec_pe_claims *claims)
{
	efi_memory_desc_t *md;

	if (!efi_enabled(EFI_MEMMAP))
		return 0;
	for_each_efi_memory_desc(md) {
		u64 size = md->num_pages << EFI_PAGE_SHIFT;
		int ret;

		if (!(md->attribute & EFI_MEMORY_RUNTIME) ||
		    is_own_use(md, md->phys_addr + size))
			continue;
		ret = kexec_pe_claim(claims, md->phys_addr, size, md->type,
				     md->attribute);
		if (ret)
			return ret;
	}
	return 0;
}

/* No kernel uses page 0, and the emulator never maps it. */
static int claim_page_0(struct kexec_pe_claims *claims)
{
	return kexec_pe_claim(claims, 0, EFI_PAGE_SIZE, EFI_RESERVED_TYPE, 0);
}

int kexec_pe_arch_claims(struct kexec_pe_claims *claims)
{
	int ret;

	ret = claim_e820(claims, true);
	/* Second, so that a page that is half of each is not free. */
	if (!ret)
		ret = claim_e820(claims, false);
	if (!ret)
		ret = claim_page_0(claims);
	if (!ret)
		ret = claim_runtime(claims);
	return ret;
}

#ifdef CONFIG_CRASH_DUMP

/* As natively, with what a CPU that comes or goes rewrites (CRASH_HOTPLUG). */
int kexec_pe_arch_crash_segments(struct kexec_pe_load *load)
{
	return crash_load_segments(load->image);
}

static int claim_crash_e820(struct kexec_pe_claims *claims,
			    const struct boot_params *params, bool usable)
{
	int ret = 0;
	u32 i;

	for (i = 0; i < params->e820_entries && !ret; i++) {
		const struct boot_e820_entry *entry = &params->e820_table[i];

		ret = claim_entry(claims, entry->addr, entry->size, entry->type,
				  usable);
	}
	return ret;
}

/*
 * Reserved: the next kernel maps elfcorehdr with ioremap(), which refuses what
 * it takes for RAM.
 */
static int claim_elfcorehdr(struct kexec_pe_load *load)
{
	u64 start = load->image->elf_load_addr;

	return claim(&load->claims, start, start + load->image->elf_headers_sz,
		     EFI_RESERVED_TYPE, 0);
}

/* The native loader writes its map into boot parameters: so it does for us. */
int kexec_pe_arch_crash_claims(struct kexec_pe_load *load)
{
	struct kexec_pe_claims *claims = &load->claims;
	struct boot_params *params = kzalloc(sizeof(*params), GFP_KERNEL);
	int ret;

	if (!params)
		return -ENOMEM;
	ret = crash_setup_memmap_entries(load->image, params);
	if (!ret)
		ret = claim_crash_e820(claims, params, true);
	if (!ret)
		ret = claim_crash_e820(claims, params, false);
	kfree(params);
	if (!ret)
		ret = claim_page_0(claims);
	if (!ret)
		ret = claim_runtime(claims);
	return ret ?: claim_elfcorehdr(load);
}

void kexec_pe_arch_crash_option(const struct kimage *image, char *ret,
				size_t size)
{
	snprintf(ret, size, "elfcorehdr=0x%lx ", image->elf_load_addr);
}

#endif /* CONFIG_CRASH_DUMP */

/* Boot protocol 2.10: what its decompressor allocates, and more (init_size). */
u64 kexec_pe_arch_kernel_size(const struct view *file)
{
	const struct setup_header *header;

	header = (const void *)view_at(file, offsetof(struct boot_params, hdr),
				       sizeof(*header));
	if (!header || header->header != 0x53726448 || header->version < 0x20a)
		return 0;
	return header->init_size;
}

/* K1 has called SetVirtualAddressMap(): the services run at its addresses. */
u64 kexec_pe_arch_runtime(void)
{
	return 0;
}

int kexec_pe_arch_segments(struct kexec_pe_load *load)
{
	return 0;
}
