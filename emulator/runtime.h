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
 * Everything of the image that outlives it begins here and ends at
 * __runtime_end; the linker script keeps the section in one piece, aligned to
 * 16 bytes at both ends, and provides both symbols.
 */
#define __runtime __section(".runtime")

extern const u8 __runtime_start[] __attribute__((visibility("hidden")));
extern const u8 __runtime_end[] __attribute__((visibility("hidden")));

/* Behind the code, 16-byte aligned; then the variables. */
struct runtime_snapshot {
	u64 systab; /* physical; SetVirtualAddressMap converts what is in it */
	u64 variables_size; /* bytes that follow */
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
efi_status_t EFIAPI runtime_get_variable(const efi_char16_t *name,
					 const struct efi_guid *vendor,
					 u32 *attributes, u64 *data_size,
					 void *data);
efi_status_t EFIAPI runtime_get_next_variable_name(u64 *name_size,
						   efi_char16_t *name,
						   struct efi_guid *vendor);
efi_status_t EFIAPI runtime_set_virtual_address_map(
	u64 map_size, u64 descriptor_size, u32 descriptor_version,
	struct efi_memory_descriptor *map);
efi_status_t EFIAPI runtime_convert_pointer(u64 debug_disposition,
					    void **address);
efi_status_t EFIAPI runtime_unsupported(void);
efi_status_t EFIAPI runtime_device_error(void);
void EFIAPI runtime_reset_system(u32 type, efi_status_t status, u64 data_size,
				 void *data);

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
 * Called at ExitBootServices; seals the table.
 */
void runtime_take_over(void);

#endif /* EMULATOR_RUNTIME_H */
