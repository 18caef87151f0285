// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzes the parser of cpio archives: what was found well-formed has as many
 * entries as was said, in order, and all of them lie inside the archive.
 */
// sources: image/cpio.c

#include <image/cpio.h>

#include "fuzz.h"

static void check_inside(const struct view *archive, const struct view *view)
{
	FUZZ_CHECK(view->base >= archive->base);
	FUZZ_CHECK(range_inside((u64)(view->base - archive->base), view->size,
				0, archive->size));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	const struct view archive = { data, size };
	u64 offset = 0, before = 0, archive_size = 0;
	u32 count = 0, found = 0;
	struct cpio_entry entry;
	enum cpio_fault fault = cpio_check(&archive, &count, &archive_size);

	FUZZ_CHECK(cpio_fault_text(fault));
	FUZZ_CHECK(archive_size <= size);
	while (cpio_next(&archive, &offset, &entry)) {
		check_inside(&archive, &entry.name);
		check_inside(&archive, &entry.data);
		FUZZ_CHECK(entry.name.size &&
			   !entry.name.base[entry.name.size]);
		FUZZ_CHECK(offset > before);
		before = offset;
		FUZZ_CHECK(++found <= size);
	}
	FUZZ_CHECK(fault || found == count);
	FUZZ_CHECK(!fault || cpio_is(&archive) || !found);
	return 0;
}
