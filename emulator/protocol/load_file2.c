// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * EFI_LOAD_FILE2_PROTOCOL (UEFI 2.10, 13.2) on Linux' vendor media path: the
 * initrd that came with the kexec.
 *
 * A UKI registers its own initrd there, and systemd-stub <= 260 fails with
 * "already started" if there is one. So ours is not registered beside a UKI
 * that has one; but when the stub registers its own, the kernel is shown the
 * stub's, padding, and ours behind it: the way initrds are concatenated. A
 * crash kernel is shown ours alone: it was made for the dump, and has little
 * memory.
 */
#include <emulator/emu.h>

#define PART_ALIGN 4ULL /* of each part of a concatenated initrd */

static const struct {
	struct efi_device_path_vendor vendor;
	struct efi_device_path end;
} __packed initrd_path = {
	.vendor = {
		.header = {
			.type = EFI_DEVICE_PATH_MEDIA,
			.sub_type = EFI_DEVICE_PATH_MEDIA_VENDOR,
			.length = { sizeof(struct efi_device_path_vendor) },
		},
		.guid = LINUX_EFI_INITRD_MEDIA_GUID,
	},
	.end = {
		.type = EFI_DEVICE_PATH_END,
		.sub_type = EFI_DEVICE_PATH_END_ENTIRE,
		.length = { sizeof(struct efi_device_path) },
	},
};

/* What both do before they differ: is this call one to serve? */
static efi_status_t check_call(const struct efi_load_file2 *self,
			       const struct efi_load_file2 *expected,
			       const struct efi_device_path *path,
			       efi_bool_t boot_policy, const u64 *buffer_size)
{
	if (self != expected || !path || !buffer_size)
		return EFI_INVALID_PARAMETER;
	if (boot_policy)
		return EFI_UNSUPPORTED;
	/* The path ends here: there is one file. */
	return device_path_is_end(path) ? EFI_SUCCESS : EFI_NOT_FOUND;
}

/* Sets the size; EFI_BUFFER_TOO_SMALL unless there is room for it. */
static efi_status_t check_room(u64 size, u64 *buffer_size, const void *buffer)
{
	u64 room = *buffer_size;

	*buffer_size = size;
	return buffer && room >= size ? EFI_SUCCESS : EFI_BUFFER_TOO_SMALL;
}

static void copy_ours(void *buffer)
{
	const struct handoff_range *initrd = &emu.handoff->initrd;

	memcpy(buffer, (const void *)(uintptr_t)initrd->address, initrd->size);
}

static efi_status_t load_ours_only(u64 *buffer_size, void *buffer)
{
	efi_status_t status =
		check_room(emu.handoff->initrd.size, buffer_size, buffer);

	if (!EFI_ERROR(status))
		copy_ours(buffer);
	return status;
}

static efi_status_t EFIAPI load_ours(struct efi_load_file2 *self,
				     struct efi_device_path *path,
				     efi_bool_t boot_policy, u64 *buffer_size,
				     void *buffer)
{
	efi_status_t status;

	EFI_ENTRY(LOAD_FILE2, path, boot_policy, buffer_size ? *buffer_size : 0,
		  buffer);

	status = check_call(self, &emu.protocols.load_file2.ours, path,
			    boot_policy, buffer_size);
	if (!EFI_ERROR(status))
		status = load_ours_only(buffer_size, buffer);
	return EFI_EXIT(status);
}

static efi_status_t call_wrapped(struct efi_device_path *path, u64 *size,
				 void *buffer)
{
	struct efi_load_file2 *wrapped = emu.protocols.load_file2.wrapped;

	if (!wrapped)
		return EFI_NOT_FOUND;
	return wrapped->load_file(wrapped, path, false, size, buffer);
}

