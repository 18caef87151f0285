// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AllocatePool and FreePool (UEFI 2.10, 7.2.4 and 7.2.5), and their misuse.
 */
#include "map.h"

static void *pool(struct selftest *st, UINT32 type, UINTN size)
{
	VOID *buffer = NULL;

	if (!EXPECT_STATUS(st, st->boot->AllocatePool(type, size, &buffer),
			   EFI_SUCCESS))
		return NULL;
	if (!EXPECT(st, buffer && !((UINTN)buffer & 7)))
		return NULL;
	return buffer;
}

static void unpool(struct selftest *st, void *buffer)
{
	if (buffer)
		EXPECT_STATUS(st, st->boot->FreePool(buffer), EFI_SUCCESS);
}

static void pool_types(struct selftest *st)
{
	static const UINT32 types[] = {
		EfiLoaderCode,		EfiLoaderData,
		EfiBootServicesCode,	EfiBootServicesData,
		EfiRuntimeServicesCode, EfiRuntimeServicesData,
		EfiACPIReclaimMemory,	EfiACPIMemoryNVS,
		EfiReservedMemoryType,
	};

	for (UINTN i = 0; i < ARRAY_SIZE(types); i++) {
		void *buffer = pool(st, types[i], 200);

		if (!buffer)
			continue;
		EXPECT(st, type_at(st, buffer) == types[i]);
		memset(buffer, 0x77, 200);
		unpool(st, buffer);
	}
}

static void pool_sizes(struct selftest *st)
{
	static const UINTN sizes[] = {
		1, 7, 8, 9, 100, 4000, 4095, 4096, 4097, 12288, 65537, 3000000,
	};
	void *buffers[ARRAY_SIZE(sizes)];

	for (UINTN i = 0; i < ARRAY_SIZE(sizes); i++) {
		buffers[i] = pool(st, EfiLoaderData, sizes[i]);
		if (buffers[i])
			memset(buffers[i], (int)i + 1, sizes[i]);
	}
	for (UINTN i = 0; i < ARRAY_SIZE(sizes); i++) {
		if (buffers[i])
			EXPECT(st, bytes_are(buffers[i], sizes[i], i + 1));
		unpool(st, buffers[i]);
	}
}

/* Not defined by UEFI; both a pointer and NULL are seen. It must not fail. */
static void pool_size_zero(struct selftest *st)
{
	VOID *buffer = NULL;

	EXPECT_STATUS(st, st->boot->AllocatePool(EfiLoaderData, 0, &buffer),
		      EFI_SUCCESS);
	selftest_note(st, buffer ? "a pointer" : "NULL");
	unpool(st, buffer);
}

static void pool_invalid(struct selftest *st)
{
	VOID *buffer;

	EXPECT_STATUS(st, st->boot->AllocatePool(EfiLoaderData, 8, NULL),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, st->boot->AllocatePool(16, 8, &buffer),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st,
		      st->boot->AllocatePool(MAP_TYPE_PERSISTENT, 8, &buffer),
		      EFI_INVALID_PARAMETER);
}

static void pool_too_much(struct selftest *st)
{
	VOID *buffer;

	EXPECT_STATUS(
		st, st->boot->AllocatePool(EfiLoaderData, 1ULL << 50, &buffer),
		EFI_OUT_OF_RESOURCES);
	EXPECT_STATUS(
		st, st->boot->AllocatePool(EfiLoaderData, ~0ULL - 15, &buffer),
		EFI_OUT_OF_RESOURCES);
}

/* Linux does this on every x86 machine without option ROMs. */
static void pool_free_null(struct selftest *st)
{
	EXPECT_STATUS(st, st->boot->FreePool(NULL), EFI_INVALID_PARAMETER);
}

