// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The file that LoadImage is about: a part of the payload that is still as K1
 * laid it out, or else a copy, which is hashed, compared with what K1 vouches
 * for, parsed and loaded. Whoever still has the source can change nothing any
 * more.
 */
#include <emulator/emu.h>
#include <purgatory/sha256.h>

static efi_status_t allocate(u64 size, struct image_file *ret)
{
	u64 bytes;

	if (!checked_align(size, EFI_PAGE_SIZE, &bytes))
		return EFI_OUT_OF_RESOURCES;
	ret->pages = bytes >> EFI_PAGE_SHIFT;
	ret->size = size;
	return memory_allocate(EFI_LOADER_DATA, ret->pages, 0, &ret->address);
}

static bool is_read_only(u64 address, u64 size)
{
	u64 end = address + size;
	u32 protection;

	while (address < end) {
		u64 step = arch_mmu_query(address, &protection);

		if (protection & HANDOFF_PROT_WRITE ||
		    !(protection & HANDOFF_PROT_READ) || !step)
			return false;
		address += step;
	}
	return true;
}

/*
 * Are these bytes a part of the payload that K1 lists, at the place where K1
 * put it, where nobody could write since? Then they are what K1 verified, and
 * neither a copy nor a digest, which takes longer than Linux takes to boot,
 * would tell more.
 */
static bool is_listed_place(u64 source, u64 size)
{
	const struct handoff_array *array = &emu.handoff->digests;
	const struct handoff_digest *digests = handoff_array(array);
	const struct handoff_payload *payload = &emu.handoff->payload;
	u32 i;

	for (i = 0; i < array->count; i++) {
		if (digests[i].rva && digests[i].size == size &&
		    range_inside(digests[i].rva, size, 0, payload->size) &&
		    source == payload->address + digests[i].rva)
			return !emu.payload_opened &&
			       is_read_only(source, size);
	}
	return false;
}

efi_status_t image_file_take(const void *source, u64 size,
			     struct image_file *ret)
{
	u64 address = (u64)(uintptr_t)source;
	efi_status_t status;

	if (is_listed_place(address, size)) {
		*ret = (struct image_file){ .address = address, .size = size };
		return EFI_SUCCESS;
	}
	status = allocate(size, ret);
	if (!EFI_ERROR(status))
		memcpy((void *)(uintptr_t)ret->address, source, size);
	return status;
}

void image_file_free(struct image_file *file)
{
	if (file->pages)
		memory_free(file->address, file->pages);
	file->pages = 0;
}

static efi_status_t load_from(efi_handle_t handle, const struct efi_guid *guid,
			      struct efi_device_path *rest,
			      efi_bool_t boot_policy, struct image_file *ret)
{
	struct efi_load_file2 *protocol = handle_interface(handle, guid);
	efi_status_t status;
	u64 size = 0;

	if (!protocol)
		return EFI_NOT_FOUND;
	status = protocol->load_file(protocol, rest, boot_policy, &size, NULL);
	if (status != EFI_BUFFER_TOO_SMALL)
		return EFI_ERROR(status) ? status : EFI_LOAD_ERROR;
	if (!size)
		return EFI_LOAD_ERROR;
	status = allocate(size, ret);
	if (EFI_ERROR(status))
		return status;
	status = protocol->load_file(protocol, rest, boot_policy, &size,
				     (void *)(uintptr_t)ret->address);
	/* A shorter file is a file; a longer one did not fit. */
	if (!EFI_ERROR(status) && size <= ret->size && size) {
		ret->size = size;
		return EFI_SUCCESS;
	}
	image_file_free(ret);
	return EFI_ERROR(status) ? status : EFI_LOAD_ERROR;
}

efi_status_t image_file_load(struct efi_device_path *path,
			     efi_bool_t boot_policy, struct image_file *ret)
{
	const struct efi_guid order[] = {
		EFI_LOAD_FILE2_PROTOCOL_GUID,
		EFI_LOAD_FILE_PROTOCOL_GUID,
	};
	u32 i;

	/* LoadFile2 is not for boot selection (UEFI 2.10, 13.2). */
	for (i = boot_policy ? 1 : 0; i < ARRAY_SIZE(order); i++) {
		struct efi_device_path *rest = path;
		efi_handle_t handle;

		if (!EFI_ERROR(locate_device_path(&order[i], &rest, &handle)))
			return load_from(handle, &order[i], rest, boot_policy,
					 ret);
	}
	return EFI_NOT_FOUND;
}

bool image_file_vouched(const struct image_file *file)
{
	const struct handoff_array *array = &emu.handoff->digests;
	const struct handoff_digest *digests = handoff_array(array);
	u8 digest[SHA256_SIZE];
	u32 i;

	/* Not copied as there was no need to: image_file_take(). */
	if (!file->pages)
		return true;
	sha256((const void *)(uintptr_t)file->address, file->size, digest);
	for (i = 0; i < array->count; i++)
		if (digests[i].size == file->size &&
		    !memcmp(digests[i].sha256, digest, sizeof(digest)))
			return true;
	return false;
}
