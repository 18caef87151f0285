// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * LoadImage, StartImage, Exit, UnloadImage and the payload itself.
 */
// sources: tests/unit/emulator/runtime_start.S tests/unit/emulator/machine.c
// sources: emulator/device_tree.c
// sources: emulator/config_table.c emulator/connect.c emulator/console.c
// sources: emulator/crc32.c emulator/device_path.c emulator/event_group.c
// sources: emulator/events.c emulator/exit_boot.c emulator/handles.c
// sources: emulator/image.c emulator/image_file.c emulator/image_payload.c
// sources: emulator/image_start.c emulator/install_multiple.c
// sources: emulator/locate.c emulator/main.c emulator/memory.c
// sources: emulator/object.c emulator/open_protocol.c emulator/page_table.c
// sources: emulator/panic.c emulator/pool.c emulator/print.c
// sources: emulator/protocol_notify.c emulator/protocols.c emulator/region.c
// sources: emulator/runtime_services.c emulator/systab.c emulator/text.c
// sources: emulator/time.c emulator/timer.c emulator/tpl.c emulator/trace.c
// sources: emulator/variables.c emulator/protocol/device_path_to_text.c
// sources: emulator/protocol/device_path_utilities.c
// sources: emulator/protocol/load_file2.c emulator/protocol/loaded_image.c
// sources: emulator/protocol/memory_attribute.c emulator/protocol/rng.c
// sources: emulator/protocol/text_input.c emulator/protocol/text_output.c
// sources: emulator/runtime/unsupported.c emulator/runtime/variables.c
// sources: emulator/runtime/virtual_map.c image/pe.c image/pe_layout.c
// sources: image/rule.c arch/host/sha256.c tests/unit/image/build.c
// sources: tests/unit/emulator/runtime_end.S
// flags: -lmbedcrypto

#include <emulator/protocol/memory_attribute.h>
#include <purgatory/sha256.h>

#include "../image/build.h"
#include "machine.h"
#include "unit.h"

#define R HANDOFF_PROT_READ
#define RW (R | HANDOFF_PROT_WRITE)
#define RX (R | HANDOFF_PROT_EXEC)
#define RWX (RW | HANDOFF_PROT_EXEC)

static struct build build;
static efi_image_entry_t body; /* what the loaded image does */
static u64 runs;

static efi_status_t EFIAPI entry(efi_handle_t handle,
				 struct efi_system_table *systab)
{
	runs++;
	return body ? body(handle, systab) : EFI_SUCCESS;
}

/* Code of this machine that goes to a function of the test. */
static void put_jump(u8 *code, efi_image_entry_t to)
{
	u64 address = (u64)(uintptr_t)to;

#ifdef __x86_64__
	memcpy(code, "\x48\xb8", 2); /* mov $address, %rax */
	memcpy(code + 2, &address, sizeof(address));
	memcpy(code + 10, "\xff\xe0", 2); /* jmp *%rax */
#else
	memcpy(code, "\x50\x00\x00\x58\x00\x02\x1f\xd6", 8); /* ldr, br x16 */
	memcpy(code + 8, &address, sizeof(address));
#endif
}

/* K1 vouches for what is in a buffer. */
static void vouch(const void *data, u64 size)
{
	struct handoff *handoff = (void *)MACHINE_HANDOFF;
	struct handoff_digest digest = { .size = size };

	sha256(data, size, digest.sha256);
	machine_add(&handoff->digests, 1, &digest, sizeof(digest));
}

static void boot(void)
{
	struct emulator_header *header = (void *)MACHINE_EMULATOR;

	machine_start();
	header->machine = IMAGE_FILE_MACHINE_AMD64;
	machine_memory();
	machine_run();
	protocols_start();
	body = NULL;
	runs = 0;
	build_app(&build);
	put_jump(build.data + BUILD_HEADERS_SIZE, entry);
}

static efi_status_t load(efi_handle_t *ret)
{
	return bs_load_image(false, emu.protocols.payload, NULL, build.data,
			     build.size, ret);
}

