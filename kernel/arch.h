/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the handler asks of an architecture; arch/ARCH/kexec.c answers.
 */
#ifndef KERNEL_ARCH_H
#define KERNEL_ARCH_H

#include <kernel/kexec_pe.h>

/* Physical addresses, all 0 where K1 did not come from EFI firmware. */
struct kexec_pe_firmware {
	u64 systab;
	u64 vendor; /* UTF-16 string */
	u64 tables; /* configuration table array */
};

/**
 * kexec_pe_arch_machine() - the IMAGE_FILE_MACHINE_* that a payload must have
 *
 * Return: its value
 */
u16 kexec_pe_arch_machine(void);

/**
 * kexec_pe_arch_refusal() - is there anything the emulator can't cope with?
 *
 * Return: REFUSAL_NONE or what it is
 */
enum refusal kexec_pe_arch_refusal(void);

/**
 * kexec_pe_arch_paging() - how the emulator will map memory
 * @ret: levels and page sizes
 */
void kexec_pe_arch_paging(struct stage_paging *ret);

/**
 * kexec_pe_arch_emulator_flags() - EMULATOR_FLAG_* of this machine
 *
 * Return: the flags
 */
u64 kexec_pe_arch_emulator_flags(void);

/**
 * kexec_pe_arch_timer() - frequency of the counter that the emulator reads
 *
 * Return: Hz
 */
u64 kexec_pe_arch_timer(void);

/**
 * kexec_pe_arch_reset() - how to reset the machine without this kernel
 * @ret: the way, type DEFAULT if nothing better is known
 */
void kexec_pe_arch_reset(struct handoff_reset *ret);

/**
 * kexec_pe_arch_secure_boot() - the state of Secure Boot K1 was booted with
 *
 * Return: the state; "unset" is as good as "unknown"
 */
enum efi_secureboot_mode kexec_pe_arch_secure_boot(void);

/**
 * kexec_pe_arch_firmware() - where firmware left its tables
 * @ret: physical addresses
 */
void kexec_pe_arch_firmware(struct kexec_pe_firmware *ret);

/**
 * kexec_pe_arch_runtime() - firmware's runtime services, if K2 can use them
 *
 * Return: physical address of a table whose services run at physical
 *         addresses, as they did before; 0 if there is none
 */
u64 kexec_pe_arch_runtime(void);

/**
 * kexec_pe_arch_claims() - the memory of the machine as firmware described it
 * @claims: receives it; everything K1 made of it is Conventional again
 *
 * Return: 0 or -ENOMEM
 */
int kexec_pe_arch_claims(struct kexec_pe_claims *claims);

/**
 * kexec_pe_arch_crash_segments() - place what each crash kernel has natively
 * @load: the load of a crash kernel, nothing else placed
 *
 * elfcorehdr, and the device tree where the kernel finds it by that.
 *
 * Return: 0 or the error of the architecture's own code
 */
int kexec_pe_arch_crash_segments(struct kexec_pe_load *load);

/**
 * kexec_pe_arch_crash_claims() - the memory that a crash kernel may know of
 * @load: the load of a crash kernel; receives the claims: what its native
 *        loader gives it, and nothing else of this kernel's memory
 *
 * Return: 0 or -ENOMEM
 */
int kexec_pe_arch_crash_claims(struct kexec_pe_load *load);

/**
 * kexec_pe_arch_crash_option() - how the command line names elfcorehdr
 * @image: the image
 * @ret: receives the text, with a space behind it; empty if it does not
 * @size: bytes of @ret
 */
void kexec_pe_arch_crash_option(const struct kimage *image, char *ret,
				size_t size);

/**
 * kexec_pe_arch_kernel_size() - memory that a kernel unpacks itself into
 * @file: the kernel
 *
 * Return: bytes, 0 if the file does not say
 */
u64 kexec_pe_arch_kernel_size(const struct view *file);

/**
 * kexec_pe_arch_segments() - what else the payload needs in memory
 * @load: the load, its claims complete but for the segments; receives claims
 *        on the memory of this architecture's own, and tables that name it
 *
 * Return: 0, -ENOMEM or no room
 */
int kexec_pe_arch_segments(struct kexec_pe_load *load);

#endif /* KERNEL_ARCH_H */
