// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flattened device trees: find a property, and write a tree with two more. A
 * tree comes from the payload: nothing in it is believed.
 */
#include <emulator/device_tree.h>

#include <kexec_pe/checked.h>
#include <kexec_pe/string.h>

#define FDT_MAGIC 0xd00dfeedU
#define FDT_VERSION 17U
#define FDT_LAST_COMPATIBLE 16U

/* Tokens of the structure block (5.4.1). */
#define FDT_BEGIN_NODE 1U
#define FDT_END_NODE 2U
#define FDT_PROP 3U
#define FDT_NOP 4U

/* The header, 32-bit words, big-endian (5.2). */
enum {
	HEADER_MAGIC,
	HEADER_SIZE,
	HEADER_STRUCTURE,
	HEADER_STRINGS,
	HEADER_RESERVED,
	HEADER_VERSION,
	HEADER_COMPATIBLE,
	HEADER_CPU,
	HEADER_STRINGS_SIZE,
	HEADER_STRUCTURE_SIZE,
	HEADER_WORDS,
};

static_assert(HEADER_WORDS * 4 == DEVICE_TREE_HEADER, "5.2");

/* What was found in a tree: offsets into its structure block, 0: not there. */
struct tree {
	const u8 *base;
	const u8 *structure;
	u32 structure_size;
	const u8 *strings;
	u32 strings_size;
	u32 reserved_size; /* of the memory reservation block */
	u32 root_end; /* END_NODE of the root */
	u32 chosen; /* behind the name of /chosen */
	u32 address_cells, size_cells;
};

struct property {
	const u8 *value;
	u32 size;
};

/* Sizes with the NUL. */
static const struct name {
	char text[28];
	u32 size;
} crash_names[2] = {
	{ "linux,elfcorehdr", 17 },
	{ "linux,usable-memory-range", 26 },
};

static u32 load(const u8 *at)
{
	return (u32)at[0] << 24 | (u32)at[1] << 16 | (u32)at[2] << 8 | at[3];
}

static void store(u8 *at, u32 value)
{
	at[0] = (u8)(value >> 24);
	at[1] = (u8)(value >> 16);
	at[2] = (u8)(value >> 8);
	at[3] = (u8)value;
}

static u32 header(const void *tree, unsigned int word)
{
	return load((const u8 *)tree + word * 4);
}

u32 device_tree_size(const void *tree)
{
	u32 size = header(tree, HEADER_SIZE);

	if (header(tree, HEADER_MAGIC) != FDT_MAGIC ||
	    size < DEVICE_TREE_HEADER || size > DEVICE_TREE_SIZE_MAX)
		return 0;
	return size;
}

/* Bytes of a string with its NUL, 0 if it does not end within @room. */
static u32 text_size(const u8 *text, u32 room)
{
	u32 i;

	for (i = 0; i < room; i++)
		if (!text[i])
			return i + 1;
	return 0;
}

/* @size: of @want, with its NUL */
static bool property_named(const struct tree *tree, u32 name, const char *want,
			   u32 size)
{
	return range_inside(name, size, 0, tree->strings_size) &&
	       !memcmp(tree->strings + name, want, size);
}

/*
 * One token and what belongs to it. Returns the offset of the next, 0 where
 * the structure ends or makes no sense.
 */
static u32 next_token(const struct tree *tree, u32 at, u32 *ret_token)
{
	u32 room, size;

	if (at > tree->structure_size || tree->structure_size - at < 4)
		return 0;
	*ret_token = load(tree->structure + at);
	at += 4;
	room = tree->structure_size - at;
	switch (*ret_token) {
	case FDT_BEGIN_NODE:
		size = text_size(tree->structure + at, room);
		if (!size)
			return 0;
		break;
	case FDT_PROP:
		if (room < 8 || load(tree->structure + at) > room - 8)
			return 0;
		size = 8 + load(tree->structure + at);
		break;
	case FDT_END_NODE:
	case FDT_NOP:
		return at;
	default:
		return 0;
	}
	size = (size + 3) & ~3U;
	return size > room ? 0 : at + size;
}

static void read_cells(struct tree *tree, const u8 *property)
{
	if (load(property) != 4)
		return;
	if (property_named(tree, load(property + 4), "#address-cells", 15))
		tree->address_cells = load(property + 8);
	if (property_named(tree, load(property + 4), "#size-cells", 12))
		tree->size_cells = load(property + 8);
}

/* Root, its cells, and /chosen; true when the root's end was found. */
static bool walk(struct tree *tree)
{
	u32 at = 0, depth = 0, token, next;

	/* Defaults of 2.3.5. */
	tree->address_cells = 2;
	tree->size_cells = 1;
	while ((next = next_token(tree, at, &token))) {
		const u8 *inside = tree->structure + at + 4;

		if (token == FDT_BEGIN_NODE && ++depth == 2 &&
		    next - at >= 12 && !memcmp(inside, "chosen", 7))
			tree->chosen = next;
		if (token == FDT_PROP && depth == 1)
			read_cells(tree, inside);
		if (token == FDT_END_NODE && (!depth || !--depth)) {
			tree->root_end = at;
			return at > 0;
		}
		at = next;
	}
	return false;
}

