/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The .sbat section (shim, SBAT.md): which components an image is made of, and
 * the generation of each, by which it can be revoked; and the revocations.
 */
#ifndef IMAGE_SBAT_H
#define IMAGE_SBAT_H

#include <image/view.h>

/* Real ones have less than one; every entry is held against every revocation. */
#define SBAT_SIZE_MAX 0x10000

/*
 * X(name, text): what is wrong with a section. As with rules, each has a code
 * and a sentence.
 */
/* clang-format off */
#define SBAT_FAULTS(X) \
	X(SIZE, "it is larger than 64 KiB") \
	X(EMPTY, "there is no entry") \
	X(CHARACTER, "a character is neither printable nor UTF-8") \
	X(AFTER_END, "something follows the final NUL") \
	X(FIELDS, "an entry has not the six fields that it must have") \
	X(NAME, "an entry has no component name") \
	X(GENERATION, "a generation is no number from 1 to 65535") \
	X(FIRST, "the first entry is not that of sbat itself")
/* clang-format on */

enum sbat_fault {
	SBAT_OK,
#define SBAT_ENUM(name, text) SBAT_##name,
	SBAT_FAULTS(SBAT_ENUM)
#undef SBAT_ENUM
		SBAT_FAULT_COUNT,
};

/* One entry; views of the section, none of them has a NUL behind it. */
struct sbat_entry {
	struct view name;
	u32 generation;
	struct view vendor;
	struct view package;
	struct view version;
	struct view url;
};

/**
 * sbat_check() - is a section well-formed from its first to its last byte?
 * @section: the section; NULs at its end are padding
 * @ret_count: number of entries; untouched after a failure
 *
 * Lines end with LF or CR LF, the last one may do without. Empty lines count
 * for nothing, fields behind the sixth are tolerated, as shim does.
 *
 * Return: SBAT_OK or what is wrong
 */
enum sbat_fault sbat_check(const struct view *section, u32 *ret_count);

/**
 * sbat_next() - the entries of a section, one after the other
 * @rest: a copy of the section at first; what remains of it afterwards
 * @ret: the entry; untouched when there is none
 *
 * Return: true when there was another entry. Stops at the first one that is
 *         not well-formed: sbat_check() says if there is any.
 */
bool sbat_next(struct view *rest, struct sbat_entry *ret);

/**
 * sbat_check_level() - is a list of revocations well-formed?
 * @level: content of SbatLevelRT, or of the same form: lines of a component
 *         and the lowest generation that is not revoked, the first one that of
 *         sbat itself; shim writes a date behind that
 * @ret_count: number of entries; untouched after a failure
 *
 * Return: SBAT_OK or what is wrong
 */
enum sbat_fault sbat_check_level(const struct view *level, u32 *ret_count);

/**
 * sbat_is_revoked() - is any component of an image revoked?
 * @section: a .sbat section that sbat_check() took
 * @level: revocations that sbat_check_level() took
 * @ret: the first revoked component; untouched when there is none
 *
 * A component that @level does not name is not revoked (shim, SBAT.md).
 *
 * Return: true when one is
 */
bool sbat_is_revoked(const struct view *section, const struct view *level,
		     struct sbat_entry *ret);

/**
 * sbat_fault_text() - the sentence of a fault
 * @fault: what sbat_check() returned
 *
 * Return: text without full stop, "unknown fault" for what is none
 */
const char *sbat_fault_text(enum sbat_fault fault);

#endif /* IMAGE_SBAT_H */
