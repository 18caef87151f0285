// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From purgatory's last instruction to the payload's first, and what happens
 * when the payload comes back.
 */
#include <emulator/emu.h>

struct emu emu;

static void check_array(const struct handoff_array *array, u64 item_size)
{
	u64 size;

	if (array->offset % 8 || !checked_mul(array->count, item_size, &size) ||
	    !range_inside(array->offset, size, 0, emu.handoff->size))
		emulator_panic(
			"array at %u of the handoff lies outside of it",
			(u32)((const u8 *)array - (const u8 *)emu.handoff));
}

/* Purgatory has checked that the blob is the stager's; this is about sense. */
static void check_handoff(void)
{
	const struct handoff *handoff = emu.handoff;
	const struct handoff_payload *payload = &handoff->payload;
	u64 here = (u64)(uintptr_t)handoff;

	if (handoff->magic != HANDOFF_MAGIC ||
	    handoff->version != HANDOFF_VERSION ||
	    handoff->size < sizeof(*handoff) || handoff->address != here ||
	    here & (EFI_PAGE_SIZE - 1))
		emulator_panic("no handoff at %lx", here);
	check_array(&handoff->memory, sizeof(struct handoff_memory));
	check_array(&handoff->protections, sizeof(struct handoff_protection));
	check_array(&handoff->tables, sizeof(struct handoff_table));
	check_array(&handoff->digests, sizeof(struct handoff_digest));
	check_array(&handoff->checks, sizeof(struct handoff_check));
	check_array(&handoff->variables, 1);
	check_array(&handoff->load_options, 1);
	check_array(&handoff->inner_options, 1);
	check_array(&handoff->event_log, 1);
	check_array(&handoff->measurements, 1);
	if (payload->address & (EFI_PAGE_SIZE - 1) ||
	    payload->size & (EFI_PAGE_SIZE - 1) ||
	    payload->entry >= payload->size)
		emulator_panic("payload at %lx, %lu bytes, entry %lx",
			       payload->address, payload->size, payload->entry);
}

static void need_memory(u64 address, u64 size, const char *what)
{
	if (size && !region_backed(&emu.map, address, size))
		emulator_panic("%s at %lx, %lu bytes, is not in memory", what,
			       address, size);
}

static void build_map(void)
{
	const struct handoff *handoff = emu.handoff;
	const struct emulator_header *header = emu.header;
	const struct region_change take_page_0 = {
		.from = EFI_CONVENTIONAL_MEMORY,
		.to = EFI_LOADER_DATA,
	};
	efi_status_t status = region_build(&emu.map,
					   handoff_array(&handoff->memory),
					   handoff->memory.count);

	if (EFI_ERROR(status))
		emulator_panic("the memory map of the handoff: %s",
			       trace_status(status));
	/* Where NULL points. It may well not be free memory, then all is good. */
	region_convert(&emu.map, 0, 1, &take_page_0);
	need_memory((u64)(uintptr_t)header, header->memory_end, "emulator");
	need_memory((u64)(uintptr_t)header + header->pool_offset,
		    header->pool_pages << EFI_PAGE_SHIFT, "page-table pool");
	need_memory(handoff->address, handoff->size, "handoff");
	need_memory(handoff->payload.address, handoff->payload.size, "payload");
	need_memory(handoff->initrd.address, handoff->initrd.size, "initrd");
	need_memory(handoff->measurement_state.address,
		    handoff->measurement_state.size, "state of measurements");
}

static void greet(void)
{
	const struct handoff *handoff = emu.handoff;
	const struct handoff_payload *payload = &handoff->payload;

	summary("kexec-pe: emulator of %lu bytes at 0x%lx, handoff 0x%lx, %s\n",
		emu.header->file_size, (u64)(uintptr_t)emu.header,
		handoff->address,
		handoff->flags & HANDOFF_FLAG_VERIFIED ? "verified" :
							 "unverified");
	summary("kexec-pe: payload 0x%lx-0x%lx, entry 0x%lx\n",
		payload->address, payload->address + payload->size,
		payload->address + payload->entry);
}

static void __noreturn report_return(efi_status_t status)
{
	const char *name = trace_status(status);

	if (name)
		print("kexec-pe: payload returned %s after %u EFI calls\n",
		      name, emu.trace.calls);
	else
		print("kexec-pe: payload returned 0x%lx after %u EFI calls\n",
		      status, emu.trace.calls);
	if (EFI_ERROR(status))
		trace_dump();
	print("kexec-pe: resetting the machine\n");
	emulator_reset();
}

void emulator_main(struct emulator_header *header,
		   const struct handoff *handoff)
{
	emu.header = header;
	emu.handoff = handoff;
	arch_exceptions_start();
	check_handoff();
	build_map();
	memory_map_start();
	/* Not before: K1's page tables may lack the console's registers. */
	greet();
	systab_start();
	variables_start();
	runtime_start();
	config_table_start();
	protocols_start();
	systab_seal();
	memory_map_check();
	report_return(image_run_payload());
}
