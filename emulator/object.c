// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Small objects of the emulator: power-of-two sizes cut from chunks of pages,
 * with a queue of free ones for each size.
 */
#include <emulator/emu.h>

#define SMALLEST 64ULL
#define CHUNK_PAGES 16ULL
#define CHUNK_SIZE (CHUNK_PAGES << EFI_PAGE_SHIFT)

static u32 size_index(u64 size)
{
	u32 index = 0;

	while (SMALLEST << index < size)
		index++;
	return index;
}

static bool add_chunk(struct objects *objects)
{
	struct list *chunk;
	u64 address;

	if (EFI_ERROR(
		    memory_allocate(EFI_LOADER_DATA, CHUNK_PAGES, 0, &address)))
		return false;
	/* What was left of the chunk before is lost: less than one object. */
	chunk = (struct list *)(uintptr_t)address;
	list_append(&objects->chunks, chunk);
	objects->room = (u8 *)chunk + SMALLEST;
	objects->room_size = CHUNK_SIZE - SMALLEST;
	return true;
}

void *object_allocate(u64 size)
{
	struct objects *objects = &emu.protocols.objects;
	u32 index = size_index(size);
	struct list *object;

	if (index >= OBJECT_SIZES)
		return NULL;
	object = list_next(&objects->free[index], &objects->free[index]);
	size = SMALLEST << index;
	if (object) {
		list_remove(object);
	} else {
		if (objects->room_size < size && !add_chunk(objects))
			return NULL;
		object = (struct list *)(void *)objects->room;
		objects->room += size;
		objects->room_size -= size;
	}
	memset(object, 0, size);
	return object;
}

void object_free(void *object, u64 size)
{
	u32 index = size_index(size);

	if (!object)
		return;
	memset(object, 0, SMALLEST << index);
	list_append(&emu.protocols.objects.free[index], object);
}

bool object_pages(u64 address, u64 size)
{
	const struct list *head = &emu.protocols.objects.chunks, *chunk;

	list_for_each(chunk, head) {
		u64 start = (u64)(uintptr_t)chunk;

		if (address < start + CHUNK_SIZE && start < address + size)
			return true;
	}
	return false;
}
