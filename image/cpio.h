/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Uncompressed cpio archives as Linux unpacks them into an initrd ("newc",
 * Documentation/driver-api/early-userspace/buffer-format.rst).
 */
#ifndef IMAGE_CPIO_H
#define IMAGE_CPIO_H

#include <image/view.h>

/* X(name, text): what is wrong with an archive, a code and a sentence each. */
/* clang-format off */
#define CPIO_FAULTS(X) \
	X(MAGIC, "an entry does not start with 070701 or 070702") \
	X(HEADER, "a header is cut off or holds no hexadecimal number") \
	X(NAME, "a name is cut off, empty or without its final NUL") \
	X(DATA, "the data of an entry are cut off") \
	X(TRAILER, "the archive ends without a trailer")
/* clang-format on */

enum cpio_fault {
	CPIO_OK,
#define CPIO_ENUM(name, text) CPIO_##name,
	CPIO_FAULTS(CPIO_ENUM)
#undef CPIO_ENUM
		CPIO_FAULT_COUNT,
};

/* One entry; the name has its NUL behind it, which the view leaves out. */
struct cpio_entry {
	struct view name;
	struct view data;
	u32 mode; /* type and permissions, as in stat(2) */
	u32 links;
};

/**
 * cpio_is() - does something start as an archive does?
 * @archive: any bytes
 *
 * Return: true when the first six are a magic number
 */
bool cpio_is(const struct view *archive);

/**
 * cpio_check() - is an archive well-formed up to its trailer?
 * @archive: the archive; what lies behind its trailer (padding, another
 *           archive, a compressed one) is not looked at
 * @ret_count: number of entries, the trailer left out
 * @ret_size: bytes of the archive, trailer included
 *
 * Results are untouched after a failure.
 *
 * Return: CPIO_OK or what is wrong
 */
enum cpio_fault cpio_check(const struct view *archive, u32 *ret_count,
			   u64 *ret_size);

/**
 * cpio_next() - the entries of an archive, one after the other
 * @archive: the archive
 * @offset: 0 at first; where the next entry starts afterwards
 * @ret: the entry; untouched when there is none
 *
 * Return: true when there was another entry. Stops at the trailer and at the
 *         first entry that is not well-formed: cpio_check() tells which.
 */
bool cpio_next(const struct view *archive, u64 *offset, struct cpio_entry *ret);

/**
 * cpio_fault_text() - the sentence of a fault
 * @fault: what cpio_check() returned
 *
 * Return: text without full stop, "unknown fault" for what is none
 */
const char *cpio_fault_text(enum cpio_fault fault);

#endif /* IMAGE_CPIO_H */
