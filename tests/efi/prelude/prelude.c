// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plays shim for the tests: sets the variables of its section .vars, then
 * starts the kernel of its section .linux with its own command line. Volatile
 * variables, and changes of dbx that count for the kernel, come no other way.
 *
 * tests/qemu/prelude.py adds the sections and says what is in .vars.
 */
#include <kexec_pe/efi.h>
#include <kexec_pe/efi_guid.h>

struct variable {
	u32 name_size; /* bytes of UTF-16, final NUL included */
	u32 data_size;
	u32 attributes;
	struct efi_guid guid;
	/* u8 name[name_size], data[data_size] */
} __packed;

struct path {
	struct efi_device_path_memory memory;
	struct efi_device_path end;
} __packed;

static const struct efi_guid loaded_image_guid = LOADED_IMAGE_PROTOCOL_GUID;

static void say(struct efi_system_table *systab, const efi_char16_t *text)
{
	systab->con_out->output_string(systab->con_out, text);
}

/* Of a file that the firmware has loaded: nothing in it is looked at twice. */
static const u8 *find_section(const u8 *base, u64 name, u32 *ret_size)
{
	const u8 *header = base + *(const u32 *)(base + 0x3c);
	const u8 *section = header + 24 + *(const u16 *)(header + 20);
	u32 count = *(const u16 *)(header + 6);

	for (; count; count--, section += 40) {
		if (*(const u64 *)section != name)
			continue;
		*ret_size = *(const u32 *)(section + 8);
		return base + *(const u32 *)(section + 12);
	}
	return NULL;
}

static efi_status_t set_variables(struct efi_system_table *systab, const u8 *at,
				  const u8 *end)
{
	efi_status_t status = EFI_SUCCESS;

	while (status == EFI_SUCCESS && at < end) {
		const struct variable *variable = (const void *)at;
		const efi_char16_t *name = (const void *)(variable + 1);
		const u8 *data = (const u8 *)name + variable->name_size;

		status = systab->runtime_services->set_variable(
			name, &variable->guid, variable->attributes,
			variable->data_size, data);
		say(systab, name);
		say(systab, status ? L": not set\r\n" : L": set\r\n");
		at = data + variable->data_size;
	}
	return status;
}

static efi_status_t start(struct efi_system_table *systab, efi_handle_t self,
			  struct efi_loaded_image *image, const u8 *file,
			  u32 size)
{
	struct efi_boot_services *boot = systab->boot_services;
	struct path path = {
		.memory = {
			.header = { 1, 3, { sizeof(path.memory), 0 } },
			.memory_type = EFI_LOADER_DATA,
			.start = (u64)file,
			.end = (u64)file + size - 1,
		},
		.end = { 0x7f, 0xff, { sizeof(path.end), 0 } },
	};
	struct efi_loaded_image *child;
	efi_handle_t handle = NULL;
	efi_status_t status;

	status = boot->load_image(0, self, &path.memory.header, (void *)file,
				  size, &handle);
	if (status == EFI_SUCCESS)
		status = boot->handle_protocol(handle, &loaded_image_guid,
					       (void **)&child);
	if (status)
		return status;
	child->load_options = image->load_options;
	child->load_options_size = image->load_options_size;
	return boot->start_image(handle, NULL, NULL);
}

efi_status_t EFIAPI prelude_entry(efi_handle_t handle,
				  struct efi_system_table *systab);

efi_status_t EFIAPI prelude_entry(efi_handle_t handle,
				  struct efi_system_table *systab)
{
	struct efi_loaded_image *image;
	const u8 *variables, *kernel;
	efi_status_t status;
	u32 size;

	status = systab->boot_services->handle_protocol(
		handle, &loaded_image_guid, (void **)&image);
	if (status)
		return status;
	variables = find_section(image->image_base, 0x737261762eULL, &size);
	if (variables)
		status = set_variables(systab, variables, variables + size);
	kernel = find_section(image->image_base, 0x78756e696c2eULL, &size);
	if (!status && kernel)
		status = start(systab, handle, image, kernel, size);
	say(systab, L"prelude: no kernel was started\r\n");
	return status;
}