/* All memory that is free, to see whether anything was left behind. */
static u64 free_pages(void)
{
	u64 pages = 0;
	u32 i;

	for (i = 0; i < emu.map.count; i++)
		if (emu.map.regions[i].type == EFI_CONVENTIONAL_MEMORY)
			pages += emu.map.regions[i].pages;
	return pages;
}

static struct efi_loaded_image *loaded_image(efi_handle_t handle)
{
	void *loaded = NULL;

	EXPECT_EQ(bs_handle_protocol(handle, &LOADED_IMAGE_PROTOCOL_GUID,
				     &loaded),
		  EFI_SUCCESS);
	return loaded;
}

UNIT_TEST(payload_has_all_that_stubs_ask_for)
{
	struct handoff *handoff = (void *)MACHINE_HANDOFF;
	struct efi_loaded_image *loaded;
	void *path, *file_system;

	machine_start();
	machine_memory();
	machine_add(&handoff->load_options, 8, L"abc", 8);
	machine_run();
	protocols_start();
	loaded = loaded_image(emu.protocols.payload);
	EXPECT_EQ(loaded->revision, 0x1000);
	EXPECT_TRUE(loaded->image_base == (void *)MACHINE_PAYLOAD);
	EXPECT_EQ(loaded->image_size, MACHINE_PAYLOAD_SIZE);
	EXPECT_EQ(loaded->image_code_type, EFI_LOADER_CODE);
	EXPECT_EQ(loaded->image_data_type, EFI_LOADER_DATA);
	EXPECT_TRUE(loaded->system_table == emu.systab);
	EXPECT_TRUE(handle_find(loaded->parent_handle));
	EXPECT_EQ(loaded->load_options_size, 8);
	EXPECT_MEM_EQ(loaded->load_options, L"abc", 8);
	EXPECT_TRUE(!loaded->unload);
	/* minimal-efi 5: a real DeviceHandle with a device path, no files. */
	EXPECT_EQ(bs_handle_protocol(loaded->device_handle,
				     &EFI_DEVICE_PATH_PROTOCOL_GUID, &path),
		  EFI_SUCCESS);
	EXPECT_EQ(bs_handle_protocol(loaded->device_handle,
				     &EFI_SIMPLE_FILE_SYSTEM_PROTOCOL_GUID,
				     &file_system),
		  EFI_UNSUPPORTED);
	EXPECT_EQ(loaded->file_path->type, EFI_DEVICE_PATH_MEDIA);
	EXPECT_EQ(loaded->file_path->sub_type, EFI_DEVICE_PATH_MEDIA_FILE);
	EXPECT_TRUE(device_path_is_end(device_path_next(loaded->file_path)));
	EXPECT_EQ(bs_handle_protocol(emu.protocols.payload,
				     &LOADED_IMAGE_DEVICE_PATH_PROTOCOL_GUID,
				     &path),
		  EFI_SUCCESS);
	EXPECT_MEM_EQ(path,
		      handle_interface(loaded->device_handle,
				       &EFI_DEVICE_PATH_PROTOCOL_GUID),
		      sizeof(struct efi_device_path_vendor));
}

UNIT_TEST(payload_without_load_options)
{
	struct efi_loaded_image *loaded;

	boot();
	loaded = loaded_image(emu.protocols.payload);
	EXPECT_EQ(loaded->load_options_size, 0);
	EXPECT_TRUE(!loaded->load_options);
	build_free(&build);
}

static efi_status_t EFIAPI exit_payload(efi_handle_t handle,
					struct efi_system_table *systab)
{
	systab->boot_services->raise_tpl(EFI_TPL_NOTIFY);
	systab->boot_services->exit(handle, EFI_NOT_READY, 10,
				    (efi_char16_t *)L"sorry");
	return EFI_SUCCESS;
}

