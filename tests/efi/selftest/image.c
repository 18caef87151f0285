// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an image sees of itself (UEFI 2.10, 9.1), and LoadImage's refusals
 * (7.4.1). children.c starts images.
 */
#include "arch.h"
#include "children.h"
#include "handles.h"
#include "map.h"

#define STACK_PROMISED (96 * 1024) /* of the 128 KiB of UEFI 2.10, 2.3.4 */

static void image_loaded(struct selftest *st)
{
	const EFI_LOADED_IMAGE *loaded = st->loaded;
	UINTN here = (UINTN)image_loaded;
	UINTN base = (UINTN)loaded->ImageBase;

	EXPECT(st, loaded->Revision == 0x1000);
	EXPECT(st, loaded->SystemTable == st->systab);
	EXPECT(st, here > base && here - base < loaded->ImageSize);
	EXPECT(st, loaded->ImageCodeType == EfiLoaderCode);
	EXPECT(st, loaded->ImageDataType == EfiLoaderData);
	EXPECT(st, !loaded->LoadOptionsSize || loaded->LoadOptions);
}

/* The headers are in memory, and are this file's. */
static void image_headers(struct selftest *st)
{
	const UINT8 *base = st->loaded->ImageBase;
	UINT32 pe;

	EXPECT(st, base[0] == 'M' && base[1] == 'Z');
	pe = *(const UINT32 *)(base + 0x3c);
	if (!EXPECT(st, pe < EFI_PAGE_SIZE))
		return;
	EXPECT(st, !memcmp(base + pe, "PE\0", 4));
	EXPECT(st, *(const UINT16 *)(base + pe + 4) == arch_machine);
}

/* systemd-stub >= 258 checks it. */
static void image_size(struct selftest *st)
{
	const UINT8 *base = st->loaded->ImageBase;
	UINT32 pe = *(const UINT32 *)(base + 0x3c);

	EXPECT(st,
	       *(const UINT32 *)(base + pe + 24 + 56) == st->loaded->ImageSize);
}

static void image_relocated(struct selftest *st)
{
	/* Volatile: else the compiler knows what was put there. */
	static void (*const volatile self)(struct selftest * st) =
		image_relocated;

	EXPECT(st, self == image_relocated);
}

static void image_zero_filled(struct selftest *st)
{
	static UINT8 zeroes[5 * EFI_PAGE_SIZE];
	const volatile UINT8 *bytes = zeroes;
	bool clear = true;

	for (UINTN i = 0; i < sizeof(zeroes); i++)
		clear = clear && !bytes[i];
	EXPECT(st, clear);
	/* Keep it writable data in the compiler's eyes. */
	*(volatile UINT8 *)zeroes = 1;
}

static noinline void use_stack(void)
{
	volatile UINT8 deep[STACK_PROMISED];

	for (UINTN i = sizeof(deep); i > 0; i -= 1024)
		deep[i - 1] = (UINT8)i;
}

static void image_stack(struct selftest *st)
{
	struct map *map = map_read_checked(st);
	UINT64 top = (UINTN)&map;

	use_stack();
	if (!map)
		return;
	for (UINT64 at = top - STACK_PROMISED; at < top; at += EFI_PAGE_SIZE) {
		EXPECT(st, map_type_at(map, at) != MAP_TYPE_NONE);
		EXPECT(st, map_type_at(map, at) != EfiConventionalMemory);
	}
}

static void image_processor(struct selftest *st)
{
	const char *flaw = arch_state_flaw();

	selftest_expect(st, !flaw, __FILE_NAME__, __LINE__, flaw ? flaw : "");
}

static EFI_STATUS load(struct selftest *st, const void *bytes, UINTN size,
		       EFI_HANDLE *image)
{
	*image = NULL;
	return st->boot->LoadImage(FALSE, st->image, NULL, (void *)bytes, size,
				   image);
}

static void load_invalid(struct selftest *st)
{
	EFI_BOOT_SERVICES *boot = st->boot;
	EFI_HANDLE image = NULL;

	EXPECT_STATUS(st,
		      boot->LoadImage(FALSE, st->image, NULL,
				      (void *)child_file, child_file_size,
				      NULL),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      boot->LoadImage(FALSE, NULL, NULL, (void *)child_file,
				      child_file_size, &image),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      boot->LoadImage(FALSE, no_handle(), NULL,
				      (void *)child_file, child_file_size,
				      &image),
		      EFI_INVALID_PARAMETER);
	EXPECT(st, !image);
}

static void load_nothing(struct selftest *st)
{
	EFI_HANDLE image = NULL;

	EXPECT_EITHER(st,
		      st->boot->LoadImage(FALSE, st->image, NULL, NULL, 0,
					  &image),
		      EFI_NOT_FOUND, EFI_INVALID_PARAMETER);
}