/* How long the payload's initrd is; one that is gone is empty. */
static efi_status_t wrapped_size(struct efi_device_path *path, u64 *ret)
{
	efi_status_t status;
	u64 size = 0;

	status = call_wrapped(path, &size, NULL);
	if (status == EFI_BUFFER_TOO_SMALL) {
		*ret = size;
		return EFI_SUCCESS;
	}
	if (status == EFI_NOT_FOUND || !EFI_ERROR(status)) {
		*ret = 0;
		return EFI_SUCCESS;
	}
	return status;
}

static efi_status_t load_both(struct efi_device_path *path, u64 *buffer_size,
			      u8 *buffer)
{
	u64 first, second, size, loaded;
	efi_status_t status = wrapped_size(path, &first);

	if (EFI_ERROR(status))
		return status;
	if (!checked_align(first, PART_ALIGN, &second) ||
	    !checked_add(second, emu.handoff->initrd.size, &size))
		return EFI_OUT_OF_RESOURCES;
	status = check_room(size, buffer_size, buffer);
	if (EFI_ERROR(status))
		return status;
	loaded = first;
	if (first)
		status = call_wrapped(path, &loaded, buffer);
	if (EFI_ERROR(status))
		return status;
	/* It said something else a moment ago. */
	if (loaded != first)
		return EFI_DEVICE_ERROR;
	memset(buffer + first, 0, second - first);
	copy_ours(buffer + second);
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI load_wrapped(struct efi_load_file2 *self,
					struct efi_device_path *path,
					efi_bool_t boot_policy,
					u64 *buffer_size, void *buffer)
{
	efi_status_t status;

	EFI_ENTRY(LOAD_FILE2, path, boot_policy, buffer_size ? *buffer_size : 0,
		  buffer);

	status = check_call(self, &emu.protocols.load_file2.wrapper, path,
			    boot_policy, buffer_size);
	if (EFI_ERROR(status))
		return EFI_EXIT(status);
	if (emu.handoff->flags & HANDOFF_FLAG_CRASH)
		status = load_ours_only(buffer_size, buffer);
	else
		status = load_both(path, buffer_size, buffer);
	return EFI_EXIT(status);
}

static bool hidden(void)
{
	return emu.handoff->initrd.size &&
	       emu.handoff->flags & HANDOFF_FLAG_INITRD_HIDDEN;
}

static bool is_initrd_path(const struct efi_device_path *path)
{
	u64 size;

	return device_path_size(path, &size) && size == sizeof(initrd_path) &&
	       !memcmp(path, &initrd_path, size);
}

void load_file2_wrap(struct handle *handle)
{
	struct load_file2 *state = &emu.protocols.load_file2;
	struct protocol *path, *file;

	if (!hidden() || state->wrapped)
		return;
	path = handle_protocol(handle, &EFI_DEVICE_PATH_PROTOCOL_GUID);
	file = handle_protocol(handle, &EFI_LOAD_FILE2_PROTOCOL_GUID);
	if (!path || !file || !file->interface ||
	    !is_initrd_path(path->interface))
		return;
	state->wrapped = file->interface;
	file->presented = &state->wrapper;
}

void load_file2_unwrap(struct protocol *protocol)
{
	struct load_file2 *state = &emu.protocols.load_file2;

	if (protocol->presented == &state->wrapper)
		state->wrapped = NULL;
}

void load_file2_start(void)
{
	struct load_file2 *state = &emu.protocols.load_file2;
	efi_handle_t handle = NULL;
	efi_status_t status;

	state->ours.load_file = load_ours;
	state->wrapper.load_file = load_wrapped;
	if (!emu.handoff->initrd.size || hidden())
		return;
	status = handle_install(&handle, &EFI_DEVICE_PATH_PROTOCOL_GUID,
				(void *)(uintptr_t)&initrd_path);
	if (!EFI_ERROR(status))
		status = handle_install(&handle, &EFI_LOAD_FILE2_PROTOCOL_GUID,
					&state->ours);
	if (EFI_ERROR(status))
		emulator_panic("no handle for the initrd");
}
