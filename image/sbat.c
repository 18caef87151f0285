// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Strict parser of .sbat sections: what one reader takes for an entry and
 * another does not must not exist, so that nothing slips past a revocation.
 */
#include <image/sbat.h>
#include <kexec_pe/string.h>

#define GENERATION_MAX 65535

/* What an entry has at least: of an image; of a level, name and generation. */
#define IMAGE_FIELDS 6
#define LEVEL_FIELDS 2

static const char *const texts[SBAT_FAULT_COUNT] = { [SBAT_OK] = "no fault",
#define SBAT_TEXT(name, text) [SBAT_##name] = text,
						     SBAT_FAULTS(SBAT_TEXT)
#undef SBAT_TEXT
};

const char *sbat_fault_text(enum sbat_fault fault)
{
	return (u32)fault < SBAT_FAULT_COUNT ? texts[fault] : "unknown fault";
}

/* @view without what is behind its first @byte, which goes to @ret_rest */
static struct view cut_at(const struct view *view, u8 byte,
			  struct view *ret_rest)
{
	struct view head = *view;
	u64 i;

	for (i = 0; i < view->size && view->base[i] != byte; i++)
		;
	head.size = i;
	if (i < view->size)
		i++;
	ret_rest->base = view->base + i;
	ret_rest->size = view->size - i;
	return head;
}

/* The next line that is not empty; false at the end. */
static bool next_line(struct view *rest, struct view *ret)
{
	struct view line = { 0 };

	while (!line.size) {
		if (!rest->size)
			return false;
		line = cut_at(rest, '\n', rest);
		if (line.size && line.base[line.size - 1] == '\r')
			line.size--;
	}
	*ret = line;
	return true;
}

static bool parse_generation(const struct view *text, u32 *ret)
{
	u32 value = 0;
	u64 i;

	for (i = 0; i < text->size; i++) {
		if (text->base[i] < '0' || text->base[i] > '9')
			return false;
		value = value * 10 + (text->base[i] - '0');
		if (value > GENERATION_MAX)
			return false;
	}
	if (!value)
		return false;
	*ret = value;
	return true;
}

static u64 count_fields(const struct view *line)
{
	u64 count = 1, i;

	for (i = 0; i < line->size; i++)
		count += line->base[i] == ',';
	return count;
}

static enum sbat_fault parse_line(const struct view *line, u32 fields_min,
				  struct sbat_entry *ret)
{
	struct sbat_entry entry = { 0 };
	struct view generation = { 0 }, rest = *line;
	struct view *const fields[] = { &entry.name,	&generation,
					&entry.vendor,	&entry.package,
					&entry.version, &entry.url };
	u32 i;

	if (count_fields(line) < fields_min)
		return SBAT_FIELDS;
	for (i = 0; i < ARRAY_SIZE(fields); i++)
		*fields[i] = cut_at(&rest, ',', &rest);
	if (!entry.name.size)
		return SBAT_NAME;
	if (!parse_generation(&generation, &entry.generation))
		return SBAT_GENERATION;
	*ret = entry;
	return SBAT_OK;
}

/* Bytes behind the first of a UTF-8 sequence; -1: it can be none. */
static int utf8_tail(const u8 *p)
{
	if (*p < 0x80)
		return 0;
	if (*p >= 0xc2 && *p < 0xe0)
		return 1;
	if (*p >= 0xe0 && *p < 0xf0)
		return 2;
	return *p >= 0xf0 && *p < 0xf5 ? 3 : -1;
}

static bool is_text(u8 byte)
{
	return (byte >= ' ' && byte != 0x7f) || byte == '\n' || byte == '\r' ||
	       byte == '\t';
}

static enum sbat_fault check_characters(const struct view *text)
{
	u64 i = 0;

	while (i < text->size) {
		int tail = utf8_tail(&text->base[i]);

		if (!is_text(text->base[i]) || tail < 0 ||
		    (u64)tail > text->size - i - 1)
			return SBAT_CHARACTER;
		for (i++; tail; tail--, i++)
			if ((text->base[i] & 0xc0) != 0x80)
				return SBAT_CHARACTER;
	}
	return SBAT_OK;
}

static struct view before_nul(const struct view *section)
{
	struct view rest;

	return cut_at(section, 0, &rest);
}

static enum sbat_fault check_end(const struct view *section)
{
	u64 i = before_nul(section).size;

	for (; i < section->size; i++)
		if (section->base[i])
			return SBAT_AFTER_END;
	return SBAT_OK;
}

static bool is_sbat(const struct view *name)
{
	return name->size == 4 && !memcmp(name->base, "sbat", 4);
}

static enum sbat_fault check(const struct view *section, u32 fields_min,
			     u32 *ret_count)
{
	struct sbat_entry entry;
	struct view rest, line;
	enum sbat_fault fault;
	u32 count = 0;

	if (section->size > SBAT_SIZE_MAX)
		return SBAT_SIZE;
	rest = before_nul(section);
	fault = check_end(section);
	if (!fault)
		fault = check_characters(&rest);
	while (!fault && next_line(&rest, &line)) {
		fault = parse_line(&line, fields_min, &entry);
		if (!fault && !count && !is_sbat(&entry.name))
			fault = SBAT_FIRST;
		count++;
	}
	if (!fault && !count)
		fault = SBAT_EMPTY;
	if (!fault)
		*ret_count = count;
	return fault;
}

enum sbat_fault sbat_check(const struct view *section, u32 *ret_count)
{
	return check(section, IMAGE_FIELDS, ret_count);
}

enum sbat_fault sbat_check_level(const struct view *level, u32 *ret_count)
{
	return check(level, LEVEL_FIELDS, ret_count);
}

static bool next_entry(struct view *rest, u32 fields_min,
		       struct sbat_entry *ret)
{
	struct view text = before_nul(rest), line;
	bool found = next_line(&text, &line) &&
		     parse_line(&line, fields_min, ret) == SBAT_OK;

	*rest = text;
	return found;
}

bool sbat_next(struct view *rest, struct sbat_entry *ret)
{
	return next_entry(rest, IMAGE_FIELDS, ret);
}

static bool is_same(const struct view *a, const struct view *b)
{
	return a->size == b->size && !memcmp(a->base, b->base, a->size);
}

static bool is_below(const struct sbat_entry *entry, const struct view *level)
{
	struct view rest = *level;
	struct sbat_entry minimum;

	while (next_entry(&rest, LEVEL_FIELDS, &minimum))
		if (is_same(&minimum.name, &entry->name) &&
		    entry->generation < minimum.generation)
			return true;
	return false;
}

bool sbat_is_revoked(const struct view *section, const struct view *level,
		     struct sbat_entry *ret)
{
	struct view rest = *section;
	struct sbat_entry entry;

	while (next_entry(&rest, IMAGE_FIELDS, &entry)) {
		if (is_below(&entry, level)) {
			*ret = entry;
			return true;
		}
	}
	return false;
}
