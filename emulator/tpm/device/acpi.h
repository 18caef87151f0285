/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ACPI's word on where the event log is.
 */
#ifndef EMULATOR_TPM_DEVICE_ACPI_H
#define EMULATOR_TPM_DEVICE_ACPI_H

/**
 * acpi_show_log() - let K2 find our log and not the firmware's
 *
 * Linux prefers the log area that ACPI's TPM2 table names (TCG ACPI
 * Specification 1.3, 8) to any other. It has K1's events alone: its address and
 * size become zero, in place and with a new checksum. In place, as nobody but K2
 * and its successors reads the table any more, and a copy would need copies of
 * all that points to it.
 */
void acpi_show_log(void);

#endif /* EMULATOR_TPM_DEVICE_ACPI_H */
