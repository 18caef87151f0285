// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The machine's memory: stretches of this process at their own physical
 * addresses, with protections that are real.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include <arch/host/child.h>

struct stretch {
	u64 start;
	u64 size;
	u8 *protection; /* HANDOFF_PROT_* of each page */
};

static struct {
	struct stretch stretches[HOST_CLAIMS_MAX];
	u32 count;
	bool live;
} arena;

static const struct stretch *stretch_of(u64 address)
{
	u32 i;

	for (i = 0; i < arena.count; i++) {
		if (address - arena.stretches[i].start <
		    arena.stretches[i].size)
			return &arena.stretches[i];
	}
	return NULL;
}

static void *map_at(u64 address, u64 size)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

	if (address)
		flags |= MAP_FIXED_NOREPLACE;
	return mmap((void *)address, size, PROT_READ | PROT_WRITE, flags, -1,
		    0);
}

void arena_map(const struct handoff_memory *claims, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		struct stretch *stretch = &arena.stretches[arena.count];
		u64 address = claims[i].address, size = claims[i].size;
		void *at;

		if (claims[i].type != EFI_CONVENTIONAL_MEMORY)
			continue;
		at = map_at(address, size);
		if (at == MAP_FAILED || at != (void *)address)
			tell_failed(
				"this process cannot have memory at 0x%lx, %lu bytes: %s",
				address, size, strerror(errno));
		/* An image of the machine has no place in a core file. */
		madvise(at, size, MADV_DONTDUMP);
		stretch->start = address;
		stretch->size = size;
		stretch->protection = map_at(0, size >> EFI_PAGE_SHIFT);
		if (stretch->protection == MAP_FAILED)
			tell_failed("out of memory");
		arena.count++;
	}
}

bool arena_has(u64 address)
{
	return stretch_of(address);
}

u32 arena_protection(u64 address)
{
	const struct stretch *stretch = stretch_of(address);

	if (!stretch)
		return 0;
	return stretch->protection[(address - stretch->start) >> EFI_PAGE_SHIFT];
}

u64 arena_readable(u64 address, u64 size)
{
	u64 have = 0;

	while (have < size &&
	       arena_protection(address + have) & HANDOFF_PROT_READ)
		have += EFI_PAGE_SIZE -
			((address + have) & (EFI_PAGE_SIZE - 1));
	return have < size ? have : size;
}

static bool protect(u64 start, u64 end, u32 protection)
{
	int native = 0;

	if (protection & HANDOFF_PROT_READ)
		native |= PROT_READ;
	if (protection & HANDOFF_PROT_WRITE)
		native |= PROT_WRITE;
	if (protection & HANDOFF_PROT_EXEC)
		native |= PROT_EXEC;
	return !mprotect((void *)start, end - start, native);
}

void arch_mmu_start(void *pool, u64 pages, u64 flags)
{
	u32 i;

	(void)pool;
	(void)pages;
	(void)flags;
	for (i = 0; i < arena.count; i++)
		memset(arena.stretches[i].protection, 0,
		       arena.stretches[i].size >> EFI_PAGE_SHIFT);
}

/* One system call for each run of pages that are alike. */
static bool apply(const struct stretch *stretch, u64 start, u64 end)
{
	const u8 *protection =
		stretch->protection - (stretch->start >> EFI_PAGE_SHIFT);
	u64 at = start;

	while (at < end) {
		u64 from = at;

		while (at < end && protection[at >> EFI_PAGE_SHIFT] ==
					   protection[from >> EFI_PAGE_SHIFT])
			at += EFI_PAGE_SIZE;
		if (!protect(from, at, protection[from >> EFI_PAGE_SHIFT]))
			return false;
	}
	return true;
}

/* What is not memory, such as page 0, is not mapped in any case. */
efi_status_t arch_mmu_map(u64 address, u64 size, u32 protection,
			  enum arch_memory memory)
{
	u64 end = address + size;
	u32 i;

	(void)memory;
	if ((address | size) & (EFI_PAGE_SIZE - 1))
		return EFI_INVALID_PARAMETER;
	for (i = 0; i < arena.count; i++) {
		const struct stretch *stretch = &arena.stretches[i];
		u64 from = stretch->start, to = from + stretch->size;

		if (from < address)
			from = address;
		if (to > end)
			to = end;
		if (from >= to)
			continue;
		memset(stretch->protection +
			       ((from - stretch->start) >> EFI_PAGE_SHIFT),
		       (int)protection, (to - from) >> EFI_PAGE_SHIFT);
		if (arena.live && !protect(from, to, protection))
			return EFI_OUT_OF_RESOURCES;
	}
	return EFI_SUCCESS;
}

u64 arch_mmu_query(u64 address, u32 *ret_protection)
{
	u64 next = ~0ULL;
	u32 i;

	*ret_protection = arena_protection(address);
	if (stretch_of(address))
		return EFI_PAGE_SIZE - (address & (EFI_PAGE_SIZE - 1));
	for (i = 0; i < arena.count; i++) {
		if (arena.stretches[i].start > address &&
		    arena.stretches[i].start < next)
			next = arena.stretches[i].start;
	}
	return next - address;
}

void arch_mmu_enable(void)
{
	u32 i;

	arena.live = true;
	for (i = 0; i < arena.count; i++) {
		const struct stretch *stretch = &arena.stretches[i];

		if (!apply(stretch, stretch->start,
			   stretch->start + stretch->size))
			emulator_panic("mprotect failed");
	}
}
