// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * arm64: what K1 knows of this machine, for the handler in kernel/.
 */
#include <linux/acpi.h>
#include <linux/arm-smccc.h>
#include <linux/efi.h>
#include <linux/io.h>
#include <linux/kexec.h>
#include <linux/libfdt.h>
#include <linux/memblock.h>
#include <linux/of.h>
#include <linux/of_fdt.h>
#include <linux/pe.h>
#include <linux/unaligned.h>

#include <asm/arch_timer.h>
#include <asm/image.h>
#include <asm/cpufeature.h>

#include <image/zboot.h>
#include <kernel/arch.h>

u16 kexec_pe_arch_machine(void)
{
	return IMAGE_FILE_MACHINE_ARM64;
}

/* The emulator's tables have 4 KiB pages, as EFI's (UEFI 2.10, 2.3.6). */
enum refusal kexec_pe_arch_refusal(void)
{
	return system_supports_4kb_granule() ? REFUSAL_NONE : REFUSAL_GRANULE;
}

/* The 4 KiB granule, whatever K1's: it always has 1 GiB blocks. */
void kexec_pe_arch_paging(struct stage_paging *ret)
{
	ret->levels = 4;
	ret->gigabyte = true;
}

u64 kexec_pe_arch_emulator_flags(void)
{
	return 0;
}

/* Not CNTFRQ_EL0: some firmware forgets it, and a device tree corrects it. */
u64 kexec_pe_arch_timer(void)
{
	return arch_timer_get_rate();
}

void kexec_pe_arch_reset(struct handoff_reset *ret)
{
	memset(ret, 0, sizeof(*ret));
	switch (arm_smccc_1_1_get_conduit()) {
	case SMCCC_CONDUIT_SMC:
		ret->type = HANDOFF_RESET_PSCI_SMC;
		break;
	case SMCCC_CONDUIT_HVC:
		ret->type = HANDOFF_RESET_PSCI_HVC;
		break;
	default:
		break;
	}
}

/* What the EFI stub told this kernel: /chosen, linux,uefi-NAME. */
static bool stub_said(const char *name, u64 *ret)
{
	const void *fdt = initial_boot_params;
	const void *value;
	int node, size;

	if (!fdt)
		return false;
	node = fdt_path_offset(fdt, "/chosen");
	if (node < 0)
		return false;
	value = fdt_getprop(fdt, node, name, &size);
	if (!value || (size != 4 && size != 8))
		return false;
	*ret = size == 4 ? get_unaligned_be32(value) :
			   get_unaligned_be64(value);
	return true;
}

enum efi_secureboot_mode kexec_pe_arch_secure_boot(void)
{
	u64 mode;

	if (efi_enabled(EFI_SECURE_BOOT))
		return efi_secureboot_mode_enabled;
	if (!stub_said("linux,uefi-secure-boot", &mode) ||
	    mode > efi_secureboot_mode_enabled)
		return efi_secureboot_mode_unknown;
	return mode;
}

/* SetVirtualAddressMap() converts the pointers in the system table. */
static u64 physical(u64 address)
{
	efi_memory_desc_t *md;

	for_each_efi_memory_desc(md) {
		if (!(md->attribute & EFI_MEMORY_RUNTIME) || !md->virt_addr)
			continue;
		if (range_inside(address, 1, md->virt_addr,
				 md->num_pages << EFI_PAGE_SHIFT))
			return md->phys_addr + (address - md->virt_addr);
	}
	return address;
}

void kexec_pe_arch_firmware(struct kexec_pe_firmware *ret)
{
	const efi_system_table_64_t *systab;

	memset(ret, 0, sizeof(*ret));
	if (!efi_enabled(EFI_MEMMAP) ||
	    !stub_said("linux,uefi-system-table", &ret->systab))
		return;
	systab = memremap(ret->systab, sizeof(*systab), MEMREMAP_WB);
	if (!systab)
		return;
	ret->vendor = physical(systab->fw_vendor);
	ret->tables = physical(systab->tables);
	memunmap((void *)systab);
}

/*
 * Firmware that never heard of a virtual address still runs at its physical
 * ones, for the next kernel as for this one. Where K1 did call
 * SetVirtualAddressMap(), which is possible once, the addresses are K1's.
 */