UNIT_TEST(payload_returns_and_exits)
{
	boot();
	put_jump((u8 *)MACHINE_PAYLOAD + emu.handoff->payload.entry, entry);
	EXPECT_EQ(image_run_payload(), EFI_SUCCESS);
	EXPECT_EQ(runs, 1);
	body = exit_payload;
	EXPECT_EQ(image_run_payload(), EFI_NOT_READY);
	EXPECT_TRUE(strstr(machine.console, "payload: sorry\r\n"));
	EXPECT_EQ(emu.protocols.events.tpl, EFI_TPL_APPLICATION);
	build_free(&build);
}

UNIT_TEST(refuses_what_is_not_vouched_for)
{
	efi_handle_t image = &build;
	u64 free;

	boot();
	free = free_pages();
	EXPECT_EQ(load(&image), EFI_SECURITY_VIOLATION);
	vouch(build.data, build.size);
	build.data[0x1200]++;
	EXPECT_EQ(load(&image), EFI_SECURITY_VIOLATION);
	build.data[0x1200]--;
	/* The same bytes, but fewer of them, and more. */
	build.size--;
	EXPECT_EQ(load(&image), EFI_SECURITY_VIOLATION);
	build.size++;
	build_append(&build, NULL, 8);
	EXPECT_EQ(load(&image), EFI_SECURITY_VIOLATION);
	EXPECT_TRUE(image == &build);
	EXPECT_EQ(free_pages(), free);
	EXPECT_TRUE(strstr(machine.console, "did not vouch for"));
	build_free(&build);
}

/* The file as a section of the payload, which K1 lists without a digest. */
static efi_status_t load_inner(u64 offset, efi_handle_t *ret)
{
	return bs_load_image(false, emu.protocols.payload, NULL,
			     (void *)(MACHINE_PAYLOAD + offset), build.size,
			     ret);
}

UNIT_TEST(loads_from_its_place_in_the_payload)
{
	struct handoff *handoff = (void *)MACHINE_HANDOFF;
	struct handoff_digest digest = { .rva = 0x2000 };
	struct efi_memory_attribute *attribute = (void *)&memory_attribute;
	const u64 at = MACHINE_PAYLOAD + 0x2000, pages = 0x4000;
	efi_handle_t image = &build;

	boot();
	digest.size = build.size;
	machine_add(&handoff->digests, 1, &digest, sizeof(digest));
	memcpy((void *)at, build.data, build.size);
	/* The last page may be written to. */
	arch_mmu_map(at, pages, RW, ARCH_MEMORY_NORMAL);
	arch_mmu_map(at, 0x1000, R, ARCH_MEMORY_NORMAL);
	EXPECT_EQ(load_inner(0x2000, &image), EFI_SECURITY_VIOLATION);
	arch_mmu_map(at, pages, R, ARCH_MEMORY_NORMAL);
	/* Another place, or another size. */
	EXPECT_EQ(load_inner(0x3000, &image), EFI_SECURITY_VIOLATION);
	build.size--;
	EXPECT_EQ(load_inner(0x2000, &image), EFI_SECURITY_VIOLATION);
	build.size++;
	EXPECT_TRUE(image == &build);
	EXPECT_EQ(load_inner(0x2000, &image), EFI_SUCCESS);
	EXPECT_MEM_EQ(loaded_image(image)->image_base, build.data,
		      BUILD_HEADERS_SIZE);
	EXPECT_EQ(bs_unload_image(image), EFI_SUCCESS);
	/* What could be written to for a while is not trusted again. */
	EXPECT_EQ(attribute->clear_memory_attributes(attribute, at, 0x1000,
						     EFI_MEMORY_RO),
		  EFI_SUCCESS);
	EXPECT_EQ(attribute->set_memory_attributes(attribute, at, 0x1000,
						   EFI_MEMORY_RO),
		  EFI_SUCCESS);
	EXPECT_EQ(load_inner(0x2000, &image), EFI_SECURITY_VIOLATION);
	build_free(&build);
}

