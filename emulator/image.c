// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * LoadImage (UEFI 2.10, 7.4.1): from bytes that K1 vouches for to an image in
 * memory. Signatures are K1's business: what is not in its list is refused,
 * whatever the policy there was.
 */
#include <emulator/emu.h>
#include <image/pe.h>
#include <kexec_pe/pe.h>

/* Larger pages for larger images: Linux on arm64 moves itself otherwise. */
#define LARGE 0x200000ULL

struct image *image_find(efi_handle_t handle)
{
	struct list *head = &emu.protocols.images.list, *link;

	list_for_each(link, head) {
		struct image *each = list_object(link, struct image, link);

		if (each->handle == handle)
			return each;
	}
	return NULL;
}

void image_destroy(struct image *image)
{
	open_close_agent(image->handle);
	loaded_image_uninstall(image);
	if (image->pages)
		memory_free(image->address, image->pages);
	if (image->exit_data)
		pool_free(image->exit_data);
	list_remove(&image->link);
	object_free(image, sizeof(*image));
}

static efi_status_t protect(u64 address, u64 size, u32 protection)
{
	return arch_mmu_map(address, size, protection, ARCH_MEMORY_NORMAL);
}

/* One call for each run of pages that are alike. */
static efi_status_t protect_by_section(const struct image *image,
				       const struct pe_image *pe)
{
	u64 size = image->pages << EFI_PAGE_SHIFT, start = 0, at;

	for (at = EFI_PAGE_SIZE; at <= size; at += EFI_PAGE_SIZE) {
		u32 protection = pe_protection(pe, start);
		efi_status_t status;

		if (at < size && pe_protection(pe, at) == protection)
			continue;
		status =
			protect(image->address + start, at - start, protection);
		if (EFI_ERROR(status))
			return status;
		start = at;
	}
	return EFI_SUCCESS;
}

/* An image that does not say that it can live with less may do anything. */
static efi_status_t protect_image(const struct image *image,
				  const struct pe_image *pe)
{
	if (pe->dll_characteristics & IMAGE_DLL_CHARACTERISTICS_NX_COMPAT)
		return protect_by_section(image, pe);
	return protect(image->address, image->pages << EFI_PAGE_SHIFT,
		       HANDOFF_PROT_READ | HANDOFF_PROT_WRITE |
			       HANDOFF_PROT_EXEC);
}

static efi_status_t allocate(struct image *image, const struct pe_image *pe)
{
	u64 size, align = pe->section_alignment;
	efi_status_t status;

	if (!checked_align(pe->image_size, EFI_PAGE_SIZE, &size) || !size)
		return EFI_LOAD_ERROR;
	if (size >= LARGE && align < LARGE)
		align = LARGE;
	status = memory_allocate(EFI_LOADER_CODE, size >> EFI_PAGE_SHIFT, align,
				 &image->address);
	if (EFI_ERROR(status))
		return status;
	image->pages = size >> EFI_PAGE_SHIFT;
	image->entry = image->address + pe->entry;
	return EFI_SUCCESS;
}

/* What fails behind the allocation is cleaned up by image_destroy(). */
static efi_status_t lay_out(struct image *image, const struct pe_image *pe)
{
	void *memory = (void *)(uintptr_t)image->address;
	u64 size = image->pages << EFI_PAGE_SHIFT;

	pe_layout(pe, memory);
	memset((u8 *)memory + pe->image_size, 0, size - pe->image_size);
	if (pe_relocate(pe, memory, image->address) != RULE_OK)
		return EFI_LOAD_ERROR;
	arch_cache_sync(memory, size);
	return protect_image(image, pe);
}

static efi_status_t parse(const struct image_file *file, struct pe_image *ret)
{
	enum rule rule = pe_parse((const void *)(uintptr_t)file->address,
				  file->size, emu.header->machine, ret);

	if (rule == RULE_OK)
		return EFI_SUCCESS;
	print("LoadImage: %s\n", rule_text(rule));
	return rule_is_foreign(rule) ? EFI_UNSUPPORTED : EFI_LOAD_ERROR;
}

static efi_status_t make_image(const struct image_file *file,
			       efi_handle_t parent,
			       const struct efi_device_path *path,
			       efi_handle_t *ret)
{
	struct image *image;
	struct pe_image pe;
	efi_status_t status = parse(file, &pe);

	if (EFI_ERROR(status))
		return status;
	image = object_allocate(sizeof(*image));
	if (!image)
		return EFI_OUT_OF_RESOURCES;
	list_append(&emu.protocols.images.list, &image->link);
	status = allocate(image, &pe);
	if (!EFI_ERROR(status))
		status = lay_out(image, &pe);
	if (!EFI_ERROR(status))
		status = loaded_image_install(image, parent, path);
	/* The last that can fail: what is measured is what may run. */
	if (!EFI_ERROR(status) && emu.measurement)
		status = emu.measurement->image(&pe, image->address, path);
	if (EFI_ERROR(status))
		image_destroy(image);
	else
		*ret = image->handle;
	return status;
}

static efi_status_t load_image(efi_bool_t boot_policy, efi_handle_t parent,
			       struct efi_device_path *path, const void *source,
			       u64 source_size, efi_handle_t *ret)
{
	struct image_file file;
	efi_status_t status;

	if (!source)
		status = image_file_load(path, boot_policy, &file);
	else if (!source_size)
		status = EFI_LOAD_ERROR;
	else
		status = image_file_take(source, source_size, &file);
	if (EFI_ERROR(status))
		return status;
	if (image_file_vouched(&file)) {
		status = make_image(&file, parent, path, ret);
	} else {
		print("LoadImage: %lu bytes that the first kernel did not vouch for\n",
		      file.size);
		status = EFI_SECURITY_VIOLATION;
	}
	image_file_free(&file);
	return status;
}

/**
 * bs_load_image() - LoadImage (UEFI 2.10, 7.4.1)
 * @boot_policy: true: not through LoadFile2
 * @parent: image handle of the caller
 * @device_path: of the image; may be NULL if there is a @source_buffer
 * @source_buffer: the file; NULL: whoever serves @device_path has it
 * @source_size: bytes of it
 * @image: handle of the image; untouched after a failure
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER, EFI_NOT_FOUND,
 *         EFI_OUT_OF_RESOURCES; EFI_SECURITY_VIOLATION for what K1 does not
 *         vouch for, which is not loaded then; EFI_UNSUPPORTED for another
 *         machine; EFI_LOAD_ERROR for a malformed file
 */
efi_status_t EFIAPI bs_load_image(efi_bool_t boot_policy, efi_handle_t parent,
				  struct efi_device_path *device_path,
				  void *source_buffer, u64 source_size,
				  efi_handle_t *image)
{
	EFI_ENTRY(LOAD_IMAGE, parent, device_path, source_buffer, source_size);

	if (!image || !image_find(parent))
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	if (!source_buffer && !device_path)
		return EFI_EXIT(EFI_NOT_FOUND);
	return EFI_EXIT(load_image(boot_policy, parent, device_path,
				   source_buffer, source_size, image));
}
