/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * EFI_MEMORY_ATTRIBUTE_PROTOCOL, for payloads that are NX_COMPAT.
 */
#ifndef EMULATOR_PROTOCOL_MEMORY_ATTRIBUTE_H
#define EMULATOR_PROTOCOL_MEMORY_ATTRIBUTE_H

#include <kexec_pe/efi.h>

extern const struct efi_memory_attribute memory_attribute;

#endif /* EMULATOR_PROTOCOL_MEMORY_ATTRIBUTE_H */
