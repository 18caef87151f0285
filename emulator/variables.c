// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Variable services before ExitBootServices (UEFI 2.10, 8.2).
 *
 * Two lists of the same items: the snapshot, and the overlay, which wins. An
 * item without data in the overlay says that the payload deleted what the
 * snapshot has. Nothing here ever reaches the firmware's store.
 */
#include <emulator/emu.h>

#define NAME_MAX 512 /* UTF-16 characters with NUL */

#define ACCESS (EFI_VARIABLE_BOOTSERVICE_ACCESS | EFI_VARIABLE_RUNTIME_ACCESS)

static const u8 *item_name(const struct handoff_variable *item)
{
	return (const u8 *)(item + 1);
}

static const u8 *item_data(const struct handoff_variable *item)
{
	return item_name(item) + item->name_size;
}

static bool item_is(const struct handoff_variable *item, const void *name,
		    u64 name_size, const void *vendor)
{
	return item->name_size == name_size &&
	       !memcmp(item_name(item), name, name_size) &&
	       !memcmp(item->guid, vendor, sizeof(item->guid));
}

/* Finds an item in one list; NULL if there is none. */
static const struct handoff_variable *search(const u8 *list, u32 size,
					     const void *name, u64 name_size,
					     const void *vendor)
{
	u32 at;

	for (at = 0; at < size;) {
		const struct handoff_variable *item = (const void *)(list + at);

		if (item_is(item, name, name_size, vendor))
			return item;
		at += item->item_size;
	}
	return NULL;
}

static const struct handoff_variable *
search_overlay(const void *name, u64 name_size, const void *vendor)
{
	return search(emu.variables.overlay, emu.variables.overlay_used, name,
		      name_size, vendor);
}

static const struct handoff_variable *
search_snapshot(const void *name, u64 name_size, const void *vendor)
{
	return search(emu.variables.snapshot, emu.variables.snapshot_size, name,
		      name_size, vendor);
}

static bool is_deleted(const struct handoff_variable *item)
{
	return !item->data_size;
}

/* What a payload sees under a name; NULL if there is nothing. */
static const struct handoff_variable *visible(const void *name, u64 name_size,
					      const void *vendor)
{
	const struct handoff_variable *item =
		search_overlay(name, name_size, vendor);

	if (item)
		return is_deleted(item) ? NULL : item;
	return search_snapshot(name, name_size, vendor);
}

static bool check_item(const u8 *bytes, u64 left)
{
	const struct handoff_variable *item = (const void *)bytes;
	u64 needed, i;

	if (left < sizeof(*item) || item->item_size > left ||
	    item->item_size % 8 || item->name_size % 2 || item->name_size < 4)
		return false;
	needed = sizeof(*item) + (u64)item->name_size + item->data_size;
	if (needed > item->item_size)
		return false;
	for (i = 0; i < item->name_size; i += 2) {
		bool end = !bytes[sizeof(*item) + i] &&
			   !bytes[sizeof(*item) + i + 1];

		if (end != (i + 2 == item->name_size))
			return false;
	}
	return true;
}

bool variables_check(const void *snapshot, u32 size)
{
	const u8 *bytes = snapshot;
	u32 at = 0;

	while (at < size) {
		if (!check_item(bytes + at, size - at))
			return false;
		at += ((const struct handoff_variable *)(bytes + at))->item_size;
	}
	return true;
}

void variables_start(void)
{
	const struct handoff_array *array = &emu.handoff->variables;
	u64 overlay;

	if (!variables_check(handoff_array(array), array->count))
		emulator_panic("the snapshot of EFI variables is malformed");
	if (EFI_ERROR(memory_allocate(EFI_LOADER_DATA,
				      VARIABLES_OVERLAY_SIZE >> EFI_PAGE_SHIFT,
				      0, &overlay)))
		emulator_panic("no memory for EFI variables");
	emu.variables.snapshot = handoff_array(array);
	emu.variables.snapshot_size = array->count;
	emu.variables.overlay = (u8 *)overlay;
	emu.variables.overlay_size = VARIABLES_OVERLAY_SIZE;
	emu.variables.overlay_used = 0;
}

/* Bytes of a name with its NUL; 0 for an empty or an endless one. */
static u64 name_bytes(const efi_char16_t *name)
{
	u64 length = utf16_length(name, NAME_MAX);

	return length && length < NAME_MAX ? 2 * (length + 1) : 0;
}

