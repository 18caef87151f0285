/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages and pools: what the emulator itself calls; bs_allocate_pages() and its
 * like in emulator/services.h are the payload's.
 */
#ifndef EMULATOR_MEMORY_H
#define EMULATOR_MEMORY_H

#include <kexec_pe/efi.h>

/**
 * memory_map_start() - build the page tables from the region map, switch them on
 *
 * Panics when the pool is too small. From here on page 0 and the guard pages
 * are not mapped, the emulator's code and the handoff are read-only, and the
 * payload has the protections that its sections ask for.
 */
void memory_map_start(void);

/**
 * memory_map_check() - hold the promise on page protections, before the payload
 *
 * Panics when a page is writable and executable, or page 0 is mapped. Prints
 * the page tables if the handoff asks for it.
 */
void memory_map_check(void);

/**
 * memory_allocate() - pages for the emulator, readable and writable
 * @type: EFI memory type
 * @pages: number of 4 KiB pages, not 0
 * @align: alignment in bytes, a power of two; 0: as the type needs
 * @ret: their address, for memory_free(); untouched after a failure
 *
 * Contents are undefined. Changes the map key: only for services which by the
 * specification may change it.
 *
 * Return: EFI_SUCCESS, EFI_OUT_OF_RESOURCES
 */
efi_status_t memory_allocate(u32 type, u64 pages, u64 align, u64 *ret);

/**
 * memory_free() - free pages, some or all of an allocation
 * @address: multiple of 4 KiB
 * @pages: number of pages
 *
 * Return: EFI_SUCCESS; EFI_INVALID_PARAMETER, EFI_NOT_FOUND as FreePages
 */
efi_status_t memory_free(u64 address, u64 pages);

/**
 * memory_protection() - what may be done with pages when they are allocated
 * @type: EFI memory type
 * @address: of the pages
 *
 * Return: HANDOFF_PROT_*
 */
u32 memory_protection(u32 type, u64 address);

/**
 * memory_type_valid() - may a payload allocate this type?
 * @type: EFI memory type
 *
 * Return: false for Conventional, Persistent, Unaccepted and undefined types
 *         (UEFI 2.10, 7.2.1)
 */
bool memory_type_valid(u32 type);

/**
 * pool_allocate() - memory in bytes
 * @type: EFI memory type
 * @size: number of bytes, may be 0
 * @ret: the buffer, aligned to 16 bytes, freed with pool_free() or, if a
 *       service hands it to the payload, by the payload with FreePool;
 *       untouched after a failure
 *
 * Return: EFI_SUCCESS, EFI_INVALID_PARAMETER for a type, EFI_OUT_OF_RESOURCES
 */
efi_status_t pool_allocate(u32 type, u64 size, void **ret);

/**
 * pool_free() - free what pool_allocate() gave
 * @buffer: any pointer, trusted as little as a payload's
 *
 * Return: EFI_SUCCESS; EFI_INVALID_PARAMETER for anything that is no buffer of
 *         the pool, or no longer one
 */
efi_status_t pool_free(void *buffer);

/**
 * pointer_valid() - may the emulator use what a payload points to?
 * @pointer: the payload's
 * @size: number of bytes
 *
 * Return: true when the range is memory by the region map
 */
bool pointer_valid(const void *pointer, u64 size);

#endif /* EMULATOR_MEMORY_H */