u64 kexec_pe_arch_runtime(void)
{
	u64 address = (unsigned long)efi.runtime;
	efi_memory_desc_t *md;
	bool found = false;

	if (!efi_enabled(EFI_RUNTIME_SERVICES) || !efi_enabled(EFI_MEMMAP))
		return 0;
	for_each_efi_memory_desc(md) {
		if (!(md->attribute & EFI_MEMORY_RUNTIME))
			continue;
		if (md->virt_addr != md->phys_addr)
			return 0;
		if (md->type == EFI_RUNTIME_SERVICES_DATA &&
		    range_inside(address, sizeof(efi_runtime_services_t),
				 md->phys_addr,
				 md->num_pages << EFI_PAGE_SHIFT))
			found = true;
	}
	return found ? address : 0;
}

static bool is_free_type(u32 type)
{
	switch (type) {
	case EFI_LOADER_CODE:
	case EFI_LOADER_DATA:
	case EFI_BOOT_SERVICES_CODE:
	case EFI_BOOT_SERVICES_DATA:
	case EFI_CONVENTIONAL_MEMORY:
		return true;
	default:
		return false;
	}
}

/*
 * Tables in boot services memory that K1 keeps by reserving just them. How long
 * each is, only its own parser knows; K1's reservation says it as well.
 */
static int claim_reserved(struct kexec_pe_claims *claims, u64 address)
{
	u64 start = round_down(address, EFI_PAGE_SIZE), end = start;
	efi_memory_desc_t md;
	u64 limit;

	if (!address || address == EFI_INVALID_TABLE_ADDR ||
	    efi_mem_desc_lookup(address, &md) || !is_free_type(md.type))
		return 0;
	limit = md.phys_addr + (md.num_pages << EFI_PAGE_SHIFT);
	while (end < limit && memblock_is_reserved(max(end, address)))
		end += EFI_PAGE_SIZE;
	return kexec_pe_claim(claims, start, end - start,
			      EFI_BOOT_SERVICES_DATA, md.attribute);
}

static int claim_tables(struct kexec_pe_claims *claims)
{
	int ret = claim_reserved(claims, efi.esrt);

	if (!ret)
		ret = claim_reserved(claims, efi_mem_attr_table);
#ifdef CONFIG_LOAD_UEFI_KEYS
	if (!ret)
		ret = claim_reserved(claims, efi.mokvar_table);
#endif
	return ret;
}

/* K1 has the whole map, as firmware gave it at ExitBootServices(). */
int kexec_pe_arch_claims(struct kexec_pe_claims *claims)
{
	efi_memory_desc_t *md;

	for_each_efi_memory_desc(md) {
		u64 size = md->num_pages << EFI_PAGE_SHIFT;
		u32 type = md->type;
		int ret;

		if (is_free_type(type) && !(md->attribute & EFI_MEMORY_RUNTIME))
			type = EFI_CONVENTIONAL_MEMORY;
		ret = kexec_pe_claim(claims, md->phys_addr, size, type,
				     md->attribute);
		if (ret)
			return ret;
	}
	return claim_tables(claims);
}

static int claim_range(struct kexec_pe_claims *claims, u64 start, u64 size,
		       u32 type)
{
	return kexec_pe_claim(claims, start, round_up(size, EFI_PAGE_SIZE),
			      type, KEXEC_PE_RAM_ATTRIBUTE);
}

#ifdef CONFIG_CRASH_DUMP

/*
 * elfcorehdr, and the device tree that says where it is and which memory counts:
 * a stub keeps what /chosen has. Only its address in x0 goes unused.
 */
int kexec_pe_arch_crash_segments(struct kexec_pe_load *load)
{
	return load_other_segments(load->image, crashk_res.start, 0, NULL, 0,
				   NULL);
}

/*
 * What is neither K1's memory nor its crash region stays as firmware said. K1's
 * is absent: reserved, it would be memory all the same, with struct pages for
 * each page of it. elfcorehdr is memory: the next kernel reads it where its own
 * map has it, and reserves it.
 */
