// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * EFI_MEMORY_ATTRIBUTE_PROTOCOL (UEFI 2.10, 37.7), where there is one; gnu-efi
 * does not know it. Linux treats a failing Set as fatal.
 */
#include "map.h"

#define RP EFI_MEMORY_RP
#define XP EFI_MEMORY_XP
#define RO 0x20000ULL

struct memory_attribute {
	EFI_STATUS(EFIAPI *get)
	(struct memory_attribute *this, EFI_PHYSICAL_ADDRESS base,
	 UINT64 length, UINT64 *attributes);
	EFI_STATUS(EFIAPI *set)
	(struct memory_attribute *this, EFI_PHYSICAL_ADDRESS base,
	 UINT64 length, UINT64 attributes);
	EFI_STATUS(EFIAPI *clear)
	(struct memory_attribute *this, EFI_PHYSICAL_ADDRESS base,
	 UINT64 length, UINT64 attributes);
};

static EFI_GUID memory_attribute_guid = { 0xf4560cf6,
					  0x40ec,
					  0x4b4a,
					  { 0xa1, 0x92, 0xbf, 0x1d, 0x57, 0xd0,
					    0xb1, 0x89 } };

static struct memory_attribute *find(struct selftest *st)
{
	struct memory_attribute *found;

	found = protocol_anywhere(st, &memory_attribute_guid);
	if (!found)
		selftest_skip(st, "no memory attribute protocol");
	return found;
}

static UINT64 get(struct selftest *st, struct memory_attribute *m, UINT64 base,
		  UINT64 length)
{
	UINT64 attributes = 0;

	EXPECT_STATUS(st, m->get(m, base, length, &attributes), EFI_SUCCESS);
	return attributes;
}

/* What Linux does with its image: writable, then code, then read-only. */
static void attribute_set_clear(struct selftest *st)
{
	struct memory_attribute *m = find(st);
	UINT64 base, size = 4 * EFI_PAGE_SIZE;

	if (!m)
		return;
	base = allocate(st, EfiLoaderCode, 4);
	if (!base)
		return;
	EXPECT_STATUS(st, m->clear(m, base, size, RO | XP | RP), EFI_SUCCESS);
	EXPECT(st, get(st, m, base, size) == 0);
	*(volatile UINT8 *)base = 0x5a;
	EXPECT_STATUS(st, m->set(m, base, size, XP), EFI_SUCCESS);
	EXPECT(st, get(st, m, base, size) == XP);
	EXPECT_STATUS(st, m->set(m, base, size, RO), EFI_SUCCESS);
	EXPECT(st, get(st, m, base, size) == (RO | XP));
	EXPECT(st, *(volatile UINT8 *)base == 0x5a);
	EXPECT_STATUS(st, m->clear(m, base, size, XP | RO), EFI_SUCCESS);
	*(volatile UINT8 *)base = 0xa5;
	EXPECT(st, get(st, m, base, size) == 0);
	release(st, base, 4);
}

/* Pages of one range that differ have no common answer. */
static void attribute_mixed(struct selftest *st)
{
	struct memory_attribute *m = find(st);
	UINT64 base, attributes;

	if (!m)
		return;
	base = allocate(st, EfiLoaderCode, 4);
	if (!base)
		return;
	m->clear(m, base, 4 * EFI_PAGE_SIZE, RO | XP | RP);
	EXPECT_STATUS(st, m->set(m, base + EFI_PAGE_SIZE, EFI_PAGE_SIZE, RO),
		      EFI_SUCCESS);
	EXPECT_STATUS(st, m->get(m, base, 4 * EFI_PAGE_SIZE, &attributes),
		      EFI_NO_MAPPING);
	EXPECT(st, get(st, m, base, EFI_PAGE_SIZE) == 0);
	EXPECT(st, get(st, m, base + EFI_PAGE_SIZE, EFI_PAGE_SIZE) == RO);
	EXPECT_STATUS(st, m->clear(m, base, 4 * EFI_PAGE_SIZE, RO),
		      EFI_SUCCESS);
	release(st, base, 4);
}

/* Memory that is allocated again must not be read-only still. */
static void attribute_after_free(struct selftest *st)
{
	struct memory_attribute *m = find(st);
	EFI_PHYSICAL_ADDRESS base;

	if (!m)
		return;
	base = allocate(st, EfiLoaderCode, 2);
	if (!base)
		return;
	EXPECT_STATUS(st, m->set(m, base, 2 * EFI_PAGE_SIZE, XP), EFI_SUCCESS);
	release(st, base, 2);
	if (!EXPECT_STATUS(st,
			   st->boot->AllocatePages(AllocateAddress,
						   EfiLoaderCode, 2, &base),
			   EFI_SUCCESS))
		return;
	EXPECT(st, get(st, m, base, 2 * EFI_PAGE_SIZE) == 0);
	release(st, base, 2);
}

static void attribute_invalid(struct selftest *st)
{
	struct memory_attribute *m = find(st);
	UINT64 base, attributes, size = EFI_PAGE_SIZE;

	if (!m)
		return;
	base = allocate(st, EfiLoaderData, 1);
	if (!base)
		return;
	EXPECT_STATUS(st, m->get(m, base, size, NULL), EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, m->get(m, base, 0, &attributes),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, m->set(m, base, 0, XP), EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, m->clear(m, base, 0, XP), EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, m->set(m, base, size, 0), EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, m->clear(m, base, size, 0), EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, m->set(m, base, size, EFI_MEMORY_WB),
		      EFI_INVALID_PARAMETER);
	EXPECT_EITHER(st, m->set(m, base + 8, size, XP), EFI_INVALID_PARAMETER,
		      EFI_UNSUPPORTED);
	EXPECT_EITHER(st, m->set(m, base, 8, XP), EFI_INVALID_PARAMETER,
		      EFI_UNSUPPORTED);
	release(st, base, 1);
}

const struct check memory_attribute_checks[] = {
	{ "memory_attribute.set_clear", attribute_set_clear, PHASE_BOOT },
	{ "memory_attribute.mixed", attribute_mixed, PHASE_BOOT },
	{ "memory_attribute.after_free", attribute_after_free, PHASE_BOOT },
	{ "memory_attribute.invalid", attribute_invalid, PHASE_BOOT },
	{},
};