UNIT_TEST(loads_what_is_vouched_for)
{
	const u64 nx = BUILD_OPTIONAL + PE_OPTIONAL_DLL_CHARACTERISTICS;

	struct efi_loaded_image *loaded;
	efi_handle_t image = NULL;
	u64 free, address;
	void *path = &build;
	u64 pointer;

	boot();
	build_put(&build, nx, 2, 0);
	vouch(build.data, build.size);
	free = free_pages();
	EXPECT_EQ(load(&image), EFI_SUCCESS);
	loaded = loaded_image(image);
	address = (u64)(uintptr_t)loaded->image_base;
	EXPECT_EQ(loaded->image_size, 0x5000);
	EXPECT_EQ(region_find(&emu.map, address)->type, EFI_LOADER_CODE);
	EXPECT_TRUE(loaded->parent_handle == emu.protocols.payload);
	EXPECT_EQ(loaded->load_options_size, 0);
	/* Without a path there is no device, and the interface is NULL. */
	EXPECT_TRUE(!loaded->device_handle && !loaded->file_path);
	EXPECT_EQ(bs_handle_protocol(image,
				     &LOADED_IMAGE_DEVICE_PATH_PROTOCOL_GUID,
				     &path),
		  EFI_SUCCESS);
	EXPECT_TRUE(!path);
	/* Headers, sections and zero fill at their RVAs, relocated. */
	EXPECT_MEM_EQ(loaded->image_base, build.data, BUILD_HEADERS_SIZE);
	EXPECT_MEM_EQ((u8 *)loaded->image_base + 0x1000, build.data + 0x1000,
		      16);
	EXPECT_EQ(*((u8 *)loaded->image_base + 0x3000), 0);
	memcpy(&pointer, build.data + 0x1200 + 8, sizeof(pointer));
	EXPECT_TRUE(*(u64 *)((u8 *)loaded->image_base + 0x2008) != pointer);
	EXPECT_TRUE(machine.synced >= 0x5000);
	/* It never said that it could do with less. */
	EXPECT_EQ(machine_protection(address), RWX);
	EXPECT_EQ(machine_protection(address + 0x1000), RWX);
	/* The copy of the file is gone, the image is what is left. */
	EXPECT_EQ(free_pages(), free - 5);
	EXPECT_EQ(bs_unload_image(image), EFI_SUCCESS);
	EXPECT_EQ(free_pages(), free);
	EXPECT_EQ(machine_protection(address + 0x1000), RW);
	EXPECT_EQ(bs_unload_image(image), EFI_INVALID_PARAMETER);
	build_free(&build);
}

UNIT_TEST(nx_compat_image_has_its_sections_protections)
{
	efi_handle_t image = NULL;
	u64 address;

	boot();
	build_put(&build, BUILD_OPTIONAL + PE_OPTIONAL_DLL_CHARACTERISTICS, 2,
		  IMAGE_DLL_CHARACTERISTICS_NX_COMPAT);
	vouch(build.data, build.size);
	EXPECT_EQ(load(&image), EFI_SUCCESS);
	address = (u64)(uintptr_t)loaded_image(image)->image_base;
	EXPECT_EQ(machine_protection(address), R);
	EXPECT_EQ(machine_protection(address + 0x1000), RX);
	EXPECT_EQ(machine_protection(address + 0x2000), RW);
	EXPECT_EQ(machine_protection(address + 0x3000), RW);
	EXPECT_EQ(machine_protection(address + 0x4000), R);
	bs_unload_image(image);
	build_free(&build);
}

