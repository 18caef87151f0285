/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calling convention of UEFI on AArch64 (UEFI 2.10, 2.3.6) and what the memory
 * services must know about this machine.
 */
#ifndef ARCH_EFIABI_H
#define ARCH_EFIABI_H

/* AAPCS64 is what the compiler uses anyway. */
#define EFIAPI

typedef __builtin_va_list efi_va_list;
#define efi_va_start(list, last) __builtin_va_start(list, last)
#define efi_va_arg(list, type) __builtin_va_arg(list, type)
#define efi_va_end(list) __builtin_va_end(list)

/*
 * No payload of this machine executes EfiLoaderData. Page 0, which nobody is
 * ever given, and not 0: "below 0" is a comparison that compilers warn of.
 */
#define ARCH_LOADER_DATA_EXEC_BELOW 0x1000ULL

/* An OS with 64 KiB pages maps runtime memory too (UEFI 2.10, 2.3.6). */
#define ARCH_RUNTIME_ALIGN 0x10000ULL

#endif /* ARCH_EFIABI_H */
