/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calling convention of UEFI in a process of this machine: the payload's own,
 * so that a payload for this processor runs unmodified in it.
 */
#ifndef ARCH_EFIABI_H
#define ARCH_EFIABI_H

#ifdef __x86_64__

#define ARCH_PE_MACHINE IMAGE_FILE_MACHINE_AMD64
#define EFIAPI __attribute__((ms_abi))
typedef __builtin_ms_va_list efi_va_list;
#define efi_va_start(list, last) __builtin_ms_va_start(list, last)
#define efi_va_arg(list, type) __builtin_va_arg(list, type)
#define efi_va_end(list) __builtin_ms_va_end(list)
#define ARCH_LOADER_DATA_EXEC_BELOW 0x100000000ULL
#define ARCH_RUNTIME_ALIGN 0x1000ULL

#else

#define ARCH_PE_MACHINE IMAGE_FILE_MACHINE_ARM64
#define EFIAPI
typedef __builtin_va_list efi_va_list;
#define efi_va_start(list, last) __builtin_va_start(list, last)
#define efi_va_arg(list, type) __builtin_va_arg(list, type)
#define efi_va_end(list) __builtin_va_end(list)
#define ARCH_LOADER_DATA_EXEC_BELOW 0x1000ULL
#define ARCH_RUNTIME_ALIGN 0x10000ULL

#endif /* __x86_64__ */

#endif /* ARCH_EFIABI_H */
