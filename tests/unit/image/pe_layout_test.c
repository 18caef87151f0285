// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Layout, base relocations and page permissions of parsed images.
 */
// sources: image/pe.c image/pe_layout.c image/rule.c
// sources: tests/unit/image/build.c

#include <stdlib.h>
#include <time.h>

#include <image/pe.h>
#include <kexec_pe/handoff.h>

#include "build.h"
#include "unit.h"

#define R HANDOFF_PROT_READ
#define RW (HANDOFF_PROT_READ | HANDOFF_PROT_WRITE)
#define RX (HANDOFF_PROT_READ | HANDOFF_PROT_EXEC)
#define RELOCATION BUILD_DIRECTORY(PE_DIRECTORY_RELOCATION)

/* Memory that is not zero before: what the layout leaves out is seen. */
static u8 *dirty_memory(const struct pe_image *pe)
{
	u8 *memory = malloc(pe->image_size);

	memset(memory, 0xa5, pe->image_size);
	return memory;
}

static bool all_zero(const u8 *memory, size_t from, size_t to)
{
	while (from < to && !memory[from])
		from++;
	return from == to;
}

static u64 get64(const u8 *p)
{
	u64 value;

	memcpy(&value, p, sizeof(value));
	return value;
}

UNIT_TEST(layout_puts_every_byte_in_its_place)
{
	struct pe_image pe;
	struct build build;
	u8 *memory;

	build_app(&build);
	if (!EXPECT_EQ(pe_parse(build.data, build.size, 0, &pe), RULE_OK))
		return;
	memory = dirty_memory(&pe);
	pe_layout(&pe, memory);
	EXPECT_MEM_EQ(memory, build.data, 0x1000);
	EXPECT_MEM_EQ(memory + 0x1000, build.data + 0x1000, 0x10);
	EXPECT_TRUE(all_zero(memory, 0x1010, 0x2000));
	EXPECT_MEM_EQ(memory + 0x2000, build.data + 0x1200, 0x200);
	EXPECT_TRUE(all_zero(memory, 0x2200, 0x4000));
	EXPECT_MEM_EQ(memory + 0x4000, build.data + 0x1400, 12);
	EXPECT_TRUE(all_zero(memory, 0x400c, 0x5000));
	free(memory);
	build_free(&build);
}

UNIT_TEST(layout_cuts_data_at_virtual_size)
{
	u8 data[0x600];
	const struct build_section sections[] = {
		{ ".text", 0x1000, 0x11, data, sizeof(data), BUILD_TEXT },
		{ ".next", 0x1011, 0, "next", 4, BUILD_RODATA },
	};
	struct pe_image pe;
	struct build build;
	u8 *memory;

	memset(data, 0xcc, sizeof(data));
	build_image(&build, sections, ARRAY_SIZE(sections));
	build_append(&build, "trailer", 7);
	if (!EXPECT_EQ(pe_parse(build.data, build.size, 0, &pe), RULE_OK))
		return;
	memory = dirty_memory(&pe);
	pe_layout(&pe, memory);
	EXPECT_MEM_EQ(memory + 0x1000, data, 0x11);
	EXPECT_MEM_EQ(memory + 0x1011, "next", 4);
	EXPECT_TRUE(all_zero(memory, 0x1015, pe.image_size));
	free(memory);
	build_free(&build);
}

UNIT_TEST(layout_clears_a_hole_of_one_byte)
{
	const struct build_section sections[] = {
		{ ".text", 0x1000, 0x10, "0123456789abcdef", 16, BUILD_TEXT },
		{ ".next", 0x1011, 0, "next", 4, BUILD_RODATA },
	};
	struct pe_image pe;
	struct build build;
	u8 *memory;

	build_image(&build, sections, ARRAY_SIZE(sections));
	if (!EXPECT_EQ(pe_parse(build.data, build.size, 0, &pe), RULE_OK))
		return;
	memory = dirty_memory(&pe);
	pe_layout(&pe, memory);
	EXPECT_MEM_EQ(memory + 0x1000, "0123456789abcdef\0next", 21);
	free(memory);
	build_free(&build);
}