UNIT_TEST(path_of_a_loaded_image)
{
	struct {
		struct efi_device_path_vendor stub;
		struct efi_device_path end;
	} __packed path = {
		{ { 4, 3, { 20 } }, EFI_GUID_INIT(0x55c5d1f8, 0, 0, 0) },
		{ 0x7f, 0xff, { 4 } },
	};
	struct efi_loaded_image *loaded, *parent;
	struct efi_device_path *full;
	efi_handle_t image;

	boot();
	vouch(build.data, build.size);
	/* A path that no handle has, as sd-stub <= 257 gives for .linux. */
	EXPECT_EQ(bs_load_image(false, emu.protocols.payload, &path.stub.header,
				build.data, build.size, &image),
		  EFI_SUCCESS);
	loaded = loaded_image(image);
	EXPECT_TRUE(!loaded->device_handle);
	EXPECT_MEM_EQ(loaded->file_path, &path, sizeof(path));
	EXPECT_TRUE((void *)loaded->file_path != &path);
	bs_unload_image(image);

	/* One on the payload's device: handle, and the rest of the path. */
	full = handle_interface(emu.protocols.payload,
				&LOADED_IMAGE_DEVICE_PATH_PROTOCOL_GUID);
	EXPECT_EQ(bs_load_image(false, emu.protocols.payload, full, build.data,
				build.size, &image),
		  EFI_SUCCESS);
	loaded = loaded_image(image);
	parent = loaded_image(emu.protocols.payload);
	EXPECT_TRUE(loaded->device_handle == parent->device_handle);
	EXPECT_EQ(loaded->file_path->sub_type, EFI_DEVICE_PATH_MEDIA_FILE);
	bs_unload_image(image);
	build_free(&build);
}

UNIT_TEST(load_image_refuses)
{
	struct efi_device_path end = { 0x7f, 0xff, { 4 } };
	efi_handle_t image = NULL;
	u64 free;

	boot();
	vouch(build.data, build.size);
	free = free_pages();
	EXPECT_EQ(bs_load_image(false, emu.protocols.payload, NULL, build.data,
				build.size, NULL),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_load_image(false, NULL, NULL, build.data, build.size,
				&image),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_load_image(false, emu.protocols.root, NULL, build.data,
				build.size, &image),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_load_image(false, emu.protocols.payload, NULL, NULL, 0,
				&image),
		  EFI_NOT_FOUND);
	EXPECT_EQ(bs_load_image(false, emu.protocols.payload, &end, NULL, 0,
				&image),
		  EFI_NOT_FOUND);
	EXPECT_EQ(bs_load_image(false, emu.protocols.payload, NULL, build.data,
				0, &image),
		  EFI_LOAD_ERROR);
	EXPECT_EQ(bs_load_image(false, emu.protocols.payload, NULL, build.data,
				~0ULL, &image),
		  EFI_OUT_OF_RESOURCES);

	/* Vouched for, but no image of this machine, or none at all. */
	build_put(&build, BUILD_COFF + PE_COFF_MACHINE, 2,
		  IMAGE_FILE_MACHINE_ARM64);
	vouch(build.data, build.size);
	EXPECT_EQ(load(&image), EFI_UNSUPPORTED);
	build_put(&build, BUILD_COFF + PE_COFF_MACHINE, 2,
		  IMAGE_FILE_MACHINE_AMD64);
	build_put(&build, BUILD_COFF + PE_COFF_SECTION_COUNT, 2, 0);
	vouch(build.data, build.size);
	EXPECT_EQ(load(&image), EFI_LOAD_ERROR);
	EXPECT_TRUE(strstr(machine.console, "not 1 to 96 sections"));
	EXPECT_TRUE(!image);
	EXPECT_EQ(free_pages(), free);
	build_free(&build);
}

UNIT_TEST(load_image_without_memory)
{
	efi_handle_t image = NULL;
	u64 free;
	u32 i;

	boot();
	vouch(build.data, build.size);
	free = free_pages();
	/* Page tables run out: for the copy, the image, its protections. */
	for (i = 1; i <= 3; i++) {
		machine.mmu_fail_at = machine.mmu_calls + i;
		EXPECT_EQ(load(&image), EFI_OUT_OF_RESOURCES);
		EXPECT_EQ(free_pages(), free);
	}
	EXPECT_EQ(load(&image), EFI_SUCCESS);
	bs_unload_image(image);
	build_free(&build);
}

