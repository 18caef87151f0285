// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * EFI_MEMORY_ATTRIBUTE_PROTOCOL (UEFI 2.10, 37.7): a payload may restrict, and
 * open again, what may be done with its own pages: those of its image and
 * those it allocated. A page is writable and executable at once only if it was
 * so when it was allocated: the image's own pages never are.
 */
#include <emulator/emu.h>
#include <emulator/protocol/memory_attribute.h>

#define ATTRIBUTES (EFI_MEMORY_RP | EFI_MEMORY_XP | EFI_MEMORY_RO)
#define WRITE_EXEC (HANDOFF_PROT_WRITE | HANDOFF_PROT_EXEC)

static u64 to_attributes(u32 protection)
{
	return (protection & HANDOFF_PROT_READ ? 0 : EFI_MEMORY_RP) |
	       (protection & HANDOFF_PROT_WRITE ? 0 : EFI_MEMORY_RO) |
	       (protection & HANDOFF_PROT_EXEC ? 0 : EFI_MEMORY_XP);
}

/*
 * Neither processor has a mapping that can be written or executed but not
 * read, so that RP takes everything, as it does on other firmware.
 */
static u32 to_protection(u64 attributes)
{
	if (attributes & EFI_MEMORY_RP)
		return 0;
	return HANDOFF_PROT_READ |
	       (attributes & EFI_MEMORY_RO ? 0 : HANDOFF_PROT_WRITE) |
	       (attributes & EFI_MEMORY_XP ? 0 : HANDOFF_PROT_EXEC);
}

static bool overlaps(u64 base, u64 length, u64 start, u64 size)
{
	return base < start + size && start < base + length;
}

/* What the emulator lives on, allocated or not. */
static bool is_ours(u64 base, u64 length)
{
	const struct handoff *handoff = emu.handoff;

	return overlaps(base, length, handoff->emulator.address,
			handoff->emulator.size) ||
	       overlaps(base, length, handoff->address, handoff->size) ||
	       overlaps(base, length, handoff->initrd.address,
			handoff->initrd.size) ||
	       overlaps(base, length, (u64)(uintptr_t)emu.variables.overlay,
			emu.variables.overlay_size) ||
	       object_pages(base, length);
}

/* Is all of a range inside the payload's image? */
static bool in_payload(u64 base, u64 length)
{
	const struct handoff_payload *payload = &emu.handoff->payload;

	return range_inside(base, length, payload->address, payload->size);
}

static bool overlaps_payload(u64 base, u64 length)
{
	const struct handoff_payload *payload = &emu.handoff->payload;

	return overlaps(base, length, payload->address, payload->size);
}

static bool region_changeable(const struct region *region)
{
	return region->attribute & REGION_ALLOCATED &&
	       region->type != EFI_RUNTIME_SERVICES_CODE &&
	       region->type != EFI_RUNTIME_SERVICES_DATA;
}

/* Does the payload own all of a range that is memory? */
static bool is_payloads(u64 base, u64 length)
{
	u64 end = base + length;

	if (is_ours(base, length))
		return false;
	while (base < end) {
		const struct region *region = region_find(&emu.map, base);
		u64 next = region_end(region);

		if (next > end)
			next = end;
		if (!region_changeable(region) &&
		    !in_payload(base, next - base))
			return false;
		base = next;
	}
	return true;
}

static efi_status_t check_range(const struct efi_memory_attribute *self,
				u64 base, u64 length)
{
	if (self != &memory_attribute || !length)
		return EFI_INVALID_PARAMETER;
	if ((base | length) & (EFI_PAGE_SIZE - 1) ||
	    !region_backed(&emu.map, base, length))
		return EFI_UNSUPPORTED;
	return EFI_SUCCESS;
}

static u64 changed(u64 attributes, u64 set, u64 clear)
{
	return (attributes | set) & ~clear;
}