static void check_address(u64 base, u64 address)
{
	struct pe_image pe;
	struct build build;
	u8 *memory;
	u64 before;

	build_app(&build);
	build_put(&build, BUILD_OPTIONAL + PE_OPTIONAL_IMAGE_BASE, 8, base);
	if (!EXPECT_EQ(pe_parse(build.data, build.size, 0, &pe), RULE_OK))
		return;
	memory = dirty_memory(&pe);
	pe_layout(&pe, memory);
	before = get64(memory + 0x2008);
	EXPECT_EQ(pe_relocate(&pe, memory, address), RULE_OK);
	EXPECT_EQ(get64(memory + 0x2008), before + address - base);
	/* and nothing else */
	EXPECT_MEM_EQ(memory + 0x2000, build.data + 0x1200, 8);
	EXPECT_MEM_EQ(memory + 0x2010, build.data + 0x1210, 0x1f0);
	EXPECT_MEM_EQ(memory + 0x4000, build.data + 0x1400, 12);
	free(memory);
	build_free(&build);
}

UNIT_TEST(relocation_adds_the_distance_from_image_base)
{
	check_address(0, 0);
	check_address(0, 0x1234000);
	check_address(0, 0x123456789000);
	check_address(0x140000000, 0x1000);
	check_address(0xffff800000000000, 0x200000);
}

UNIT_TEST(relocations_of_every_block_are_applied)
{
	const u32 reloc[] = {
		0x2000, 12, 0x00000000, /* two ABSOLUTE */
		0x2000, 12, 0xa010a000, /* 0x2000, 0x2010 */
		0x3000, 12, 0x0000a7f8, /* 0x37f8 */
		0x2000, 10, 0x0000affc, /* 0x2ffc: on two pages */
	};
	const struct build_section sections[] = {
		{ ".text", 0x1000, 0, "\xc3", 1, BUILD_TEXT },
		{ ".data", 0x2000, 0x1800, NULL, 0, BUILD_DATA },
		{ ".reloc", 0x4000, 0, reloc, sizeof(reloc), BUILD_RODATA },
	};
	struct pe_image pe;
	struct build build;
	u8 *memory;

	build_image(&build, sections, ARRAY_SIZE(sections));
	build_put(&build, RELOCATION, 4, 0x4000);
	build_put(&build, RELOCATION + 4, 4, sizeof(reloc) - 2);
	if (!EXPECT_EQ(pe_parse(build.data, build.size, 0, &pe), RULE_OK))
		return;
	memory = dirty_memory(&pe);
	pe_layout(&pe, memory);
	EXPECT_EQ(pe_relocate(&pe, memory, 0x112233445566000), RULE_OK);
	EXPECT_EQ(get64(memory + 0x2000), 0x112233445566000);
	EXPECT_TRUE(all_zero(memory, 0x2008, 0x2010));
	EXPECT_EQ(get64(memory + 0x2010), 0x112233445566000);
	EXPECT_EQ(get64(memory + 0x2ffc), 0x112233445566000);
	EXPECT_EQ(get64(memory + 0x37f8), 0x112233445566000);
	free(memory);
	build_free(&build);
}

/* @target in the section of the directory, which begins at 0x2008 */
static enum rule relocate_before_directory(u32 target)
{
	const u32 reloc[] = { 0, 0, 0x2000, 12, 0xa000 | target };
	const struct build_section sections[] = {
		{ ".text", 0x1000, 0, "\xc3", 1, BUILD_TEXT },
		{ ".reloc", 0x2000, 0, reloc, sizeof(reloc), BUILD_RODATA },
	};
	struct pe_image pe;
	struct build build;
	enum rule rule;

	build_image(&build, sections, ARRAY_SIZE(sections));
	build_put(&build, RELOCATION, 4, 0x2008);
	build_put(&build, RELOCATION + 4, 4, 12);
	rule = pe_parse(build.data, build.size, 0, &pe);
	build_free(&build);
	return rule;
}

UNIT_TEST(relocation_may_end_where_the_directory_begins)
{
	EXPECT_EQ(relocate_before_directory(0), RULE_OK);
	EXPECT_EQ(relocate_before_directory(1), RULE_RELOC_SELF);
}