/* A vendor path that nobody serves. */
static void load_not_found(struct selftest *st)
{
	static struct vendor_path path = VENDOR_PATH(
		{ 0xd2a3f1c4, 0x1b8e, 0x4c57, { 9, 9, 9, 9, 9, 9, 9, 9 } });
	EFI_HANDLE image = NULL;

	EXPECT_STATUS(st,
		      st->boot->LoadImage(FALSE, st->image, path_of(&path),
					  NULL, 0, &image),
		      EFI_NOT_FOUND);
}

/*
 * A loader that vouches for what it loads refuses unknown bytes before it
 * looks at them; any other says that they are no image.
 */
static void expect_refused(struct selftest *st, const void *bytes, UINTN size)
{
	EFI_HANDLE image;
	EFI_STATUS status = load(st, bytes, size, &image);

	if (status == EFI_SECURITY_VIOLATION || status == EFI_ACCESS_DENIED) {
		selftest_note(st, "%r: not vouched for", status);
		if (image)
			EXPECT_STATUS(st, st->boot->UnloadImage(image),
				      EFI_SUCCESS);
		return;
	}
	EXPECT_EITHER(st, status, EFI_LOAD_ERROR, EFI_UNSUPPORTED);
	EXPECT(st, !image);
	if (status == EFI_SUCCESS)
		st->boot->UnloadImage(image);
}

static void load_garbage(struct selftest *st)
{
	static const char text[512] = "This is no PE image.";

	expect_refused(st, text, sizeof(text));
}

static void load_truncated(struct selftest *st)
{
	expect_refused(st, child_file, child_file_size / 2);
}

static void load_headers_only(struct selftest *st)
{
	expect_refused(st, child_file, 0x100);
}

static void load_other_machine(struct selftest *st)
{
	UINT8 *copy = child_copy(st);

	if (!copy)
		return;
	*child_machine(copy) = 0x5032; /* RISC-V, 32 bits */
	expect_refused(st, copy, child_file_size);
	st->boot->FreePool(copy);
}

static void unload_invalid(struct selftest *st)
{
	EXPECT_STATUS(st, st->boot->UnloadImage(NULL), EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, st->boot->UnloadImage(no_handle()),
		      EFI_INVALID_PARAMETER);
}

static void start_invalid(struct selftest *st)
{
	EXPECT_STATUS(st, st->boot->StartImage(NULL, NULL, NULL),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, st->boot->StartImage(no_handle(), NULL, NULL),
		      EFI_INVALID_PARAMETER);
}

/* A handle that is none of an image. */
static void start_no_image(struct selftest *st)
{
	EFI_HANDLE handle = handle_with(st, &guid_a, NULL);

	EXPECT_STATUS(st, st->boot->StartImage(handle, NULL, NULL),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, st->boot->UnloadImage(handle), EFI_INVALID_PARAMETER);
	handle_without(st, handle, &guid_a, NULL);
}

/* It runs: starting it again is an error, and so is Exit for a stranger. */
static void exit_invalid(struct selftest *st)
{
	EXPECT_STATUS(st, st->boot->Exit(no_handle(), EFI_SUCCESS, 0, NULL),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, st->boot->StartImage(st->image, NULL, NULL),
		      EFI_INVALID_PARAMETER);
}

const struct check image_checks[] = {
	{ "image.loaded", image_loaded, PHASE_BOOT },
	{ "image.headers", image_headers, PHASE_BOOT },
	{ "image.size", image_size, PHASE_BOOT },
	{ "image.relocated", image_relocated, PHASE_BOOT },
	{ "image.zero_filled", image_zero_filled, PHASE_BOOT },
	{ "image.stack", image_stack, PHASE_BOOT },
	{ "image.processor", image_processor, PHASE_BOOT },
	{ "image.load_invalid", load_invalid, PHASE_BOOT },
	{ "image.load_nothing", load_nothing, PHASE_BOOT },
	{ "image.load_not_found", load_not_found, PHASE_BOOT },
	{ "image.load_garbage", load_garbage, PHASE_BOOT },
	{ "image.load_truncated", load_truncated, PHASE_BOOT },
	{ "image.load_headers_only", load_headers_only, PHASE_BOOT },
	{ "image.load_other_machine", load_other_machine, PHASE_BOOT },
	{ "image.unload_invalid", unload_invalid, PHASE_BOOT },
	{ "image.start_invalid", start_invalid, PHASE_BOOT },
	{ "image.start_no_image", start_no_image, PHASE_BOOT },
	{ "image.exit_invalid", exit_invalid, PHASE_BOOT },
	{},
};