static efi_status_t get_variable(const struct handoff_variable *item,
				 u32 *attributes, u64 *data_size, void *data)
{
	u64 room = *data_size;

	/* Of use to who asks for the size only (UEFI 2.10, 8.2.1). */
	if (attributes)
		*attributes = item->attributes;
	*data_size = item->data_size;
	if (room < item->data_size)
		return EFI_BUFFER_TOO_SMALL;
	if (!data)
		return EFI_INVALID_PARAMETER;
	memcpy(data, item_data(item), item->data_size);
	return EFI_SUCCESS;
}

/**
 * rt_get_variable() - GetVariable (UEFI 2.10, 8.2.1)
 * @name: NUL-terminated
 * @vendor: its name space
 * @attributes: where to put them; may be NULL
 * @data_size: in: bytes of @data; out: bytes of the variable
 * @data: where to; may be NULL if @data_size is too small
 *
 * Return: EFI_SUCCESS, EFI_NOT_FOUND, EFI_BUFFER_TOO_SMALL,
 *         EFI_INVALID_PARAMETER
 */
efi_status_t EFIAPI rt_get_variable(const efi_char16_t *name,
				    const struct efi_guid *vendor,
				    u32 *attributes, u64 *data_size, void *data)
{
	const struct handoff_variable *item;

	EFI_ENTRY(GET_VARIABLE, name, vendor, data_size ? *data_size : 0, data);

	if (!name || !vendor || !data_size)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	item = visible(name, name_bytes(name), vendor);
	if (!item)
		return EFI_EXIT(EFI_NOT_FOUND);
	return EFI_EXIT(get_variable(item, attributes, data_size, data));
}

/*
 * Items in the order of enumeration: the snapshot's, then the overlay's. An
 * offset runs through both lists.
 */
static const struct handoff_variable *item_at(u32 offset)
{
	const struct variables *variables = &emu.variables;

	if (offset < variables->snapshot_size)
		return (const void *)(variables->snapshot + offset);
	offset -= variables->snapshot_size;
	if (offset < variables->overlay_used)
		return (const void *)(variables->overlay + offset);
	return NULL;
}

/* The first item from an offset on that a payload can see. */
static const struct handoff_variable *visible_from(u32 offset)
{
	const struct handoff_variable *item;

	for (;; offset += item->item_size) {
		item = item_at(offset);
		if (!item || visible(item_name(item), item->name_size,
				     item->guid) == item)
			return item;
	}
}

static u32 offset_of(const struct handoff_variable *item)
{
	const struct variables *variables = &emu.variables;
	const u8 *at = (const u8 *)item;

	if (at >= variables->snapshot &&
	    at < variables->snapshot + variables->snapshot_size)
		return (u32)(at - variables->snapshot);
	return (u32)(at - variables->overlay) + variables->snapshot_size;
}

static efi_status_t get_next(u64 *name_size, efi_char16_t *name,
			     struct efi_guid *vendor)
{
	const struct handoff_variable *item;
	u32 offset = 0;
	u64 room;

	if (name[0]) {
		item = visible(name, name_bytes(name), vendor);
		if (!item)
			return EFI_INVALID_PARAMETER;
		offset = offset_of(item) + item->item_size;
	}
	item = visible_from(offset);
	if (!item)
		return EFI_NOT_FOUND;
	room = *name_size;
	*name_size = item->name_size;
	if (room < item->name_size)
		return EFI_BUFFER_TOO_SMALL;
	memcpy(name, item_name(item), item->name_size);
	memcpy(vendor, item->guid, sizeof(*vendor));
	return EFI_SUCCESS;
}

/**
 * rt_get_next_variable_name() - GetNextVariableName (UEFI 2.10, 8.2.2)
 * @name_size: in: bytes of @name; out: bytes of the next name with NUL
 * @name: in: an empty string or a name that this service returned; out: next
 * @vendor: its name space, likewise
 *
 * Return: EFI_SUCCESS, EFI_NOT_FOUND after the last, EFI_BUFFER_TOO_SMALL,
 *         EFI_INVALID_PARAMETER also for a name that does not exist
 */
efi_status_t EFIAPI rt_get_next_variable_name(u64 *name_size,
					      efi_char16_t *name,
					      struct efi_guid *vendor)
{
	u64 characters;

	EFI_ENTRY(GET_NEXT_VARIABLE_NAME, name_size ? *name_size : 0, name,
		  vendor);

	if (!name_size || !name || !vendor)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	characters = *name_size / sizeof(*name);
	if (utf16_length(name, characters) == characters)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	return EFI_EXIT(get_next(name_size, name, vendor));
}

static bool ascii_equal(const efi_char16_t *name, const char *ascii)
{
	while (*ascii && *name == (efi_char16_t)*ascii) {
		name++;
		ascii++;
	}
	return *name == (efi_char16_t)*ascii;
}