int kexec_pe_arch_crash_claims(struct kexec_pe_load *load)
{
	struct kexec_pe_claims *claims = &load->claims;
	struct kimage *image = load->image;
	efi_memory_desc_t *md;
	int ret = 0;

	for_each_efi_memory_desc(md) {
		if (is_free_type(md->type) &&
		    !(md->attribute & EFI_MEMORY_RUNTIME))
			continue;
		ret = kexec_pe_claim(claims, md->phys_addr,
				     md->num_pages << EFI_PAGE_SHIFT, md->type,
				     md->attribute);
		if (ret)
			return ret;
	}
	ret = claim_range(claims, crashk_res.start, resource_size(&crashk_res),
			  EFI_CONVENTIONAL_MEMORY);
	if (!ret && crashk_low_res.end)
		ret = claim_range(claims, crashk_low_res.start,
				  resource_size(&crashk_low_res),
				  EFI_CONVENTIONAL_MEMORY);
	if (!ret)
		ret = claim_range(claims, image->elf_load_addr,
				  image->elf_headers_sz, EFI_LOADER_DATA);
	return ret;
}

/* /chosen says it. */
void kexec_pe_arch_crash_option(const struct kimage *image, char *ret,
				size_t size)
{
	*ret = 0;
}

#endif /* CONFIG_CRASH_DUMP */

/*
 * A zboot kernel says behind its payload how large that is when unpacked, where
 * the last four bytes of the payload do not say it anyway, as those of gzip.
 */
static u64 unpacked_size(const struct view *file)
{
	struct zboot zboot;
	struct pe_image pe;
	u64 end;
	u32 size;

	if (pe_parse(file->base, file->size, IMAGE_FILE_MACHINE_ARM64, &pe) ||
	    !zboot_is(&pe) || zboot_parse(&pe, &zboot))
		return 0;
	end = zboot.payload.base - file->base + zboot.payload.size;
	if (!strcmp(zboot.compression, "gzip"))
		end -= sizeof(size);
	return view_u32(file, end, &size) ? size : 0;
}

u64 kexec_pe_arch_kernel_size(const struct view *file)
{
	const struct arm64_image_header *header;

	header = (const void *)view_at(file, 0, sizeof(*header));
	if (!header ||
	    memcmp(&header->magic, ARM64_IMAGE_MAGIC, sizeof(header->magic)))
		return unpacked_size(file);
	return le64_to_cpu(header->image_size);
}

/* The tree that load_other_segments() made. */
static int take_crash_fdt(struct kexec_pe_load *load)
{
	u64 address = load->image->arch.dtb_mem;
	const void *fdt = load->image->arch.dtb;
	unsigned long size = fdt_totalsize(fdt);
	int ret;

	ret = claim_range(&load->claims, address, size, EFI_LOADER_DATA);
	if (!ret)
		ret = kexec_pe_check(load, address, fdt, size);
	if (!ret)
		kexec_pe_add_table(load, &DEVICE_TREE_GUID, address);
	return ret;
}

/*
 * The device tree, where this kernel lives by it: its own, without initrd and
 * command line, for both come from the payload now. With ACPI there is none:
 * the stub then makes one that has /chosen only, and ACPI stays on.
 */
int kexec_pe_arch_segments(struct kexec_pe_load *load)
{
	unsigned long size;
	u64 address;
	void *fdt;
	int ret;

	if (kexec_pe_is_crash(load))
		return take_crash_fdt(load);
	if (!acpi_disabled)
		return 0;
	fdt = of_kexec_alloc_and_setup_fdt(load->image, 0, 0, NULL, 0);
	if (!fdt)
		return -ENOMEM;
	/* Freed by the core's cleanup of this architecture. */
	load->image->arch.dtb = fdt;
	fdt_pack(fdt);
	size = fdt_totalsize(fdt);
	ret = kexec_pe_add_segment(load, "fdt", fdt, size, size, EFI_PAGE_SIZE,
				   &address);
	if (!ret)
		ret = kexec_pe_claim(&load->claims, address,
				     round_up(size, EFI_PAGE_SIZE),
				     EFI_LOADER_DATA, KEXEC_PE_RAM_ATTRIBUTE);
	if (!ret)
		kexec_pe_add_table(load, &DEVICE_TREE_GUID, address);
	return ret;
}
