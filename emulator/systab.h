/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system table, its two service tables and the configuration tables.
 */
#ifndef EMULATOR_SYSTAB_H
#define EMULATOR_SYSTAB_H

#include <kexec_pe/efi.h>

/**
 * systab_start() - make the tables; all slots are filled
 *
 * emu.systab is valid afterwards, its consoles are still NULL and its CRC is
 * not set.
 */
void systab_start(void);

/**
 * systab_seal() - set the CRCs of all three tables, after changes to them
 */
void systab_seal(void);

/**
 * systab_retire() - take from the tables what ends with ExitBootServices
 *
 * Boot services and consoles are gone from the system table (UEFI 2.10, 7.4.6),
 * and calls through a pointer to the old table do nothing.
 */
void systab_retire(void);

/**
 * config_table_start() - install what the handoff passes on, and our own
 */
void config_table_start(void);

/**
 * config_table_install() - add, replace or remove a configuration table
 * @guid: its name
 * @table: its address; NULL removes
 *
 * A LINUX_EFI_MEMRESERVE table that is replaced is chained to its successor:
 * the pages it lists are still in use by devices.
 *
 * Return: EFI_SUCCESS; EFI_NOT_FOUND when there is none to remove;
 *         EFI_OUT_OF_RESOURCES (UEFI 2.10, 7.5.6)
 */
efi_status_t config_table_install(const struct efi_guid *guid, void *table);

/**
 * config_table_find() - address of a configuration table
 * @guid: its name
 *
 * Return: the address, NULL if there is none
 */
void *config_table_find(const struct efi_guid *guid);

/**
 * config_table_fill_kept() - tell the next hop what this one leaves behind
 */
void config_table_fill_kept(void);

#endif /* EMULATOR_SYSTAB_H */
