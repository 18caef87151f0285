/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calling convention of UEFI on x86-64 (UEFI 2.10, 2.3.4) and what the memory
 * services must know about this machine.
 */
#ifndef ARCH_EFIABI_H
#define ARCH_EFIABI_H

#define EFIAPI __attribute__((ms_abi))

/* A variadic EFIAPI function has the caller's, not our, argument layout. */
typedef __builtin_ms_va_list efi_va_list;
#define efi_va_start(list, last) __builtin_ms_va_start(list, last)
#define efi_va_arg(list, type) __builtin_va_arg(list, type)
#define efi_va_end(list) __builtin_ms_va_end(list)

/*
 * Linux puts its trampoline into 5-level paging into EfiLoaderData and jumps
 * to it (x86-5lvl.c), so such pages below this address are executable.
 */
#define ARCH_LOADER_DATA_EXEC_BELOW 0x100000000ULL

/* Granularity of runtime memory (UEFI 2.10, 2.3.4): plain EFI pages. */
#define ARCH_RUNTIME_ALIGN 0x1000ULL

#endif /* ARCH_EFIABI_H */
