/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The EFI memory map as the self-test reads it.
 */
#ifndef TESTS_EFI_SELFTEST_MAP_H
#define TESTS_EFI_SELFTEST_MAP_H

#include "selftest.h"

#define MAP_BYTES 32768

/* Types that gnu-efi 3.0.15 does not know. */
#define MAP_TYPE_PERSISTENT 14
#define MAP_TYPE_UNACCEPTED 15
#define MAP_TYPE_NONE 0xfffffffe /* no descriptor covers it */
#define MAP_TYPE_MIXED 0xfffffffd /* more than one type */

struct map {
	UINTN size;
	UINTN key;
	UINTN descriptor_size;
	UINT32 version;
	UINT8 bytes[MAP_BYTES] __aligned(8);
};

/**
 * map_read() - read the memory map without allocating anything
 * @st: the self-test
 * @map: where to
 *
 * Return: status of GetMemoryMap
 */
EFI_STATUS map_read(struct selftest *st, struct map *map);

/**
 * map_read_checked() - the same; a failure makes the check fail
 * @st: the self-test
 *
 * Return: the map, valid until the next call, or NULL
 */
struct map *map_read_checked(struct selftest *st);

/**
 * map_count() - number of descriptors
 * @map: the map
 *
 * Return: their number
 */
UINTN map_count(const struct map *map);

/**
 * map_entry() - one descriptor
 * @map: the map
 * @index: less than map_count()
 *
 * Return: the descriptor, inside @map
 */
EFI_MEMORY_DESCRIPTOR *map_entry(struct map *map, UINTN index);

/**
 * map_find() - the descriptor that covers an address
 * @map: the map
 * @address: the address
 *
 * Return: the descriptor, or NULL
 */
EFI_MEMORY_DESCRIPTOR *map_find(struct map *map, UINT64 address);

/**
 * map_type() - the type of a range of pages
 * @map: the map
 * @address: of its first page
 * @pages: number of pages
 *
 * Return: memory type, MAP_TYPE_NONE or MAP_TYPE_MIXED
 */
UINT32 map_type(struct map *map, UINT64 address, UINT64 pages);

/**
 * map_type_at() - the type of the page that holds an address
 * @map: the map
 * @address: any address
 *
 * Return: memory type or MAP_TYPE_NONE
 */
UINT32 map_type_at(struct map *map, UINT64 address);

/**
 * map_pages() - how many pages have a type
 * @map: the map
 * @type: the type
 *
 * Return: number of pages
 */
UINT64 map_pages(struct map *map, UINT32 type);

/**
 * map_ram_pages() - how many pages are memory, whoever uses it
 * @map: the map
 *
 * Return: number of pages
 */
UINT64 map_ram_pages(struct map *map);

/**
 * map_end() - where a descriptor ends
 * @entry: the descriptor
 *
 * Return: the first address behind it
 */
UINT64 map_end(const EFI_MEMORY_DESCRIPTOR *entry);

/**
 * range_type() - the type that the current map gives a range
 * @st: the self-test
 * @address: of its first page
 * @pages: number of pages
 *
 * Return: as map_type(), or MAP_TYPE_NONE when there is no map
 */
UINT32 range_type(struct selftest *st, UINT64 address, UINT64 pages);

/**
 * type_at() - the type that the current map gives the page of an address
 * @st: the self-test
 * @address: any address, such as that of a variable
 *
 * Return: as map_type_at(), or MAP_TYPE_NONE when there is no map
 */
UINT32 type_at(struct selftest *st, const void *address);

/**
 * allocate() - AllocatePages of any address; failing makes the check fail
 * @st: the self-test
 * @type: memory type
 * @pages: number of pages
 *
 * Return: address, or 0
 */
UINT64 allocate(struct selftest *st, UINT32 type, UINTN pages);

/**
 * release() - FreePages; failing makes the check fail
 * @st: the self-test
 * @address: of the first page; 0 is ignored
 * @pages: number of pages
 */
void release(struct selftest *st, UINT64 address, UINTN pages);

#endif /* TESTS_EFI_SELFTEST_MAP_H */
