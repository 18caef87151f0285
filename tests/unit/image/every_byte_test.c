// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every byte of a signed file is covered by its Authenticode digest, or its
 * change breaks a rule, or nobody uses it: what is laid out stays the same.
 *
 * A changed byte in a range of the digest is a changed digest; so no hash is
 * needed to know what the verifier of signatures would say.
 */
// sources: image/authenticode.c image/pe.c image/pe_layout.c image/rule.c
// sources: tests/unit/image/build.c

#include <stdlib.h>

#include <image/authenticode.h>

#include "build.h"
#include "unit.h"

#define ADDRESS 0x12345000
#define CHECKSUM (BUILD_OPTIONAL + PE_OPTIONAL_CHECKSUM)
#define CERTIFICATES 0x40

/* Two files are one to the verifier if their ranges have the same bytes. */
static bool same_digest(const struct pe_image *a, const struct pe_image *b)
{
	struct view x, y;
	unsigned int i;

	for (i = 0; i < AUTHENTICODE_RANGES; i++) {
		if (!authenticode_range(a, i, &x) ||
		    !authenticode_range(b, i, &y) || x.size != y.size ||
		    memcmp(x.base, y.base, x.size))
			return false;
	}
	return true;
}

/* The image as it would run; NULL when its relocations are refused. */
static u8 *lay_out(const struct pe_image *pe)
{
	u8 *memory = malloc(pe->image_size);

	pe_layout(pe, memory);
	if (pe_relocate(pe, memory, ADDRESS) == RULE_OK)
		return memory;
	free(memory);
	return NULL;
}

/* Of the fields that decide how it runs, none may differ. */
static bool same_image(const struct pe_image *a, const struct pe_image *b)
{
	return a->entry == b->entry && a->image_size == b->image_size &&
	       a->headers_size == b->headers_size &&
	       a->section_count == b->section_count &&
	       a->dll_characteristics == b->dll_characteristics;
}

struct counts {
	unsigned int refused, covered, unused;
};

/* Which a change of the byte at @at is. CheckSum itself may be seen in memory. */
static void judge(const struct pe_image *pe, const u8 *memory,
		  const struct pe_image *changed, size_t at,
		  struct counts *counts)
{
	u8 *now;

	if (!same_digest(pe, changed)) {
		counts->covered++;
		return;
	}
	counts->unused++;
	EXPECT_TRUE(same_image(pe, changed));
	now = lay_out(changed);
	if (!EXPECT_TRUE(now))
		return;
	if (at >= CHECKSUM && at < CHECKSUM + sizeof(u32))
		memcpy(now + CHECKSUM, memory + CHECKSUM, sizeof(u32));
	if (!EXPECT_MEM_EQ(now, memory, pe->image_size))
		UNIT_NOTE("byte %#zx", at);
	free(now);
}

static void flip_every_bit(struct build *build, size_t certificates)
{
	struct pe_image pe, changed;
	struct counts counts = {};
	u8 *copy, *memory = NULL;
	size_t at, bit;

	copy = malloc(build->size);
	memcpy(copy, build->data, build->size);
	if (EXPECT_EQ(pe_parse(copy, build->size, 0, &pe), RULE_OK))
		memory = lay_out(&pe);
	if (!EXPECT_TRUE(memory))
		goto out;
	for (at = 0; at < build->size; at++) {
		const struct counts before = counts;

		for (bit = 0; bit < 8; bit++) {
			build->data[at] ^= 1 << bit;
			if (pe_parse(build->data, build->size, 0, &changed))
				counts.refused++;
			else
				judge(&pe, memory, &changed, at, &counts);
			build->data[at] ^= 1 << bit;
		}
		/* What nobody uses is CheckSum and the certificates, no more. */
		if (counts.unused > before.unused &&
		    !EXPECT_TRUE((at >= CHECKSUM && at < CHECKSUM + 4) ||
				 at >= certificates))
			UNIT_NOTE("byte %#zx is unused", at);
	}
	EXPECT_EQ(counts.refused + counts.covered + counts.unused,
		  8 * build->size);
	EXPECT_TRUE(counts.covered > counts.unused);
	EXPECT_TRUE(counts.unused >= 32);
out:
	free(memory);
	free(copy);
}

UNIT_TEST(an_application)
{
	struct build build;

	build_app(&build);
	build_append(&build, "trailer\0", 8);
	build_sign(&build, CERTIFICATES);
	flip_every_bit(&build, build.size - CERTIFICATES);
	build_free(&build);
}
