// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Into an image and back. EFIAPI functions that call others preserve what the
 * Microsoft ABI wants preserved: the compiler sees to it.
 */
#include <arch/host/child.h>

void host_before_payload(u64 entry)
{
	/* A place for breakpoints must not be optimised away. */
	asm volatile("" ::"r"(entry) : "memory");
}

efi_status_t arch_call_image(u64 entry, efi_handle_t handle,
			     struct efi_system_table *systab,
			     struct arch_jump *jump)
{
	if (setjmp(jump->buffer))
		return jump->status;
	if (!emu.protocols.images.current->previous)
		host_before_payload(entry);
	return ((efi_image_entry_t)(uintptr_t)entry)(handle, systab);
}

void arch_leave_image(struct arch_jump *jump, efi_status_t status)
{
	jump->status = status;
	longjmp(jump->buffer, 1);
}
