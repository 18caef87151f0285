/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What K2 finds after ExitBootServices: one region of EfiRuntimeServicesCode,
 * read-only, which holds the section .runtime of the emulator and, right
 * behind it, the snapshot of variables that this code reads.
 *
 * That code runs at its physical address and, after SetVirtualAddressMap, at
 * any other, without relocation: it refers to nothing but itself and, through
 * __runtime_end, to what lies behind it.
 */
#ifndef EMULATOR_RUNTIME_H
#define EMULATOR_RUNTIME_H

#include <kexec_pe/efi.h>
#include <kexec_pe/handoff.h>

/*
 * Everything of the image that outlives it lies between __runtime_start and
 * __runtime_end: the linker script keeps the section in one piece, aligned to
 * 16 bytes at both ends, and provides both symbols. A process that checks its
 * memory accesses must not do so there: the checks would be calls.
 */
#define __runtime_unchecked __attribute__((no_sanitize("address", "undefined")))
#define __runtime __section(".runtime") __runtime_unchecked
#define __runtime_inline __always_inline __runtime_unchecked

/* Hidden, or a compiler would go through a table of absolute addresses. */
#define __runtime_symbol __attribute__((visibility("hidden")))

extern const u8 __runtime_symbol __runtime_start[];
extern const u8 __runtime_symbol __runtime_end[];

/* Behind the code, 16-byte aligned; then the variables. */
struct runtime_snapshot {
	u64 systab; /* physical; SetVirtualAddressMap converts what is in it */
	u64 services; /* physical; and what is in this, the runtime table */
	u64 variables_size; /* bytes that follow */
	u64 reserved;
};

/* Room in the configuration table array, the most that firmwares have x 3. */
#define CONFIG_TABLES_MAX 64
#define VENDOR_MAX 64 /* UTF-16 characters with NUL */

/* What K2 reads through pointers of the system table: RuntimeServicesData. */
struct runtime_data {
	struct efi_system_table systab;
	struct efi_runtime_services services;
	struct efi_configuration_table tables[CONFIG_TABLES_MAX];
	efi_char16_t vendor[VENDOR_MAX];
	struct efi_rt_properties_table properties;
	struct handoff_kept kept;
};

/* Slots of the runtime table after ExitBootServices, emulator/runtime/. */
__runtime_symbol efi_status_t EFIAPI
runtime_get_variable(const efi_char16_t *name, const struct efi_guid *vendor,
		     u32 *attributes, u64 *data_size, void *data);
__runtime_symbol efi_status_t EFIAPI runtime_get_next_variable_name(
	u64 *name_size, efi_char16_t *name, struct efi_guid *vendor);
__runtime_symbol efi_status_t EFIAPI runtime_set_virtual_address_map(
	u64 map_size, u64 descriptor_size, u32 descriptor_version,
	struct efi_memory_descriptor *map);
__runtime_symbol efi_status_t EFIAPI runtime_unsupported(void);
__runtime_symbol efi_status_t EFIAPI runtime_device_error(void);

/**
 * runtime_start() - make the region for K2: code, then variables
 *
 * Only variables with EFI_VARIABLE_RUNTIME_ACCESS are copied. Panics when
 * there is no memory.
 */
void runtime_start(void);

/**
 * runtime_take_over() - let the runtime table point to that region
 *
 * Called at ExitBootServices; the caller seals the tables.
 */
void runtime_take_over(void);

#endif /* EMULATOR_RUNTIME_H */
