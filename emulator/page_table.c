// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which memory may be read, written and executed when the payload starts. The
 * promise, checked before it does: no page is both writable and executable,
 * our text and the handoff are read-only, page 0 and the guard pages are not
 * mapped.
 */
#include <emulator/emu.h>

/* PTP 6.5.2.1: five localities of 4 KiB */
#define TPM_SIZE_MAX 0x10000

#define READ HANDOFF_PROT_READ
#define WRITE HANDOFF_PROT_WRITE
#define EXEC HANDOFF_PROT_EXEC

static void set(u64 address, u64 size, u32 protection, enum arch_memory memory)
{
	efi_status_t status =
		size ? arch_mmu_map(address, size, protection, memory) :
		       EFI_SUCCESS;

	if (EFI_ERROR(status))
		emulator_panic("cannot map %lx, %lu bytes: %s", address, size,
			       trace_status(status));
}

/*
 * Cached memory only. I/O is mapped by who needs it; firmware's reserved
 * ranges without a cache attribute may be anything.
 */
static bool is_mapped(const struct region *region)
{
	return region->attribute & EFI_MEMORY_WB &&
	       region_backed(&emu.map, region->start ?: EFI_PAGE_SIZE, 1);
}

/* Neighbours together, so that they share large pages. */
static void map_regions(void)
{
	const struct region *region = emu.map.regions;
	const struct region *end = region + emu.map.count;

	while (region < end) {
		u64 start = region->start, stop = start;

		while (region < end && is_mapped(region) &&
		       region->start == stop)
			stop = region_end(region++);
		set(start, stop - start, READ | WRITE, ARCH_MEMORY_NORMAL);
		if (stop == start)
			region++;
	}
}

static void map_emulator(void)
{
	const struct emulator_header *header = emu.header;
	u64 base = (u64)(uintptr_t)header, guard;
	unsigned int i;

	set(base, header->text_end, READ | EXEC, ARCH_MEMORY_NORMAL);
	set(base + header->text_end, header->rodata_end - header->text_end,
	    READ, ARCH_MEMORY_NORMAL);
	for (i = 0; (guard = arch_guard_page(i)); i++)
		set(guard, EFI_PAGE_SIZE, 0, ARCH_MEMORY_NORMAL);
}

static void map_handoff(void)
{
	u64 size = emu.handoff->size;

	if (!checked_align(size, EFI_PAGE_SIZE, &size))
		emulator_panic("handoff of %lu bytes", size);
	set(emu.handoff->address, size, READ, ARCH_MEMORY_NORMAL);
}

static void map_payload(void)
{
	const struct handoff_array *array = &emu.handoff->protections;
	const struct handoff_protection *protections = handoff_array(array);
	const struct handoff_payload *payload = &emu.handoff->payload;
	u32 i;

	for (i = 0; i < array->count; i++) {
		const struct handoff_protection *item = &protections[i];

		if (!range_inside(item->rva, item->size, 0, payload->size) ||
		    item->protection & ~(READ | WRITE | EXEC))
			emulator_panic("protection %u is not of the payload",
				       i);
		set(payload->address + item->rva, item->size, item->protection,
		    ARCH_MEMORY_NORMAL);
	}
}

/* A register that is not in memory gets the page that it is in. */
static void map_device(u64 address)
{
	if (!region_backed(&emu.map, address, 1))
		set(address & ~(EFI_PAGE_SIZE - 1), EFI_PAGE_SIZE, READ | WRITE,
		    ARCH_MEMORY_DEVICE);
}

/* Its registers, all localities of it; a CRB's buffers may lie elsewhere. */
static void map_tpm(const struct handoff_tpm *tpm)
{
	u64 at = tpm->address, end;

	if (tpm->type == HANDOFF_TPM_NONE || tpm->type == HANDOFF_TPM_OTHER)
		return;
	if (!tpm->size || tpm->size > TPM_SIZE_MAX ||
	    !checked_add(at, tpm->size, &end))
		emulator_panic("TPM at %lx, %lu bytes", at, tpm->size);
	for (at &= ~(EFI_PAGE_SIZE - 1); at < end; at += EFI_PAGE_SIZE)
		map_device(at);
}

static void map_devices(void)
{
	const struct handoff_console *console = &emu.handoff->console;

	if (console->type == HANDOFF_CONSOLE_8250_MMIO ||
	    console->type == HANDOFF_CONSOLE_PL011)
		map_device(console->address);
	if (emu.handoff->reset.type == HANDOFF_RESET_MMIO)
		map_device(emu.handoff->reset.address);
	map_tpm(&emu.handoff->tpm);
}

/* Walks what is mapped; calls back for each stretch of one protection. */
static void walk(void (*each)(u64 start, u64 end, u32 protection))
{
	u64 last = emu.map.count ?
			   region_end(&emu.map.regions[emu.map.count - 1]) :
			   0;
	u32 protection = 0, next;
	u64 start = 0, at = 0;

	while (at < last) {
		u64 step = arch_mmu_query(at, &next);

		if (next != protection) {
			if (protection)
				each(start, at, protection);
			start = at;
			protection = next;
		}
		if (!step || !checked_add(at, step, &at))
			at = last;
	}
	if (protection)
		each(start, at, protection);
}

static void check(u64 start, u64 end, u32 protection)
{
	if (protection & WRITE && protection & EXEC)
		emulator_panic("%lx to %lx is writable and executable", start,
			       end);
	if (!start)
		emulator_panic("page 0 is mapped");
}

static void dump(u64 start, u64 end, u32 protection)
{
	print("kexec-pe: page table: %016lx-%016lx %c%c%c\n", start, end,
	      protection & READ ? 'r' : '-', protection & WRITE ? 'w' : '-',
	      protection & EXEC ? 'x' : '-');
}

void memory_map_start(void)
{
	const struct emulator_header *header = emu.header;

	arch_mmu_start((u8 *)header + header->pool_offset, header->pool_pages,
		       header->flags);
	map_regions();
	map_emulator();
	map_handoff();
	map_payload();
	map_devices();
	set(0, EFI_PAGE_SIZE, 0, ARCH_MEMORY_NORMAL);
	arch_mmu_enable();
}

void memory_map_check(void)
{
	if (emu.handoff->flags & HANDOFF_FLAG_DUMP_TABLES)
		walk(dump);
	walk(check);
}
