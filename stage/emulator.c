// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The emulator's segment: header check, page-table pool, stager's slots.
 */
#include <stage/stage.h>

#include <kexec_pe/checked.h>
#include <kexec_pe/string.h>

const char *stage_error_text(enum stage_error error)
{
	switch (error) {
	case STAGE_OK:
		return "fine";
#define STAGE_ERROR_TEXT(name, text) \
	case STAGE_##name:           \
		return text;
		STAGE_ERROR_LIST(STAGE_ERROR_TEXT)
#undef STAGE_ERROR_TEXT
	}
	return "unknown";
}

static bool in_pages(u64 value)
{
	return !(value & ~KPE_PAGE_MASK);
}

/* The order that Documentation/handoff-abi.md promises for the boundaries. */
static bool bounds_agree(const struct emulator_header *header, u64 size)
{
	return in_pages(header->text_end) && in_pages(header->rodata_end) &&
	       in_pages(header->memory_end) &&
	       header->text_end > EMULATOR_HEADER_SIZE &&
	       header->rodata_end >= header->text_end &&
	       header->file_size >= header->rodata_end &&
	       header->memory_end >= header->file_size &&
	       header->file_size == size &&
	       header->entry >= EMULATOR_HEADER_SIZE &&
	       header->entry < header->text_end;
}

enum stage_error stage_read_emulator(const void *image, u64 size, u32 machine,
				     struct emulator_header *ret)
{
	struct emulator_header header;

	if (size < sizeof(header))
		return STAGE_EMULATOR_MAGIC;
	memcpy(&header, image, sizeof(header));
	if (header.magic != EMULATOR_MAGIC)
		return STAGE_EMULATOR_MAGIC;
	if (header.version != HANDOFF_VERSION)
		return STAGE_EMULATOR_VERSION;
	if (header.machine != machine)
		return STAGE_EMULATOR_MACHINE;
	if (!bounds_agree(&header, size))
		return STAGE_EMULATOR_BOUNDS;
	*ret = header;
	return STAGE_OK;
}

/* How many naturally aligned blocks of 1 << shift does a claim touch? */
static u64 blocks(const struct handoff_memory *claim, unsigned int shift)
{
	u64 last;

	if (!claim->size)
		return 0;
	last = claim->address + (claim->size - 1);
	return (last >> shift) - (claim->address >> shift) + 1;
}

/* Tables below the top one that a claim needs if it shares none. */
static u64 claim_tables(const struct handoff_memory *claim,
			const struct stage_paging *paging)
{
	u64 directories = blocks(claim, 30), tables = blocks(claim, 39);

	/* With 1 GiB pages only the two ends need 2 MiB pages. */
	if (paging->gigabyte && directories > 2)
		directories = 2;
	if (paging->levels > 4)
		tables += blocks(claim, 48);
	/* 4 KiB pages are needed at the two ends at most. */
	return tables + directories + (claim->size ? 2 : 0);
}

u64 stage_pool_pages(const struct handoff_memory *memory, u32 count,
		     const struct stage_paging *paging)
{
	u64 pages = 1 + STAGE_POOL_SPARE;
	u32 i;

	for (i = 0; i < count; i++)
		if (memory[i].type != HANDOFF_MEMORY_ABSENT)
			pages += claim_tables(&memory[i], paging);
	return pages;
}

enum stage_error stage_emulator_size(const struct emulator_header *header,
				     u64 pool_pages, u64 *ret)
{
	u64 pool, size;

	if (!checked_mul(pool_pages, KPE_PAGE_SIZE, &pool) ||
	    !checked_add(header->memory_end, pool, &size))
		return STAGE_EMULATOR_BOUNDS;
	*ret = size;
	return STAGE_OK;
}

void stage_sealed_header(const struct stage_plan *plan,
			 struct emulator_header *ret)
{
	*ret = plan->emulator;
	ret->handoff = plan->handoff_address;
	ret->pool_offset = plan->emulator.memory_end;
	ret->pool_pages = plan->pool_pages;
	memset(ret->handoff_digest, 0, sizeof(ret->handoff_digest));
}

void stage_seal_emulator(const struct stage_plan *plan, const u8 *sha256,
			 void *image)
{
	struct emulator_header header;

	stage_sealed_header(plan, &header);
	memcpy(header.handoff_digest, sha256, sizeof(header.handoff_digest));
	memcpy(image, &header, sizeof(header));
}
