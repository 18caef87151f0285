/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the emulator asks of an architecture. Implemented once in each of
 * arch/x86, arch/arm64 and arch/host, under the same file names.
 */
#ifndef EMULATOR_ARCH_H
#define EMULATOR_ARCH_H

#include <kexec_pe/efi.h>
#include <kexec_pe/handoff.h>

struct arch_jump; /* registers saved by arch_call_image(), arch/ARCH/jump.h */

/* console.c */

/**
 * arch_console_byte() - send one byte to the console, waiting for room
 * @console: where; type NONE drops the byte
 * @byte: the byte
 *
 * The wait is bounded: a dead UART loses bytes, it never hangs the machine.
 */
void arch_console_byte(const struct handoff_console *console, u8 byte);

/* time.c */

/**
 * arch_ticks() - read the counter that handoff.timer_frequency is for
 *
 * Return: ticks since some moment before the kexec
 */
u64 arch_ticks(void);

/**
 * arch_pause() - tell the processor that it waits in a loop
 */
void arch_pause(void);

/* reset.c */

/**
 * arch_reset() - reset the machine by every means there is, best first
 * @reset: what K1 knew of the machine's reset
 */
void __noreturn arch_reset(const struct handoff_reset *reset);

/* random.c */

/**
 * arch_random() - a random number of the processor
 * @ret: 64 random bits; untouched after a failure
 *
 * Return: true when the processor has such an instruction and it delivered
 */
bool arch_random(u64 *ret);

/* sha.c */

/**
 * arch_hash_blocks() - compress blocks by instructions that are made for it
 * @algorithm: TCG_ALG_SHA*
 * @state: its words (FIPS 180-4, 6), 32 bits wide, 64 for SHA-384 and SHA-512
 * @data: the blocks, 64 bytes each, 128 for SHA-384 and SHA-512, anywhere
 * @blocks: how many
 *
 * The processor is asked each time. What a payload has in its SIMD registers
 * stays there.
 *
 * Return: true; false when the processor has none, and nothing was done
 */
bool arch_hash_blocks(u16 algorithm, void *state, const u8 *data, u64 blocks);

/* mmio.c */

/**
 * arch_read8() - read a device register, 8 bits wide
 * @address: in memory that is mapped
 *
 * Return: its value
 */
u8 arch_read8(u64 address);

/**
 * arch_read32() - read a device register, 32 bits wide
 * @address: in memory that is mapped, a multiple of 4
 *
 * Return: its value
 */
u32 arch_read32(u64 address);

/**
 * arch_write8() - write a device register, 8 bits wide
 * @address: in memory that is mapped
 * @value: what to write
 */
void arch_write8(u64 address, u8 value);

/**
 * arch_write32() - write a device register, 32 bits wide
 * @address: in memory that is mapped, a multiple of 4
 * @value: what to write
 */
void arch_write32(u64 address, u32 value);

/**
 * arch_firmware_call() - call secure firmware (arm64: SMC)
 * @function: function identifier
 * @ret: what it returned in the first register; untouched after a failure
 *
 * Return: true; false on a machine that has no such call
 */
bool arch_firmware_call(u32 function, u64 *ret);

/* mmu.c */

enum arch_memory { ARCH_MEMORY_NORMAL, ARCH_MEMORY_DEVICE };

/**
 * arch_mmu_start() - make an empty identity map; nothing is switched yet
 * @pool: zeroed pages for tables, 4 KiB aligned
 * @pages: number of pages
 * @flags: EMULATOR_FLAG_* of the emulator header
 */
void arch_mmu_start(void *pool, u64 pages, u64 flags);

/**
 * arch_mmu_map() - map a range onto itself, or change a mapping
 * @address: multiple of 4 KiB
 * @size: multiple of 4 KiB
 * @protection: HANDOFF_PROT_*; 0 unmaps. Write and execute together are what
 *              the caller asks for, policy is the caller's.
 * @memory: cached memory or device
 *
 * Large pages are used where they fit and split where they do not. Takes
 * effect at once when the map is live.
 *
 * Return: EFI_SUCCESS; EFI_OUT_OF_RESOURCES when the pool is used up (then
 *         the range may be mapped in part); EFI_INVALID_PARAMETER for a range
 *         that is not aligned or that page tables of this depth cannot map
 */
efi_status_t arch_mmu_map(u64 address, u64 size, u32 protection,
			  enum arch_memory memory);

/**
 * arch_mmu_query() - how one page is mapped now
 * @address: any address
 * @ret_protection: HANDOFF_PROT_*, 0 when unmapped
 *
 * Return: number of bytes from @address to the end of the leaf that maps it
 */
u64 arch_mmu_query(u64 address, u32 *ret_protection);

/**
 * arch_mmu_enable() - switch to the map made so far
 */
void arch_mmu_enable(void);

/**
 * arch_reach() - make sure that memory can be read before our own map is live
 * @address: first byte
 * @size: number of bytes
 *
 * For purgatory, whose first map need not have all of the memory.
 *
 * Return: true when reading there will not fault
 */
bool arch_reach(u64 address, u64 size);

/* cache.c */

/**
 * arch_cache_sync() - make written code visible to instruction fetch
 * @start: first byte
 * @size: number of bytes
 */
void arch_cache_sync(const void *start, u64 size);

/* exception.c */

/**
 * arch_exceptions_start() - own exception vectors (and, x86, own GDT and IDT)
 *
 * Every exception is reported through emulator_exception() and never returns.
 */
void arch_exceptions_start(void);

/**
 * arch_guard_page() - pages of the emulator that must never be mapped
 * @index: 0, 1, 2 ... until the answer is 0
 *
 * Return: address of a guard page below or above a stack, a multiple of 4 KiB;
 *         0 when there are no more
 */
u64 arch_guard_page(unsigned int index);

/* jump.S */

/**
 * arch_call_image() - enter an image with a way back for Exit()
 * @entry: its entry point
 * @handle: its image handle
 * @systab: the system table
 * @jump: where to save the way back; lives until the image is done
 *
 * Return: what the image returned, or what arch_leave_image() was given
 */
efi_status_t arch_call_image(u64 entry, efi_handle_t handle,
			     struct efi_system_table *systab,
			     struct arch_jump *jump);

/**
 * arch_leave_image() - make arch_call_image() return
 * @jump: what that call saved
 * @status: what it shall return
 */
void __noreturn arch_leave_image(struct arch_jump *jump, efi_status_t status);

/* What arch code calls in turn, in emulator/: */

/**
 * emulator_firmware_reset() - ask firmware to reset the machine
 *
 * By its ResetSystem (UEFI 2.10, 8.5.1), where its runtime services pass through.
 * It may fault: whoever calls it has vectors that end in arch_reset(), of which
 * the second call does nothing.
 */
void emulator_firmware_reset(void);

/**
 * emulator_exception() - report an exception and reset
 * @name: name of the vector
 * @code: error code or syndrome
 * @pc: address of the instruction
 * @address: faulting address, where there is one
 * @sp: stack pointer
 */
void __noreturn emulator_exception(const char *name, u64 code, u64 pc,
				   u64 address, u64 sp);

#endif /* EMULATOR_ARCH_H */
