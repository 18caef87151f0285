// SPDX-License-Identifier: GPL-2.0-only
/*
 * Revocation by generation (shim, SBAT.md): no component of an image may be
 * older than what shim, or this kernel, knows to be broken.
 */
#define pr_fmt(fmt) "kexec_pe: " fmt

#include <linux/efi.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/string.h>

#include <image/sbat.h>
#include <kernel/arch.h>
#include <kernel/kexec_pe.h>

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "kexec_pe."

/* What shim 15.8 and later revoke at least; of May 2025. */
static const char minimum[] = "sbat,1,2025051000\n"
			      "shim,4\n"
			      "grub,5\n"
			      "grub.peimage,2\n"
			      "grub.proxmox,2\n";

/* kexec_pe.sbat, which says what happens without Secure Boot and lockdown. */
static bool enforce;

static bool is_loose(void)
{
	return kexec_pe_arch_secure_boot() != efi_secureboot_mode_enabled &&
	       !kexec_pe_locked_down();
}

static int set_mode(const char *text, const struct kernel_param *param)
{
	if (sysfs_streq(text, "enforce"))
		enforce = true;
	else if (!sysfs_streq(text, "log"))
		return -EINVAL;
	else if (enforce && !is_loose())
		return -EPERM;
	else
		enforce = false;
	return 0;
}

static int get_mode(char *text, const struct kernel_param *param)
{
	return sysfs_emit(text, "%s\n", enforce ? "enforce" : "log");
}

static const struct kernel_param_ops mode_ops = {
	.set = set_mode,
	.get = get_mode,
};

module_param_cb(sbat, &mode_ops, NULL, 0644);

/* The images of a file are judged one after the other. */
struct sbat_check {
	const struct kexec_pe_load *load;
	const char *image; /* for the log */
	enum refusal refusal;
};

/*
 * Variables are filtered when they are read: what is there is volatile, so shim
 * made it. Without variables there is no answer, which is no "nothing".
 */
static bool read_level(const struct kexec_pe_load *load, struct view *ret)
{
	u32 count;

	if (!efivar_is_available())
		return false;
	return !kexec_pe_find_variable(load, "SbatLevelRT", EFI_SHIM_LOCK_GUID,
				       ret) ||
	       sbat_check_level(ret, &count) == SBAT_OK;
}

static void compare(struct sbat_check *check, const struct view *section,
		    const struct view *level)
{
	struct sbat_entry entry;

	if (!sbat_is_revoked(section, level, &entry))
		return;
	pr_notice("%s: component \"%.*s\" is of generation %u\n", check->image,
		  (int)min_t(u64, entry.name.size, 80), entry.name.base,
		  entry.generation);
	check->refusal = REFUSAL_SBAT_REVOKED;
}

static void check_section(struct sbat_check *check, const struct view *section)
{
	struct view level = { (const u8 *)minimum, sizeof(minimum) - 1 };
	enum sbat_fault fault;
	u32 count;

	fault = sbat_check(section, &count);
	if (fault) {
		pr_notice("%s: .sbat: %s\n", check->image,
			  sbat_fault_text(fault));
		check->refusal = REFUSAL_SBAT_MALFORMED;
		return;
	}
	compare(check, section, &level);
	level = (struct view){};
	if (!read_level(check->load, &level))
		check->refusal = REFUSAL_SBAT_LEVEL;
	else
		compare(check, section, &level);
}

/* Linux has had no .sbat before 6.16; a stub is never without. */
static void check_image(struct sbat_check *check, const struct pe_image *pe,
			bool wanted)
{
	struct pe_section section;
	struct view data;
	unsigned int i;

	for (i = 0; i < pe->section_count; i++) {
		pe_section(pe, i, &section);
		if (strcmp(section.name, ".sbat"))
			continue;
		pe_section_data(pe, &section, &data);
		check_section(check, &data);
		return;
	}
	if (wanted)
		check->refusal = REFUSAL_SBAT_MISSING;
}

/*
 * Of the UKI, .sbat names its own components and those of its stub. An inner
 * kernel that is no sound PE has nothing that it could be asked for.
 */
static enum refusal check_images(const struct kexec_pe_load *load)
{
	const struct view *inner = &load->file.uki.section[UKI_LINUX];
	struct sbat_check check = { .load = load, .image = "image" };
	struct pe_image pe;

	check_image(&check, &load->file.pe, load->file.is_uki);
	if (check.refusal || !load->file.is_uki)
		return check.refusal;
	check.image = ".linux";
	if (!pe_parse(inner->base, inner->size, load->file.pe.machine, &pe))
		check_image(&check, &pe, false);
	return check.refusal;
}

int kexec_pe_check_sbat(struct kexec_pe_load *load)
{
	enum refusal refusal = check_images(load);

	if (!refusal)
		return 0;
	if (enforce || !is_loose())
		return kexec_pe_refuse(refusal);
	kexec_pe_tolerate(refusal, "kexec_pe.sbat=log");
	return 0;
}
