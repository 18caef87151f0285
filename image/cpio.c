// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads uncompressed cpio archives, an entry at a time.
 */
#include <image/cpio.h>
#include <kexec_pe/string.h>

#define MAGIC_SIZE 6
#define FIELD_SIZE 8
#define ALIGN 4

/* Fields of eight digits behind the magic, by number; 13 in all. */
enum { FIELD_MODE = 1, FIELD_LINKS = 4, FIELD_DATA = 6, FIELD_NAME = 11 };
#define HEADER_SIZE (MAGIC_SIZE + 13 * FIELD_SIZE)

static const char trailer[] = "TRAILER!!!";

static bool digit(u8 c, u32 *ret)
{
	if (c >= '0' && c <= '9')
		*ret = c - '0';
	else if (c >= 'a' && c <= 'f')
		*ret = c - 'a' + 10;
	else if (c >= 'A' && c <= 'F')
		*ret = c - 'A' + 10;
	else
		return false;
	return true;
}

static bool read_field(const u8 *header, unsigned int number, u32 *ret)
{
	const u8 *at = header + MAGIC_SIZE + number * FIELD_SIZE;
	u32 value = 0, one;
	unsigned int i;

	for (i = 0; i < FIELD_SIZE; i++) {
		if (!digit(at[i], &one))
			return false;
		value = value << 4 | one;
	}
	*ret = value;
	return true;
}

static bool is_magic(const u8 *at)
{
	return !memcmp(at, "07070", MAGIC_SIZE - 1) &&
	       (at[MAGIC_SIZE - 1] == '1' || at[MAGIC_SIZE - 1] == '2');
}

bool cpio_is(const struct view *archive)
{
	const u8 *at = view_at(archive, 0, MAGIC_SIZE);

	return at && is_magic(at);
}

/* A name of @size bytes with its only NUL at the end, as Linux wants it. */
static bool read_name(const struct view *archive, u64 offset, u32 size,
		      struct view *ret)
{
	const u8 *name = view_at(archive, offset, size);
	u32 i;

	if (!name || size < 2 || name[size - 1])
		return false;
	for (i = 0; i < size - 1; i++)
		if (!name[i])
			return false;
	ret->base = name;
	ret->size = size - 1;
	return true;
}

static bool is_trailer(const struct view *name)
{
	return name->size == sizeof(trailer) - 1 &&
	       !memcmp(name->base, trailer, sizeof(trailer) - 1);
}

/* Both the name and the data end at a multiple of four from the start. */
static bool skip(u64 offset, u64 size, u64 *ret)
{
	return checked_add(offset, size, ret) &&
	       checked_align(*ret, ALIGN, ret);
}

/* The entry at @offset, whose end goes to @ret_end. */
static enum cpio_fault read_entry(const struct view *archive, u64 offset,
				  struct cpio_entry *ret, u64 *ret_end)
{
	const u8 *header = view_at(archive, offset, MAGIC_SIZE);
	u32 name_size, data_size;
	u64 at;

	if (!header)
		return CPIO_TRAILER;
	if (!is_magic(header))
		return CPIO_MAGIC;
	header = view_at(archive, offset, HEADER_SIZE);
	if (!header || !read_field(header, FIELD_MODE, &ret->mode) ||
	    !read_field(header, FIELD_LINKS, &ret->links) ||
	    !read_field(header, FIELD_DATA, &data_size) ||
	    !read_field(header, FIELD_NAME, &name_size))
		return CPIO_HEADER;
	if (!checked_add(offset, HEADER_SIZE, &at) ||
	    !read_name(archive, at, name_size, &ret->name))
		return CPIO_NAME;
	if (!skip(at, name_size, &at) ||
	    !view_cut(archive, data_size ? at : 0, data_size, &ret->data) ||
	    !skip(at, data_size, ret_end))
		return CPIO_DATA;
	return CPIO_OK;
}

enum cpio_fault cpio_check(const struct view *archive, u32 *ret_count,
			   u64 *ret_size)
{
	struct cpio_entry entry;
	enum cpio_fault fault;
	u64 offset = 0;
	u32 count;

	for (count = 0;; count++) {
		fault = read_entry(archive, offset, &entry, &offset);
		if (fault)
			return fault;
		if (is_trailer(&entry.name))
			break;
	}
	*ret_count = count;
	*ret_size = offset < archive->size ? offset : archive->size;
	return CPIO_OK;
}

bool cpio_next(const struct view *archive, u64 *offset, struct cpio_entry *ret)
{
	struct cpio_entry entry;
	u64 end;

	if (read_entry(archive, *offset, &entry, &end) ||
	    is_trailer(&entry.name))
		return false;
	*offset = end;
	*ret = entry;
	return true;
}

const char *cpio_fault_text(enum cpio_fault fault)
{
	static const char *const texts[] = { [CPIO_OK] = "well-formed",
#define CPIO_TEXT(name, text) [CPIO_##name] = (text),
					     CPIO_FAULTS(CPIO_TEXT)
#undef CPIO_TEXT
	};

	return (u32)fault < CPIO_FAULT_COUNT ? texts[fault] : "unknown fault";
}
