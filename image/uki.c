// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Unified kernel images: which section of which profile counts (UAPI.5).
 */
#include <image/uki.h>
#include <kexec_pe/string.h>

#define SECTION_NAME_SIZE sizeof(((struct pe_section *)0)->name)

/* Device tree blob header, big-endian (Devicetree specification 0.4, 5.2) */
#define FDT_MAGIC 0xd00dfeed
#define FDT_TOTALSIZE 4

static const char names[UKI_SECTION_COUNT][SECTION_NAME_SIZE] = {
	[UKI_LINUX] = ".linux",	    [UKI_OSREL] = ".osrel",
	[UKI_CMDLINE] = ".cmdline", [UKI_INITRD] = ".initrd",
	[UKI_UCODE] = ".ucode",	    [UKI_SPLASH] = ".splash",
	[UKI_DTB] = ".dtb",	    [UKI_UNAME] = ".uname",
	[UKI_SBAT] = ".sbat",	    [UKI_PCRSIG] = ".pcrsig",
	[UKI_PCRPKEY] = ".pcrpkey",
};

static const char profile_name[SECTION_NAME_SIZE] = ".profile";

static bool name_is(const struct pe_section *section,
		    const char name[SECTION_NAME_SIZE])
{
	return !memcmp(section->name, name, SECTION_NAME_SIZE);
}

static unsigned int count_sections(const struct pe_image *pe,
				   const char name[SECTION_NAME_SIZE])
{
	struct pe_section section;
	unsigned int i, count = 0;

	for (i = 0; i < pe->section_count; i++) {
		pe_section(pe, i, &section);
		count += name_is(&section, name);
	}
	return count;
}

bool uki_is(const struct pe_image *pe)
{
	return count_sections(pe, names[UKI_LINUX]) > 0;
}

unsigned int uki_profile_count(const struct pe_image *pe)
{
	return count_sections(pe, profile_name);
}

static int find_name(const struct pe_section *section)
{
	int i;

	for (i = 0; i < UKI_SECTION_COUNT; i++)
		if (name_is(section, names[i]))
			return i;
	return -1;
}

/* @seen: bit mask of what the profile that the section is in has so far */
static enum rule add_section(const struct pe_image *pe,
			     const struct pe_section *section, u32 *seen,
			     struct uki *uki)
{
	int kind = find_name(section);

	if (kind < 0)
		return RULE_OK;
	/* Stub 252 would take the last of two, others the first. */
	if (*seen & BIT(kind))
		return RULE_UKI_DUPLICATE;
	*seen |= BIT(kind);
	if (section->virtual_size > section->raw_size)
		return RULE_UKI_SECTION_DATA;
	pe_section_data(pe, section, &uki->section[kind]);
	return RULE_OK;
}

static enum rule find_sections(const struct pe_image *pe, unsigned int profile,
			       struct uki *uki)
{
	unsigned int i, current = 0;
	struct pe_section section;
	enum rule rule;
	u32 seen = 0;

	for (i = 0; i < pe->section_count; i++) {
		pe_section(pe, i, &section);
		if (name_is(&section, profile_name)) {
			current++;
			seen = 0;
		}
		if (current && current != profile)
			continue;
		rule = add_section(pe, &section, &seen, uki);
		if (rule)
			return rule;
	}
	return RULE_OK;
}

/*
 * An inner image that only some loader cannot take is no reason to refuse the
 * UKI here: systemd-stub has a loader of its own since 258.
 */
static enum rule check_linux(const struct view *linux_section, u16 machine)
{
	struct pe_image inner;
	enum rule rule;

	if (!linux_section->size)
		return RULE_UKI_LINUX;
	rule = pe_parse(linux_section->base, linux_section->size, machine,
			&inner);
	if (rule_is_foreign(rule))
		return RULE_UKI_INNER;
	if (!rule && uki_is(&inner))
		return RULE_UKI_NESTED;
	return RULE_OK;
}

static u32 be32(const u8 *p)
{
	return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3];
}

static enum rule check_dtb(const struct view *dtb)
{
	const u8 *header;

	if (!dtb->base)
		return RULE_OK;
	header = view_at(dtb, 0, FDT_TOTALSIZE + sizeof(u32));
	if (!header || be32(header) != FDT_MAGIC)
		return RULE_UKI_DTB_MAGIC;
	if (be32(header + FDT_TOTALSIZE) > dtb->size)
		return RULE_UKI_DTB_SIZE;
	return RULE_OK;
}

enum rule uki_parse(const struct pe_image *pe, unsigned int profile,
		    struct uki *ret)
{
	struct uki uki = { 0 };
	enum rule rule;

	if (profile > uki_profile_count(pe))
		return RULE_UKI_PROFILE;
	rule = find_sections(pe, profile, &uki);
	if (!rule)
		rule = check_linux(&uki.section[UKI_LINUX], pe->machine);
	if (!rule)
		rule = check_dtb(&uki.section[UKI_DTB]);
	if (!rule)
		*ret = uki;
	return rule;
}