/*
 * What says how secure this boot is: a payload must not change what its own
 * parts, or K2, conclude from it. All of shim's variables are among it.
 */
static bool is_protected(const efi_char16_t *name,
			 const struct efi_guid *vendor)
{
	static const char names[] =
		"SecureBoot\0SetupMode\0AuditMode\0DeployedMode\0VendorKeys\0"
		"SignatureSupport\0OsIndicationsSupported\0PK\0KEK\0PKDefault\0"
		"KEKDefault\0dbDefault\0dbxDefault\0dbtDefault\0dbrDefault\0";
	const struct efi_guid security = EFI_IMAGE_SECURITY_DATABASE_GUID;
	const struct efi_guid global = EFI_GLOBAL_VARIABLE_GUID;
	const struct efi_guid shim = EFI_SHIM_LOCK_GUID;
	const char *at = names;

	if (guid_equal(vendor, &security) || guid_equal(vendor, &shim))
		return true;
	if (!guid_equal(vendor, &global))
		return false;
	while (*at) {
		if (ascii_equal(name, at))
			return true;
		while (*at++)
			;
	}
	return false;
}

static void remove_overlay(const struct handoff_variable *item)
{
	u8 *at = emu.variables.overlay +
		 ((const u8 *)item - emu.variables.overlay);
	u8 *end = emu.variables.overlay + emu.variables.overlay_used;
	u32 size = item->item_size;

	memmove(at, at + size, (u64)(end - (at + size)));
	emu.variables.overlay_used -= size;
}

struct new_variable {
	const void *name;
	const struct efi_guid *vendor;
	const struct handoff_variable *head; /* data to come first, or NULL */
	const void *data;
	u64 name_size;
	u64 data_size;
	u32 attributes;
};

/* Puts an item into the overlay in place of @old, which may be NULL. */
static efi_status_t store(const struct new_variable *variable,
			  const struct handoff_variable *old)
{
	struct variables *variables = &emu.variables;
	u64 head = variable->head ? variable->head->data_size : 0;
	u64 room = variables->overlay_size - variables->overlay_used;
	struct handoff_variable item;
	u64 size;
	u8 *at;

	if (!checked_add(sizeof(item) + variable->name_size + head,
			 variable->data_size, &size) ||
	    !checked_align(size, 8, &size) || size > room)
		return EFI_OUT_OF_RESOURCES;

	/* Appended before the old one goes, which may be its source. */
	at = variables->overlay + variables->overlay_used;
	memset(at, 0, size);
	item.item_size = (u32)size;
	item.attributes = variable->attributes;
	memcpy(item.guid, variable->vendor, sizeof(item.guid));
	item.name_size = (u32)variable->name_size;
	item.data_size = (u32)(head + variable->data_size);
	memcpy(at, &item, sizeof(item));
	at += sizeof(item);
	memcpy(at, variable->name, variable->name_size);
	at += variable->name_size;
	if (head)
		memcpy(at, item_data(variable->head), head);
	if (variable->data_size)
		memcpy(at + head, variable->data, variable->data_size);
	variables->overlay_used += (u32)size;
	if (old)
		remove_overlay(old);
	return EFI_SUCCESS;
}

static efi_status_t erase(const struct new_variable *variable)
{
	const struct handoff_variable *old = search_overlay(
		variable->name, variable->name_size, variable->vendor);
	struct new_variable nothing = *variable;

	if (!search_snapshot(variable->name, variable->name_size,
			     variable->vendor)) {
		remove_overlay(old);
		return EFI_SUCCESS;
	}
	nothing.attributes = 0;
	nothing.data_size = 0;
	return store(&nothing, old);
}

/* Attributes that make no sense, or that nobody here could honour. */
static efi_status_t check_attributes(u32 attributes)
{
	const u32 known = EFI_VARIABLE_NON_VOLATILE | ACCESS |
			  EFI_VARIABLE_TIME_BASED_AUTHENTICATED_WRITE_ACCESS |
			  EFI_VARIABLE_APPEND_WRITE;

	if (attributes & (EFI_VARIABLE_AUTHENTICATED_WRITE_ACCESS |
			  EFI_VARIABLE_ENHANCED_AUTHENTICATED_ACCESS |
			  EFI_VARIABLE_HARDWARE_ERROR_RECORD))
		return EFI_UNSUPPORTED;
	if (attributes & ~known ||
	    (attributes & ACCESS) == EFI_VARIABLE_RUNTIME_ACCESS)
		return EFI_INVALID_PARAMETER;
	/* There is no key here to check a signature with. */
	if (attributes & EFI_VARIABLE_TIME_BASED_AUTHENTICATED_WRITE_ACCESS)
		return EFI_SECURITY_VIOLATION;
	return EFI_SUCCESS;
}