UNIT_TEST(image_without_relocations_runs_anywhere)
{
	const struct build_section sections[] = {
		{ ".text", 0x1000, 0, "\xc3", 1, BUILD_TEXT },
	};
	struct pe_image pe;
	struct build build;
	u8 memory[0x2000];

	build_image(&build, sections, 1);
	if (!EXPECT_EQ(pe_parse(build.data, build.size, 0, &pe), RULE_OK))
		return;
	pe_layout(&pe, memory);
	EXPECT_EQ(pe_relocate(&pe, memory, 0x7654321000), RULE_OK);
	EXPECT_MEM_EQ(memory, build.data, 0x1001);
	build_free(&build);
}

/* Half a million blocks of nothing, and two million relocations of one word. */
static double seconds_to_parse(u32 entry, u32 block_size, enum rule want)
{
	const u32 size = 4 << 20;
	struct build_section sections[] = {
		{ ".text", 0x1000, 0, "\xc3", 1, BUILD_TEXT },
		{ ".data", 0x2000, 0x1000, NULL, 0, BUILD_DATA },
		{ ".reloc", 0x3000, 0, NULL, size, BUILD_RODATA },
	};
	u32 *reloc = malloc(size), i;
	struct pe_image pe;
	struct build build;
	clock_t start;

	for (i = 0; i < size / 4; i++)
		reloc[i] = entry;
	for (i = 0; i < size / block_size; i++) {
		reloc[i * block_size / 4] = 0x2000;
		reloc[i * block_size / 4 + 1] = block_size;
	}
	sections[2].data = reloc;
	build_image(&build, sections, ARRAY_SIZE(sections));
	build_put(&build, RELOCATION, 4, 0x3000);
	build_put(&build, RELOCATION + 4, 4, size);
	start = clock();
	EXPECT_EQ(pe_parse(build.data, build.size, 0, &pe), want);
	start = clock() - start;
	free(reloc);
	build_free(&build);
	return (double)start / CLOCKS_PER_SEC;
}

UNIT_TEST(largest_relocation_directory_takes_bounded_time)
{
	EXPECT_TRUE(seconds_to_parse(0, 8, RULE_OK) < 5);
	EXPECT_TRUE(seconds_to_parse(0xaff8a000, 4 << 20, RULE_OK) < 5);
	EXPECT_TRUE(seconds_to_parse(0xafffa000, 4 << 20, RULE_RELOC_TARGET) <
		    5);
}

UNIT_TEST(permissions_of_pages)
{
	struct pe_image pe;
	struct build build;

	build_app(&build);
	if (!EXPECT_EQ(pe_parse(build.data, build.size, 0, &pe), RULE_OK))
		return;
	EXPECT_EQ(pe_protection(&pe, 0), R);
	EXPECT_EQ(pe_protection(&pe, 0x1000), RX);
	EXPECT_EQ(pe_protection(&pe, 0x2000), RW);
	EXPECT_EQ(pe_protection(&pe, 0x3000), RW);
	EXPECT_EQ(pe_protection(&pe, 0x4000), R);
	EXPECT_EQ(pe_protection(&pe, 0x5000), R);
	EXPECT_EQ(pe_protection(&pe, 0xfffff000), R);
	build_free(&build);
}

UNIT_TEST(permissions_of_a_page_are_a_union)
{
	const struct build_section sections[] = {
		{ ".text", 0x1e00, 0x200, "\xc3", 1, BUILD_TEXT },
		{ ".ro", 0x2000, 0x800, "x", 1, BUILD_RODATA },
		{ ".none", 0x2800, 0, NULL, 0, BUILD_DATA },
		{ ".code", 0x2a00, 0x600, "x", 1, BUILD_TEXT },
		{ ".gap", 0x4000, 0x10, "x", 1, 0 },
		{ ".data", 0x4010, 0x1000, "x", 1, BUILD_DATA },
	};
	struct pe_image pe;
	struct build build;

	build_image(&build, sections, ARRAY_SIZE(sections));
	if (!EXPECT_EQ(pe_parse(build.data, build.size, 0, &pe), RULE_OK))
		return;
	EXPECT_EQ(pe_protection(&pe, 0x1000), RX);
	EXPECT_EQ(pe_protection(&pe, 0x2000), RX); /* empty ones do not count */
	EXPECT_EQ(pe_protection(&pe, 0x3000), R);
	EXPECT_EQ(pe_protection(&pe, 0x4000), RW);
	EXPECT_EQ(pe_protection(&pe, 0x5000), RW);
	build_free(&build);
}