/* Entries of 16 bytes, up to one of zeros (5.3). */
static bool read_reserved(struct tree *tree, u32 total)
{
	static const u8 zeros[16];
	u32 offset = header(tree->base, HEADER_RESERVED);
	u32 at;

	for (at = offset; range_inside(at, 16, 0, total); at += 16) {
		if (memcmp(tree->base + at, zeros, 16))
			continue;
		tree->reserved_size = at + 16 - offset;
		return true;
	}
	return false;
}

static bool read_tree(const void *base, struct tree *ret)
{
	u32 total = device_tree_size(base);
	u32 structure = header(base, HEADER_STRUCTURE);
	u32 strings = header(base, HEADER_STRINGS);

	memset(ret, 0, sizeof(*ret));
	ret->base = base;
	ret->structure_size = header(base, HEADER_STRUCTURE_SIZE);
	ret->strings_size = header(base, HEADER_STRINGS_SIZE);
	if (!total || header(base, HEADER_VERSION) < FDT_VERSION ||
	    header(base, HEADER_COMPATIBLE) > FDT_VERSION ||
	    !range_inside(structure, ret->structure_size, 0, total) ||
	    !range_inside(strings, ret->strings_size, 0, total))
		return false;
	ret->structure = ret->base + structure;
	ret->strings = ret->base + strings;
	return read_reserved(ret, total) && walk(ret);
}

static bool find_property(const struct tree *tree, const struct name *name,
			  struct property *ret)
{
	u32 at = tree->chosen, token, next;

	for (; at; at = next) {
		const u8 *inside = tree->structure + at + 4;

		next = next_token(tree, at, &token);
		if (!next || (token != FDT_PROP && token != FDT_NOP))
			return false;
		if (token == FDT_PROP &&
		    property_named(tree, load(inside + 4), name->text,
				   name->size)) {
			ret->size = load(inside);
			ret->value = inside + 8;
			return true;
		}
	}
	return false;
}

/* Where the copy is written. */
struct writer {
	u8 *base;
	u32 at;
};

static void write_bytes(struct writer *out, const void *from, u32 size)
{
	memcpy(out->base + out->at, from, size);
	out->at += size;
}

static void write_word(struct writer *out, u32 value)
{
	store(out->base + out->at, value);
	out->at += 4;
}

static void write_padding(struct writer *out, u32 align)
{
	while (out->at % align)
		out->base[out->at++] = 0;
}

/* Their names will follow the tree's own strings. */
static void write_properties(struct writer *out, const struct tree *tree,
			     const struct property *properties)
{
	u32 name = tree->strings_size, i;

	for (i = 0; i < 2; i++) {
		write_word(out, FDT_PROP);
		write_word(out, properties[i].size);
		write_word(out, name);
		write_bytes(out, properties[i].value, properties[i].size);
		write_padding(out, 4);
		name += crash_names[i].size;
	}
}

static void write_structure(struct writer *out, const struct tree *tree,
			    const struct property *properties)
{
	u32 split = tree->chosen ? tree->chosen : tree->root_end;

	write_bytes(out, tree->structure, split);
	if (!tree->chosen) {
		write_word(out, FDT_BEGIN_NODE);
		write_bytes(out, "chosen\0", 8);
	}
	write_properties(out, tree, properties);
	if (!tree->chosen)
		write_word(out, FDT_END_NODE);
	write_bytes(out, tree->structure + split, tree->structure_size - split);
}

static void write_strings(struct writer *out, const struct tree *tree)
{
	u32 i;

	write_bytes(out, tree->strings, tree->strings_size);
	for (i = 0; i < 2; i++)
		write_bytes(out, crash_names[i].text, crash_names[i].size);
}

static void write_tree(const struct tree *tree,
		       const struct property *properties, u8 *ret)
{
	struct writer out = { ret, DEVICE_TREE_HEADER };
	u32 start;

	memset(ret, 0, DEVICE_TREE_HEADER);
	store(ret + HEADER_MAGIC * 4, FDT_MAGIC);
	store(ret + HEADER_VERSION * 4, FDT_VERSION);
	store(ret + HEADER_COMPATIBLE * 4, FDT_LAST_COMPATIBLE);
	store(ret + HEADER_CPU * 4, header(tree->base, HEADER_CPU));
	store(ret + HEADER_RESERVED * 4, out.at);
	write_bytes(&out, tree->base + header(tree->base, HEADER_RESERVED),
		    tree->reserved_size);
	start = out.at;
	store(ret + HEADER_STRUCTURE * 4, start);
	write_structure(&out, tree, properties);
	store(ret + HEADER_STRUCTURE_SIZE * 4, out.at - start);
	start = out.at;
	store(ret + HEADER_STRINGS * 4, start);
	write_strings(&out, tree);
	store(ret + HEADER_STRINGS_SIZE * 4, out.at - start);
	store(ret + HEADER_SIZE * 4, out.at);
}

bool device_tree_merge(const void *tree, const void *crash, void *ret)
{
	struct property properties[2];
	struct tree to, from;
	u64 size;

	if (!read_tree(tree, &to) || !read_tree(crash, &from) ||
	    to.address_cells != from.address_cells ||
	    to.size_cells != from.size_cells ||
	    !find_property(&from, &crash_names[0], &properties[0]) ||
	    !find_property(&from, &crash_names[1], &properties[1]))
		return false;
	/* Blocks that overlap would be more than the whole. */
	size = (u64)to.structure_size + to.strings_size + to.reserved_size;
	if (size > device_tree_size(tree) || properties[0].size > 64 ||
	    properties[1].size > 64)
		return false;
	write_tree(&to, properties, ret);
	return true;
}
