// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which sections of a UKI count, in the base and in profiles.
 */
// sources: image/pe.c image/pe_layout.c image/rule.c image/uki.c
// sources: tests/unit/image/build.c

#include <image/uki.h>

#include "build.h"
#include "unit.h"

#define SECTIONS_MAX 20

struct recipe {
	struct build_section sections[SECTIONS_MAX];
	unsigned int count;
	struct build kernel;
	struct build uki;
	struct pe_image pe;
};

static void add(struct recipe *recipe, const char *name, const void *data,
		u32 size)
{
	struct build_section *section = &recipe->sections[recipe->count];

	section->name = name;
	section->va = 0x1000 + 0x10000 * recipe->count;
	section->vs = 0;
	section->data = data;
	section->size = size;
	section->flags = recipe->count ? BUILD_RODATA : BUILD_TEXT;
	recipe->count++;
}

static void add_text(struct recipe *recipe, const char *name, const char *text)
{
	add(recipe, name, text, (u32)strlen(text));
}

static void start(struct recipe *recipe)
{
	memset(recipe, 0, sizeof(*recipe));
	build_app(&recipe->kernel);
	add(recipe, ".text", "\xc3", 1);
}

static void add_linux(struct recipe *recipe)
{
	add(recipe, ".linux", recipe->kernel.data, (u32)recipe->kernel.size);
}

static bool finish(struct recipe *recipe)
{
	build_image(&recipe->uki, recipe->sections, recipe->count);
	return EXPECT_EQ(pe_parse(recipe->uki.data, recipe->uki.size, 0,
				  &recipe->pe),
			 RULE_OK);
}

static void clean(struct recipe *recipe)
{
	build_free(&recipe->kernel);
	build_free(&recipe->uki);
}

static bool holds(const struct view *view, const char *text)
{
	return view->size == strlen(text) &&
	       !memcmp(view->base, text, view->size);
}

static enum rule verdict(struct recipe *recipe, unsigned int profile)
{
	struct uki uki;
	enum rule rule = RULE_OK;

	if (finish(recipe))
		rule = uki_parse(&recipe->pe, profile, &uki);
	clean(recipe);
	return rule;
}

UNIT_TEST(application_is_no_uki)
{
	struct recipe recipe;

	start(&recipe);
	add_text(&recipe, ".linu", "x");
	add_text(&recipe, ".linuxes", "x");
	if (finish(&recipe))
		EXPECT_FALSE(uki_is(&recipe.pe));
	clean(&recipe);
}

UNIT_TEST(every_section_is_found_cut_at_virtual_size)
{
	static const char *const names[UKI_SECTION_COUNT] = {
		".linux", ".osrel", ".cmdline", ".initrd", ".ucode",  ".splash",
		".dtb",	  ".uname", ".sbat",	".pcrsig", ".pcrpkey"
	};
	static const u8 dtb[] = { 0xd0, 0x0d, 0xfe, 0xed, 0, 0, 0, 8 };
	struct recipe recipe;
	struct uki uki;
	int i;

	start(&recipe);
	for (i = 0; i < UKI_SECTION_COUNT; i++) {
		if (i == UKI_LINUX)
			add_linux(&recipe);
		else if (i == UKI_DTB)
			add(&recipe, names[i], dtb, sizeof(dtb));
		else
			add_text(&recipe, names[i], names[i] + 1);
	}
	if (finish(&recipe) && EXPECT_TRUE(uki_is(&recipe.pe)) &&
	    EXPECT_EQ(uki_parse(&recipe.pe, 0, &uki), RULE_OK)) {
		EXPECT_EQ(uki.section[UKI_LINUX].size, recipe.kernel.size);
		EXPECT_MEM_EQ(uki.section[UKI_LINUX].base, recipe.kernel.data,
			      recipe.kernel.size);
		EXPECT_EQ(uki.section[UKI_DTB].size, sizeof(dtb));
		for (i = 0; i < UKI_SECTION_COUNT; i++) {
			if (i == UKI_LINUX || i == UKI_DTB)
				continue;
			EXPECT_TRUE(holds(&uki.section[i], names[i] + 1));
		}
	}
	clean(&recipe);
}

UNIT_TEST(absent_sections_have_no_base)
{
	struct recipe recipe;
	struct uki uki;

	start(&recipe);
	add_linux(&recipe);
	if (finish(&recipe) &&
	    EXPECT_EQ(uki_parse(&recipe.pe, 0, &uki), RULE_OK)) {
		EXPECT_TRUE(!uki.section[UKI_CMDLINE].base);
		EXPECT_TRUE(!uki.section[UKI_INITRD].base);
	}
	clean(&recipe);
}

UNIT_TEST(profiles_override_the_base)
{
	static const char *const cmdline[] = { "base", "base", "two", "base" };
	static const char *const osrel[] = { "ID=x", "ID=1", "ID=x", "ID=x" };
	struct recipe recipe;
	struct view view;
	struct uki uki;
	unsigned int i;

	start(&recipe);
	add_text(&recipe, ".osrel", "ID=x");
	add_text(&recipe, ".cmdline", "base");
	add_linux(&recipe);
	add_text(&recipe, ".profile", "one");
	add_text(&recipe, ".osrel", "ID=1");
	add_text(&recipe, ".profile", "two");
	add_text(&recipe, ".cmdline", "two");
	add_text(&recipe, ".profile", "three");
	if (finish(&recipe)) {
		EXPECT_EQ(uki_profile_count(&recipe.pe), 3);
		for (i = 0; i < 4; i++) {
			EXPECT_EQ(uki_parse(&recipe.pe, i, &uki), RULE_OK);
			view = uki.section[UKI_CMDLINE];
			EXPECT_TRUE(holds(&view, cmdline[i]));
			view = uki.section[UKI_OSREL];
			EXPECT_TRUE(holds(&view, osrel[i]));
		}
		EXPECT_EQ(uki_parse(&recipe.pe, 4, &uki), RULE_UKI_PROFILE);
		EXPECT_EQ(uki_parse(&recipe.pe, -1U, &uki), RULE_UKI_PROFILE);
		/* untouched: still the last good one */
		EXPECT_TRUE(holds(&uki.section[UKI_CMDLINE], "base"));
	}
	clean(&recipe);
}