static efi_status_t set_variable(struct new_variable *variable)
{
	const struct handoff_variable *old =
		visible(variable->name, variable->name_size, variable->vendor);
	bool append = variable->attributes & EFI_VARIABLE_APPEND_WRITE;
	bool delete = !(variable->attributes & ACCESS) ||
		      (!variable->data_size && !append);

	variable->attributes &= ~EFI_VARIABLE_APPEND_WRITE;
	if (!old && delete)
		return EFI_NOT_FOUND;
	if (old && old->attributes &
			   EFI_VARIABLE_TIME_BASED_AUTHENTICATED_WRITE_ACCESS)
		return EFI_SECURITY_VIOLATION;
	if (old && variable->attributes &&
	    old->attributes != variable->attributes)
		return EFI_INVALID_PARAMETER;
	if (delete)
		return erase(variable);
	if (!variable->data_size)
		return EFI_SUCCESS; /* nothing appended */
	variable->head = append ? old : NULL;
	return store(variable,
		     search_overlay(variable->name, variable->name_size,
				    variable->vendor));
}

void variables_show(const efi_char16_t *name, const struct efi_guid *vendor,
		    const void *data, u64 size)
{
	const struct new_variable variable = {
		.name = name,
		.vendor = vendor,
		.data = data,
		.name_size = name_bytes(name),
		.data_size = size,
		.attributes = EFI_VARIABLE_BOOTSERVICE_ACCESS,
	};

	/* The overlay is empty, or nearly so: there is room. */
	if (!visible(name, variable.name_size, vendor))
		store(&variable, NULL);
}

/**
 * rt_set_variable() - SetVariable (UEFI 2.10, 8.2.3)
 * @name: NUL-terminated, not empty
 * @vendor: its name space
 * @attributes: EFI_VARIABLE_*; 0 deletes
 * @data_size: bytes of @data; 0 deletes
 * @data: the new contents
 *
 * What is set lasts until ExitBootServices, non-volatile or not.
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER, EFI_NOT_FOUND (nothing to
 *         delete), EFI_OUT_OF_RESOURCES, EFI_WRITE_PROTECTED (Secure Boot
 *         state), EFI_SECURITY_VIOLATION (authenticated variables),
 *         EFI_UNSUPPORTED (attributes)
 */
efi_status_t EFIAPI rt_set_variable(const efi_char16_t *name,
				    const struct efi_guid *vendor,
				    u32 attributes, u64 data_size,
				    const void *data)
{
	struct new_variable variable = {
		.name = name,
		.vendor = vendor,
		.data = data,
		.data_size = data_size,
		.attributes = attributes,
	};
	efi_status_t status;

	EFI_ENTRY(SET_VARIABLE, name, vendor, attributes, data_size);

	if (!name || !vendor || (data_size && !data && attributes))
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	variable.name_size = name_bytes(name);
	if (!variable.name_size)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	if (is_protected(name, vendor))
		return EFI_EXIT(EFI_WRITE_PROTECTED);
	status = check_attributes(attributes);
	if (EFI_ERROR(status))
		return EFI_EXIT(status);
	return EFI_EXIT(set_variable(&variable));
}

/**
 * rt_query_variable_info() - QueryVariableInfo (UEFI 2.10, 8.2.4)
 * @attributes: of the variables in question
 * @maximum_storage: where to put the size of their store
 * @remaining_storage: where to put what is left of it
 * @maximum_size: where to put the size of the largest variable
 *
 * There is one store for all, the overlay.
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER, EFI_UNSUPPORTED
 */
efi_status_t EFIAPI rt_query_variable_info(u32 attributes, u64 *maximum_storage,
					   u64 *remaining_storage,
					   u64 *maximum_size)
{
	efi_status_t status;
	u64 left;

	EFI_ENTRY(QUERY_VARIABLE_INFO, attributes, maximum_storage,
		  remaining_storage, maximum_size);

	if (!maximum_storage || !remaining_storage || !maximum_size ||
	    !(attributes & ACCESS))
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	status = check_attributes(attributes);
	if (status == EFI_SECURITY_VIOLATION)
		status = EFI_UNSUPPORTED;
	if (EFI_ERROR(status))
		return EFI_EXIT(status);
	left = emu.variables.overlay_size - emu.variables.overlay_used;
	*maximum_storage = emu.variables.overlay_size;
	*remaining_storage = left;
	*maximum_size = left;
	return EFI_EXIT(EFI_SUCCESS);
}
