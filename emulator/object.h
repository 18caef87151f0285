/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small objects of the emulator: handles, protocols, events. They have pages
 * of their own, so that installing a protocol or signalling an event does not
 * move the map key, as each buffer of the pool would.
 */
#ifndef EMULATOR_OBJECT_H
#define EMULATOR_OBJECT_H

#include <emulator/list.h>

#define OBJECT_SIZES 5 /* 64 bytes to 1 KiB, powers of two */

struct objects {
	struct list chunks;
	struct list free[OBJECT_SIZES];
	u8 *room; /* never used so far, in the newest chunk */
	u64 room_size;
};

/**
 * object_allocate() - memory for an object
 * @size: number of bytes, 1 KiB at most
 *
 * Takes new pages, and so moves the map key, only when there is no room left.
 *
 * Return: zeroed memory, aligned to 64 bytes; NULL when there is none
 */
void *object_allocate(u64 size);

/**
 * object_free() - give an object back
 * @object: from object_allocate(); NULL does nothing
 * @size: as it was allocated
 *
 * The memory is reused as late as possible: a stale handle of the payload
 * should not soon be a valid one again.
 */
void object_free(void *object, u64 size);

/**
 * object_pages() - do objects live in a range of memory?
 * @address: first byte
 * @size: number of bytes
 *
 * Return: true when any page of the range is theirs
 */
bool object_pages(u64 address, u64 size);

#endif /* EMULATOR_OBJECT_H */
