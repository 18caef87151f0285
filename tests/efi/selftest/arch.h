/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the self-test asks of an architecture; implemented in ARCH.c and
 * ARCH_call.S.
 */
#ifndef TESTS_EFI_SELFTEST_ARCH_H
#define TESTS_EFI_SELFTEST_ARCH_H

#include <stdbool.h>

#include <efi.h>

#include <kexec_pe/types.h>

/* What arch_call3_registers() found changed; one bit per group. */
#define ARCH_LOST_GENERAL 1
#define ARCH_LOST_VECTOR 2
#define ARCH_LOST_STACK 4

#define noinline __attribute__((__noinline__))

/* IMAGE_FILE_MACHINE_* of the images that this machine runs. */
extern const UINT16 arch_machine;

/* A function "return 0x600d;" in machine code that runs anywhere. */
extern const UINT8 arch_code[];
extern const UINTN arch_code_size;
#define ARCH_CODE_RESULT 0x600d

/* Do kernels of this machine run code in EfiLoaderData? */
extern const bool arch_loader_data_runs;

/* What no counter that arch_ticks() reads is below, in ticks per microsecond. */
extern const UINT64 arch_ticks_least;

/**
 * arch_serial_byte() - send one byte through the first serial port itself
 * @byte: the byte
 *
 * For the time after ExitBootServices. The wait for room is bounded.
 */
void arch_serial_byte(UINT8 byte);

/**
 * arch_ticks() - read the processor's constant-rate counter
 *
 * Return: ticks since some moment in the past
 */
UINT64 arch_ticks(void);

/**
 * arch_reset() - reset the machine without firmware
 */
void __noreturn arch_reset(void);

/**
 * arch_vector_on() - may vector registers be used?
 *
 * Return: true when they may; false is a flaw of the firmware
 */
bool arch_vector_on(void);

/**
 * arch_state_flaw() - compare the processor's state with UEFI 2.10, 2.3.4
 *
 * Return: what is not as the specification wants it, or NULL
 */
const char *arch_state_flaw(void);

/**
 * arch_sync_code() - make code that was written as data executable
 * @code: its first byte
 * @size: in bytes
 */
void arch_sync_code(const void *code, UINTN size);

/**
 * arch_call3_registers() - call an EFI service and watch preserved registers
 * @service: an EFIAPI function of three pointer-sized arguments
 * @a: first argument
 * @b: second argument
 * @c: third argument
 * @status: what the service returned
 *
 * Every register that EFIAPI functions must preserve gets a pattern first.
 *
 * Return: ARCH_LOST_* of what did not survive, 0 if all did
 */
UINTN arch_call3_registers(void *service, void *a, void *b, void *c,
			   EFI_STATUS *status);

/**
 * arch_clobber() - overwrite all preserved registers, then call and not return
 * @service: an EFIAPI function of four arguments that does not return (Exit)
 * @a: first argument
 * @b: second argument
 * @c: third argument
 * @d: fourth argument
 */
void __noreturn arch_clobber(void *service, void *a, UINTN b, UINTN c, void *d);

#endif /* TESTS_EFI_SELFTEST_ARCH_H */