UNIT_TEST(duplicates_count_per_profile)
{
	struct recipe recipe;
	struct uki uki;

	start(&recipe);
	add_linux(&recipe);
	add_text(&recipe, ".cmdline", "base");
	add_text(&recipe, ".profile", "one");
	add_text(&recipe, ".cmdline", "one");
	add_text(&recipe, ".profile", "two");
	add_text(&recipe, ".cmdline", "two");
	add_text(&recipe, ".cmdline", "again");
	if (finish(&recipe)) {
		EXPECT_EQ(uki_parse(&recipe.pe, 0, &uki), RULE_OK);
		EXPECT_EQ(uki_parse(&recipe.pe, 1, &uki), RULE_OK);
		EXPECT_EQ(uki_parse(&recipe.pe, 2, &uki), RULE_UKI_DUPLICATE);
	}
	clean(&recipe);
}

UNIT_TEST(duplicate_in_the_base)
{
	struct recipe recipe;

	start(&recipe);
	add_linux(&recipe);
	add_linux(&recipe);
	EXPECT_EQ(verdict(&recipe, 0), RULE_UKI_DUPLICATE);
}

UNIT_TEST(linux_only_in_another_profile)
{
	struct recipe recipe;

	start(&recipe);
	add_text(&recipe, ".profile", "one");
	add_linux(&recipe);
	EXPECT_EQ(verdict(&recipe, 0), RULE_UKI_LINUX);
}

UNIT_TEST(linux_that_is_empty)
{
	struct recipe recipe;

	start(&recipe);
	add(&recipe, ".linux", NULL, 0);
	EXPECT_EQ(verdict(&recipe, 0), RULE_UKI_LINUX);
}

UNIT_TEST(linux_that_is_no_pe)
{
	struct recipe recipe;

	start(&recipe);
	add_text(&recipe, ".linux", "MZ is not enough");
	EXPECT_EQ(verdict(&recipe, 0), RULE_UKI_INNER);
}

UNIT_TEST(linux_for_another_machine)
{
	struct recipe recipe;

	start(&recipe);
	build_put(&recipe.kernel, BUILD_COFF + PE_COFF_MACHINE, 2,
		  IMAGE_FILE_MACHINE_ARM64);
	add_linux(&recipe);
	EXPECT_EQ(verdict(&recipe, 0), RULE_UKI_INNER);
}

/* The stub's own loader decides: what it takes must not fail here. */
UNIT_TEST(linux_that_breaks_another_rule)
{
	struct recipe recipe;

	start(&recipe);
	build_put(&recipe.kernel,
		  BUILD_OPTIONAL + PE_OPTIONAL_SECTION_ALIGNMENT, 4, 0x20);
	add_linux(&recipe);
	EXPECT_EQ(verdict(&recipe, 0), RULE_OK);
}

UNIT_TEST(linux_that_is_a_uki)
{
	struct recipe inner, outer;

	start(&inner);
	add_linux(&inner);
	if (finish(&inner)) {
		start(&outer);
		add(&outer, ".linux", inner.uki.data, (u32)inner.uki.size);
		EXPECT_EQ(verdict(&outer, 0), RULE_UKI_NESTED);
	}
	clean(&inner);
}

UNIT_TEST(section_with_zero_fill)
{
	struct recipe recipe;

	start(&recipe);
	add_linux(&recipe);
	add_text(&recipe, ".initrd", "x");
	recipe.sections[recipe.count - 1].vs = 0x200;
	EXPECT_EQ(verdict(&recipe, 0), RULE_OK);
	start(&recipe);
	add_linux(&recipe);
	add_text(&recipe, ".initrd", "x");
	recipe.sections[recipe.count - 1].vs = 0x201;
	EXPECT_EQ(verdict(&recipe, 0), RULE_UKI_SECTION_DATA);
}

static enum rule dtb_verdict(const void *dtb, u32 size)
{
	struct recipe recipe;

	start(&recipe);
	add_linux(&recipe);
	add(&recipe, ".dtb", dtb, size);
	return verdict(&recipe, 0);
}

UNIT_TEST(device_tree_header)
{
	static const u8 dtb[] = { 0xd0, 0x0d, 0xfe, 0xed, 0, 0, 0, 9, 0 };
	static const u8 other[] = { 0xd0, 0x0d, 0xfe, 0xee, 0, 0, 0, 8 };

	EXPECT_EQ(dtb_verdict(dtb, 9), RULE_OK);
	EXPECT_EQ(dtb_verdict(dtb, 8), RULE_UKI_DTB_SIZE);
	EXPECT_EQ(dtb_verdict(dtb, 7), RULE_UKI_DTB_MAGIC);
	EXPECT_EQ(dtb_verdict(NULL, 0), RULE_UKI_DTB_MAGIC);
	EXPECT_EQ(dtb_verdict(other, 8), RULE_UKI_DTB_MAGIC);
}
