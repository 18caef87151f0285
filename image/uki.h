/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unified kernel images (UAPI.5): the sections that systemd-stub reads.
 */
#ifndef IMAGE_UKI_H
#define IMAGE_UKI_H

#include <image/pe.h>

enum uki_section {
	UKI_LINUX,
	UKI_OSREL,
	UKI_CMDLINE,
	UKI_INITRD,
	UKI_UCODE,
	UKI_SPLASH,
	UKI_DTB,
	UKI_UNAME,
	UKI_SBAT,
	UKI_PCRSIG,
	UKI_PCRPKEY,
	UKI_SECTION_COUNT,
};

struct uki {
	/* Cut at VirtualSize; base NULL where the image has none. */
	struct view section[UKI_SECTION_COUNT];
};

/**
 * uki_is() - is a parsed PE a UKI, that is, does it have a .linux section?
 * @pe: the image
 *
 * Return: true when it is
 */
bool uki_is(const struct pe_image *pe);

/**
 * uki_profile_count() - how many profiles a UKI has besides its base
 * @pe: a parsed image
 *
 * systemd-stub counts the .profile sections from 0: its "@N" is @profile N + 1
 * of uki_parse(), and what it starts without being asked is "@0" if there is
 * any .profile section, else the base.
 *
 * Return: number of .profile sections
 */
unsigned int uki_profile_count(const struct pe_image *pe);

/**
 * uki_parse() - find the sections of a UKI
 * @pe: a parsed image for which uki_is() holds
 * @profile: 0 for the base profile, N for the Nth .profile section (UAPI.5:
 *           sections of a profile override those of the base)
 * @ret: the sections; untouched after a failure
 *
 * The content is not read, with two exceptions: .linux must be a PE for the
 * machine of the image, and .dtb a device tree no larger than the section.
 *
 * Return: RULE_OK or the rule that the image breaks
 */
enum rule uki_parse(const struct pe_image *pe, unsigned int profile,
		    struct uki *ret);

#endif /* IMAGE_UKI_H */
