// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Behind ExitBootServices: the emulator is done, the payload goes on for a
 * moment, so that the jump into the kernel shows where it is entered.
 */
#include <arch/host/child.h>

static bool left;

/* Keeps read and write as they are. */
static void forbid_execution(const struct region *region, u64 keep, u64 size)
{
	u64 at, end = region_end(region);

	for (at = region->start; at < end; at += EFI_PAGE_SIZE) {
		u32 protection = arena_protection(at);

		if (at - keep < size || !(protection & HANDOFF_PROT_EXEC))
			continue;
		arch_mmu_map(at, EFI_PAGE_SIZE, protection & ~HANDOFF_PROT_EXEC,
			     ARCH_MEMORY_NORMAL);
	}
}

void after_boot_services(u64 caller)
{
	const struct region *region = region_find(&emu.map, caller);
	u64 size = 0, image = place_find(caller, &size);
	u32 i;

	state_all();
	tell(RECORD_EXITED, NULL, 0, NULL, 0);
	left = true;
	/* Laid out without its headers, as systemd-stub 262 does it. */
	if (!image && region) {
		image = region->start;
		size = region->pages << EFI_PAGE_SHIFT;
	}
	for (i = 0; i < emu.map.count; i++) {
		if (emu.map.regions[i].type == EFI_LOADER_CODE)
			forbid_execution(&emu.map.regions[i], image, size);
	}
}

void after_fault(u64 pc, u64 address)
{
	const struct region *region = region_find(&emu.map, pc);
	struct record_kernel kernel = { .entry = pc };

	if (!left)
		return;
	if (pc == address && region && region->type == EFI_LOADER_CODE) {
		kernel.start = region->start;
		kernel.size = region->pages << EFI_PAGE_SHIFT;
		tell(RECORD_KERNEL, &kernel, sizeof(kernel), NULL, 0);
		tell_end(HOST_EXITED_BOOT_SERVICES, 0,
			 "boot services exited, kernel about to be entered");
	}
	tell_end(HOST_EXITED_BOOT_SERVICES, 0,
		 "boot services exited; what came then needs the machine");
}
