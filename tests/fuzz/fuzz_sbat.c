// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzes the parser of .sbat sections: what was found well-formed has as many
 * entries as was said, and all of their fields lie inside the section.
 */
// sources: image/sbat.c

#include <image/sbat.h>

#include "fuzz.h"

static void check_inside(const struct view *section, const struct view *view)
{
	u64 i;

	FUZZ_CHECK(view->base >= section->base);
	FUZZ_CHECK(range_inside((u64)(view->base - section->base), view->size,
				0, section->size));
	for (i = 0; i < view->size; i++)
		FUZZ_CHECK(view->base[i] != '\n' && view->base[i] != ',');
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	const struct view section = { data, size };
	struct view rest = section;
	struct sbat_entry entry;
	u32 count, found = 0;
	enum sbat_fault fault = sbat_check(&section, &count);

	FUZZ_CHECK(sbat_fault_text(fault));
	while (sbat_next(&rest, &entry)) {
		check_inside(&section, &entry.name);
		check_inside(&section, &entry.vendor);
		check_inside(&section, &entry.package);
		check_inside(&section, &entry.version);
		check_inside(&section, &entry.url);
		FUZZ_CHECK(entry.name.size && entry.generation);
		FUZZ_CHECK(++found <= size);
	}
	FUZZ_CHECK(fault || found == count);
	return 0;
}