static struct efi_load_file2 server;
static u32 served; /* calls with BootPolicy true */

static efi_status_t EFIAPI serve(struct efi_load_file2 *self,
				 struct efi_device_path *file,
				 efi_bool_t boot_policy, u64 *size, void *data)
{
	EXPECT_TRUE(self == &server);
	EXPECT_EQ(file->sub_type, EFI_DEVICE_PATH_MEDIA_FILE);
	served += boot_policy;
	if (!data || *size < build.size) {
		*size = build.size;
		return EFI_BUFFER_TOO_SMALL;
	}
	*size = build.size;
	memcpy(data, build.data, build.size);
	return EFI_SUCCESS;
}

UNIT_TEST(load_image_through_load_file)
{
	struct efi_device_path *path;
	efi_handle_t device, image = NULL;

	boot();
	served = 0;
	server.load_file = serve;
	path = handle_interface(emu.protocols.payload,
				&LOADED_IMAGE_DEVICE_PATH_PROTOCOL_GUID);
	device = loaded_image(emu.protocols.payload)->device_handle;
	EXPECT_EQ(bs_load_image(false, emu.protocols.payload, path, NULL, 0,
				&image),
		  EFI_NOT_FOUND);
	bs_install_protocol_interface(&device, &EFI_LOAD_FILE2_PROTOCOL_GUID, 0,
				      &server);
	EXPECT_EQ(bs_load_image(false, emu.protocols.payload, path, NULL, 0,
				&image),
		  EFI_SECURITY_VIOLATION);
	vouch(build.data, build.size);
	EXPECT_EQ(bs_load_image(false, emu.protocols.payload, path, NULL, 0,
				&image),
		  EFI_SUCCESS);
	bs_unload_image(image);
	/* With BootPolicy only LoadFile will do. */
	EXPECT_EQ(bs_load_image(true, emu.protocols.payload, path, NULL, 0,
				&image),
		  EFI_NOT_FOUND);
	bs_install_protocol_interface(&device, &EFI_LOAD_FILE_PROTOCOL_GUID, 0,
				      &server);
	EXPECT_EQ(bs_load_image(true, emu.protocols.payload, path, NULL, 0,
				&image),
		  EFI_SUCCESS);
	EXPECT_EQ(served, 2);
	bs_unload_image(image);
	build_free(&build);
}

static efi_status_t EFIAPI look_around(efi_handle_t handle,
				       struct efi_system_table *systab)
{
	EXPECT_TRUE(systab == emu.systab);
	EXPECT_TRUE(image_find(handle) == emu.protocols.images.current);
	/* Nobody pulls the memory from under an image that runs. */
	EXPECT_EQ(bs_unload_image(handle), EFI_UNSUPPORTED);
	EXPECT_EQ(bs_start_image(handle, NULL, NULL), EFI_INVALID_PARAMETER);
	bs_raise_tpl(EFI_TPL_CALLBACK);
	return EFI_ABORTED;
}

UNIT_TEST(start_image)
{
	efi_char16_t *data = (void *)&build;
	efi_handle_t image;
	u64 free, size = 0;

	boot();
	vouch(build.data, build.size);
	free = free_pages();
	body = look_around;
	EXPECT_EQ(load(&image), EFI_SUCCESS);
	EXPECT_EQ(bs_start_image(image, &size, &data), EFI_ABORTED);
	EXPECT_EQ(runs, 1);
	EXPECT_TRUE(!data);
	EXPECT_EQ(emu.protocols.events.tpl, EFI_TPL_APPLICATION);
	/* An application is gone when it is done. */
	EXPECT_EQ(bs_start_image(image, NULL, NULL), EFI_INVALID_PARAMETER);
	EXPECT_EQ(free_pages(), free);
	EXPECT_TRUE(!emu.protocols.images.current);
	build_free(&build);
}