/* Bytes that are mapped alike from @base on, and how. */
static u64 query(u64 base, u64 end, u32 *ret_protection)
{
	u64 size = arch_mmu_query(base, ret_protection);

	if (!size)
		size = EFI_PAGE_SIZE - (base & (EFI_PAGE_SIZE - 1));
	return size < end - base ? size : end - base;
}

static bool writable_code(u32 protection)
{
	return (protection & WRITE_EXEC) == WRITE_EXEC;
}

/* May a page become writable and executable? What it was once it may be. */
static bool may_open(const struct region *region, u64 base)
{
	return region->attribute & REGION_ALLOCATED &&
	       writable_code(memory_protection(region->type, base));
}

/* Would any page become both that must not? */
static bool opens_page(u64 base, u64 end, u64 set, u64 clear)
{
	while (base < end) {
		const struct region *region = region_find(&emu.map, base);
		u64 stop = region_end(region);
		u32 old, new;
		u64 size = query(base, stop < end ? stop : end, &old);

		new = to_protection(changed(to_attributes(old), set, clear));
		if (writable_code(new) && !writable_code(old) &&
		    !may_open(region, base))
			return true;
		base += size;
	}
	return false;
}

static efi_status_t change(u64 base, u64 end, u64 set, u64 clear)
{
	while (base < end) {
		efi_status_t status;
		u32 old, new;
		u64 size = query(base, end, &old);

		new = to_protection(changed(to_attributes(old), set, clear));
		if (new & ~old &
		    HANDOFF_PROT_WRITE &&overlaps_payload(base, size))
			emu.payload_opened = true;
		if (new != old) {
			status = arch_mmu_map(base, size, new,
					      ARCH_MEMORY_NORMAL);
			if (EFI_ERROR(status))
				return status;
		}
		base += size;
	}
	return EFI_SUCCESS;
}

static efi_status_t check_and_change(const struct efi_memory_attribute *self,
				     u64 base, u64 length, u64 attributes,
				     bool set)
{
	efi_status_t status = check_range(self, base, length);
	u64 to_set = set ? attributes : 0, to_clear = set ? 0 : attributes;

	if (!attributes || attributes & ~ATTRIBUTES)
		return EFI_INVALID_PARAMETER;
	if (EFI_ERROR(status))
		return status;
	if (!is_payloads(base, length))
		return EFI_ACCESS_DENIED;
	if (opens_page(base, base + length, to_set, to_clear))
		return EFI_INVALID_PARAMETER;
	return change(base, base + length, to_set, to_clear);
}

static efi_status_t EFIAPI
get_memory_attributes(struct efi_memory_attribute *self, u64 base, u64 length,
		      u64 *attributes)
{
	u64 at, end = base + length;
	u32 first, protection;
	efi_status_t status;

	EFI_ENTRY(GET_MEMORY_ATTRIBUTES, base, length, attributes);

	if (!attributes)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	status = check_range(self, base, length);
	if (EFI_ERROR(status))
		return EFI_EXIT(status);
	for (at = base + query(base, end, &first); at < end;) {
		at += query(at, end, &protection);
		if (protection != first)
			return EFI_EXIT(EFI_NO_MAPPING);
	}
	*attributes = to_attributes(first);
	return EFI_EXIT(EFI_SUCCESS);
}

static efi_status_t EFIAPI set_memory_attributes(
	struct efi_memory_attribute *self, u64 base, u64 length, u64 attributes)
{
	EFI_ENTRY(SET_MEMORY_ATTRIBUTES, base, length, attributes);

	return EFI_EXIT(check_and_change(self, base, length, attributes, true));
}

static efi_status_t EFIAPI clear_memory_attributes(
	struct efi_memory_attribute *self, u64 base, u64 length, u64 attributes)
{
	EFI_ENTRY(CLEAR_MEMORY_ATTRIBUTES, base, length, attributes);

	return EFI_EXIT(
		check_and_change(self, base, length, attributes, false));
}

const struct efi_memory_attribute memory_attribute = {
	.get_memory_attributes = get_memory_attributes,
	.set_memory_attributes = set_memory_attributes,
	.clear_memory_attributes = clear_memory_attributes,
};
