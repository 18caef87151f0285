// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzes the reader of EFI zboot headers: what parses has a payload inside the
 * file and a compression that is a string, what does not leaves no trace.
 */
// sources: image/pe.c image/pe_layout.c image/rule.c image/zboot.c

#include <string.h>

#include <image/zboot.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct zboot zboot, untouched;
	struct pe_image pe;
	enum rule rule;

	if (pe_parse(data, size, 0, &pe) || !zboot_is(&pe))
		return 0;
	memset(&zboot, 0x5a, sizeof(zboot));
	untouched = zboot;
	rule = zboot_parse(&pe, &zboot);
	FUZZ_CHECK(strcmp(rule_name(rule), "UNKNOWN"));
	if (rule) {
		FUZZ_CHECK(!memcmp(&zboot, &untouched, sizeof(zboot)));
		return 0;
	}
	FUZZ_CHECK(zboot.payload.size && zboot.payload.base >= data);
	FUZZ_CHECK(range_inside((u64)(zboot.payload.base - data),
				zboot.payload.size, 0, size));
	FUZZ_CHECK(memchr(zboot.compression, 0, sizeof(zboot.compression)));
	return 0;
}