static efi_status_t EFIAPI exit_with_data(efi_handle_t handle,
					  struct efi_system_table *systab)
{
	EXPECT_EQ(bs_exit(emu.protocols.payload, EFI_SUCCESS, 0, NULL),
		  EFI_INVALID_PARAMETER);
	systab->boot_services->exit(handle, EFI_CRC_ERROR, 8,
				    (efi_char16_t *)L"why");
	return EFI_SUCCESS;
}

UNIT_TEST(exit_data_reaches_the_caller)
{
	efi_char16_t *data = NULL;
	efi_handle_t image;
	u64 size = 0, free;

	boot();
	/* As if it ran, so that it is not an image to be unloaded. */
	image_find(emu.protocols.payload)->started = true;
	vouch(build.data, build.size);
	free = free_pages();
	body = exit_with_data;
	EXPECT_EQ(load(&image), EFI_SUCCESS);
	EXPECT_EQ(bs_start_image(image, &size, &data), EFI_CRC_ERROR);
	EXPECT_EQ(size, 8);
	EXPECT_MEM_EQ(data, L"why", 8);
	EXPECT_EQ(bs_free_pool(data), EFI_SUCCESS);
	EXPECT_EQ(load(&image), EFI_SUCCESS);
	/* Nobody asked for it: freed with the image. */
	EXPECT_EQ(bs_start_image(image, NULL, NULL), EFI_CRC_ERROR);
	EXPECT_EQ(free_pages(), free);
	build_free(&build);
}

UNIT_TEST(exit_of_an_image_that_never_ran)
{
	efi_handle_t image;
	u64 free;

	boot();
	vouch(build.data, build.size);
	free = free_pages();
	EXPECT_EQ(load(&image), EFI_SUCCESS);
	EXPECT_EQ(bs_exit(image, EFI_SUCCESS, 0, NULL), EFI_SUCCESS);
	EXPECT_EQ(free_pages(), free);
	EXPECT_EQ(bs_exit(image, EFI_SUCCESS, 0, NULL), EFI_INVALID_PARAMETER);
	build_free(&build);
}

static efi_status_t EFIAPI nest(efi_handle_t handle,
				struct efi_system_table *systab)
{
	efi_handle_t child;
	efi_status_t status;

	if (runs == 3)
		systab->boot_services->exit(handle, 3, 0, NULL);
	EXPECT_EQ(bs_load_image(false, handle, NULL, build.data, build.size,
				&child),
		  EFI_SUCCESS);
	EXPECT_TRUE(loaded_image(child)->parent_handle == handle);
	status = bs_start_image(child, NULL, NULL);
	EXPECT_TRUE(image_find(handle) == emu.protocols.images.current);
	systab->boot_services->exit(handle, status - 1, 0, NULL);
	return EFI_SUCCESS;
}

UNIT_TEST(images_start_images)
{
	efi_handle_t image;
	u64 free;

	boot();
	vouch(build.data, build.size);
	free = free_pages();
	body = nest;
	EXPECT_EQ(load(&image), EFI_SUCCESS);
	EXPECT_EQ(bs_start_image(image, NULL, NULL), 1);
	EXPECT_EQ(runs, 3);
	EXPECT_EQ(free_pages(), free);
	build_free(&build);
}

UNIT_TEST(unloaded_image_closes_what_it_opened)
{
	struct efi_open_protocol_information_entry *entries;
	efi_handle_t image, root;
	void *found;
	u64 count;

	boot();
	root = emu.protocols.root;
	vouch(build.data, build.size);
	EXPECT_EQ(load(&image), EFI_SUCCESS);
	EXPECT_EQ(bs_open_protocol(root, &EFI_RNG_PROTOCOL_GUID, &found, image,
				   NULL, EFI_OPEN_PROTOCOL_EXCLUSIVE),
		  EFI_SUCCESS);
	bs_unload_image(image);
	EXPECT_EQ(bs_open_protocol_information(root, &EFI_RNG_PROTOCOL_GUID,
					       &entries, &count),
		  EFI_SUCCESS);
	EXPECT_EQ(count, 0);
	build_free(&build);
}