/* Memory that was never pool: inside the image, and pages. */
static void pool_free_foreign(struct selftest *st)
{
	static UINT8 foreign[2 * EFI_PAGE_SIZE] __aligned(4096);
	UINT64 pages = allocate(st, EfiLoaderData, 2);

	EXPECT_STATUS(st, st->boot->FreePool(foreign + EFI_PAGE_SIZE),
		      EFI_INVALID_PARAMETER);
	if (!pages)
		return;
	memset((void *)pages, 0, 2 * EFI_PAGE_SIZE);
	EXPECT_STATUS(st, st->boot->FreePool((void *)(pages + 256)),
		      EFI_INVALID_PARAMETER);
	EXPECT(st, range_type(st, pages, 2) == EfiLoaderData);
	release(st, pages, 2);
}

static void pool_free_inside(struct selftest *st)
{
	UINT8 *buffer = pool(st, EfiLoaderData, 1024);

	if (!buffer)
		return;
	memset(buffer, 0, 1024);
	EXPECT_STATUS(st, st->boot->FreePool(buffer + 512),
		      EFI_INVALID_PARAMETER);
	unpool(st, buffer);
}

static void pool_free_unaligned(struct selftest *st)
{
	UINT8 *buffer = pool(st, EfiLoaderData, 1024);

	if (!buffer)
		return;
	memset(buffer, 0, 1024);
	EXPECT_STATUS(st, st->boot->FreePool(buffer + 515),
		      EFI_INVALID_PARAMETER);
	unpool(st, buffer);
}

static void pool_free_twice(struct selftest *st)
{
	void *keep = pool(st, EfiLoaderData, 96);
	void *buffer = pool(st, EfiLoaderData, 96);

	if (!buffer)
		return;
	unpool(st, buffer);
	EXPECT_STATUS(st, st->boot->FreePool(buffer), EFI_INVALID_PARAMETER);
	unpool(st, keep);
}

static void pool_free_twice_large(struct selftest *st)
{
	void *buffer = pool(st, EfiLoaderData, 100000);

	if (!buffer)
		return;
	unpool(st, buffer);
	EXPECT_STATUS(st, st->boot->FreePool(buffer), EFI_INVALID_PARAMETER);
}

#define BUFFERS 256

struct buffer {
	UINT8 *bytes;
	UINTN size;
};

static void change_buffer(struct selftest *st, struct buffer *buffer,
			  UINT8 mark, UINT32 random)
{
	if (buffer->bytes) {
		EXPECT(st, bytes_are(buffer->bytes, buffer->size, mark));
		unpool(st, buffer->bytes);
		buffer->bytes = NULL;
		return;
	}
	buffer->size = 1 + random % (random & 0x800 ? 6000 : 200);
	buffer->bytes =
		pool(st, random & 0x1000 ? EfiLoaderData : EfiACPIReclaimMemory,
		     buffer->size);
	if (buffer->bytes)
		memset(buffer->bytes, mark, buffer->size);
}

static void pool_churn(struct selftest *st)
{
	static struct buffer buffers[BUFFERS];
	UINT32 random = 4711;

	for (int i = 0; i < 3000; i++) {
		UINT32 which;

		random = random * 1664525 + 1013904223;
		which = (random >> 20) % BUFFERS;
		change_buffer(st, &buffers[which], which, random >> 8);
	}
	for (UINT32 i = 0; i < BUFFERS; i++)
		if (buffers[i].bytes)
			change_buffer(st, &buffers[i], i, 0);
}

const struct check pool_checks[] = {
	{ "pool.types", pool_types, PHASE_BOOT },
	{ "pool.sizes", pool_sizes, PHASE_BOOT },
	{ "pool.size_zero", pool_size_zero, PHASE_BOOT },
	{ "pool.invalid", pool_invalid, PHASE_BOOT },
	{ "pool.too_much", pool_too_much, PHASE_BOOT },
	{ "pool.free_null", pool_free_null, PHASE_BOOT },
	{ "pool.free_foreign", pool_free_foreign, PHASE_BOOT },
	{ "pool.free_inside", pool_free_inside, PHASE_BOOT },
	{ "pool.free_unaligned", pool_free_unaligned, PHASE_BOOT },
	{ "pool.free_twice", pool_free_twice, PHASE_BOOT },
	{ "pool.free_twice_large", pool_free_twice_large, PHASE_BOOT },
	{ "pool.churn", pool_churn, PHASE_BOOT },
	{},
};
