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
 * uki_parse() - find the sections of a UKI
 * @pe: a parsed image for which uki_is() holds
 * @profile: 0 for the base profile, N for the Nth .profile section (UAPI.5:
 *           sections of a profile override those of the base)
 * @ret: the sections; untouched after a failure
 *
 * Return: RULE_OK or the rule that the image breaks
 */
enum rule uki_parse(const struct pe_image *pe, unsigned int profile,
		    struct uki *ret);

#endif /* IMAGE_UKI_H */
