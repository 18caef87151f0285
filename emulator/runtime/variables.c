// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GetVariable and GetNextVariableName after ExitBootServices (UEFI 2.10, 8.2):
 * read-only, from the snapshot behind this code. K2 fills its keyrings and its
 * revocation list from here.
 */
#include <emulator/runtime/inline.h>

/* Items are well-formed: variables_check() saw them before they were copied. */
static __runtime_inline const struct handoff_variable *first_item(void)
{
	return (const void *)(runtime_snapshot() + 1);
}

static __runtime_inline const struct handoff_variable *
next_item(const struct handoff_variable *item)
{
	return (const void *)((const u8 *)item + item->item_size);
}

static __runtime_inline bool is_end(const struct handoff_variable *item)
{
	return (const u8 *)item - (const u8 *)first_item() >=
	       (s64)runtime_snapshot()->variables_size;
}

static __runtime_inline const u8 *item_name(const struct handoff_variable *item)
{
	return (const u8 *)(item + 1);
}

/* @name: has a NUL, or differs from all our names before it ends */
static __runtime_inline bool name_equal(const struct handoff_variable *item,
					const efi_char16_t *name)
{
	const u8 *own = item_name(item);
	u64 i;

	for (i = 0; i < item->name_size / 2; i++) {
		if ((own[2 * i] | own[2 * i + 1] << 8) != name[i])
			return false;
		runtime_hide(own);
	}
	return true;
}

static __runtime const struct handoff_variable *
find(const efi_char16_t *name, const struct efi_guid *vendor)
{
	const struct handoff_variable *item;

	for (item = first_item(); !is_end(item); item = next_item(item)) {
		if (runtime_equal(item->guid, vendor, sizeof(*vendor)) &&
		    name_equal(item, name))
			return item;
	}
	return NULL;
}

/**
 * runtime_get_variable() - GetVariable (UEFI 2.10, 8.2.1)
 * @name: NUL-terminated
 * @vendor: its name space
 * @attributes: where to put them; may be NULL
 * @data_size: in: bytes of @data; out: bytes of the variable
 * @data: where to; may be NULL if @data_size is too small
 *
 * Return: EFI_SUCCESS, EFI_NOT_FOUND, EFI_BUFFER_TOO_SMALL,
 *         EFI_INVALID_PARAMETER
 */
__runtime efi_status_t EFIAPI
runtime_get_variable(const efi_char16_t *name, const struct efi_guid *vendor,
		     u32 *attributes, u64 *data_size, void *data)
{
	const struct handoff_variable *item;
	u64 room;

	if (!name || !vendor || !data_size)
		return EFI_INVALID_PARAMETER;
	item = find(name, vendor);
	if (!item)
		return EFI_NOT_FOUND;
	if (attributes)
		*attributes = item->attributes;
	room = *data_size;
	*data_size = item->data_size;
	if (room < item->data_size)
		return EFI_BUFFER_TOO_SMALL;
	if (!data)
		return EFI_INVALID_PARAMETER;
	runtime_copy(data, item_name(item) + item->name_size, item->data_size);
	return EFI_SUCCESS;
}

static __runtime_inline bool has_end(const efi_char16_t *name, u64 size)
{
	u64 i;

	for (i = 0; i < size / 2; i++) {
		if (!name[i])
			return true;
	}
	return false;
}

/**
 * runtime_get_next_variable_name() - GetNextVariableName (UEFI 2.10, 8.2.2)
 * @name_size: in: bytes of @name; out: bytes of the next name with NUL
 * @name: in: an empty string or a name that this service returned; out: next
 * @vendor: its name space, likewise
 *
 * Return: EFI_SUCCESS, EFI_NOT_FOUND after the last, EFI_BUFFER_TOO_SMALL,
 *         EFI_INVALID_PARAMETER also for a name that does not exist
 */
__runtime efi_status_t EFIAPI runtime_get_next_variable_name(
	u64 *name_size, efi_char16_t *name, struct efi_guid *vendor)
{
	const struct handoff_variable *item;
	u64 room;

	if (!name_size || !name || !vendor || !has_end(name, *name_size))
		return EFI_INVALID_PARAMETER;
	item = first_item();
	if (name[0]) {
		item = find(name, vendor);
		if (!item)
			return EFI_INVALID_PARAMETER;
		item = next_item(item);
	}
	if (is_end(item))
		return EFI_NOT_FOUND;
	room = *name_size;
	*name_size = item->name_size;
	if (room < item->name_size)
		return EFI_BUFFER_TOO_SMALL;
	runtime_copy(name, item_name(item), item->name_size);
	runtime_copy(vendor, item->guid, sizeof(*vendor));
	return EFI_SUCCESS;
}
