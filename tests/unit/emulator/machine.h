/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine for the emulator's unit tests: two stretches of memory at fixed
 * addresses, one on each side of 4 GiB, page tables that only remember, a
 * console that is a string, a clock that runs when somebody waits, and a reset
 * that returns to the test.
 */
#ifndef TESTS_UNIT_EMULATOR_MACHINE_H
#define TESTS_UNIT_EMULATOR_MACHINE_H

#include <setjmp.h>

#include <emulator/emu.h>

#define MACHINE_LOW 0x20000000ULL
#define MACHINE_HIGH 0x200000000000ULL /* AddressSanitizer owns what is below */
#ifndef MACHINE_SIZE
#define MACHINE_SIZE 0x1000000ULL /* 16 MiB each */
#endif
#define MACHINE_PAGES (MACHINE_SIZE / EFI_PAGE_SIZE)

/* What machine_handoff() puts into the low memory. */
#define MACHINE_EMULATOR MACHINE_LOW
#define MACHINE_EMULATOR_SIZE 0x20000ULL
#define MACHINE_HANDOFF (MACHINE_LOW + 0x20000ULL)
#define MACHINE_HANDOFF_SIZE 0x10000ULL
#define MACHINE_PAYLOAD (MACHINE_LOW + 0x30000ULL)
#define MACHINE_PAYLOAD_SIZE 0x10000ULL
#define MACHINE_FREE (MACHINE_LOW + 0x40000ULL)

#define MACHINE_FREQUENCY 1000000ULL /* a tick is a microsecond */
#define MACHINE_PAUSE 1000ULL /* ticks that a pause takes */

struct machine {
	char console[0x10000];
	u32 console_used;
	u64 ticks;
	u32 resets;
	jmp_buf reset; /* where arch_reset() goes to */
	u8 protection[2][MACHINE_PAGES];
	u32 mmu_calls;
	u32 mmu_fail_at; /* that call of arch_mmu_map() fails; 0: none */
	u32 pauses_left; /* the last of them resets the machine; 0: no limit */
	efi_image_entry_t entry; /* run instead of any image, unless NULL */
	u64 synced; /* bytes given to arch_cache_sync() */
	u8 *blob; /* the handoff, to be changed by tests */
	u32 blob_used;
};

extern struct machine machine;

/* Runs a statement; true if the emulator did not reset the machine in it. */
#define MACHINE_SURVIVES(statement)      \
	(setjmp(machine.reset) == 0 ? ({ \
		statement;               \
		true;                    \
	}) :                             \
				      false)

/**
 * machine_start() - a machine that was just switched on
 *
 * struct emu is zero, memory is filled with 0xa5, a handoff with console and
 * clock, but no arrays, is at MACHINE_HANDOFF.
 */
void machine_start(void);

/**
 * machine_add() - append to the handoff
 * @array: where to note offset and count; may be NULL
 * @count: what to note as count
 * @data: bytes
 * @size: how many
 */
void machine_add(struct handoff_array *array, u32 count, const void *data,
		 u32 size);

/**
 * machine_variable() - append a variable to the handoff's snapshot
 * @name: ASCII
 * @guid: its name space
 * @attributes: EFI_VARIABLE_*
 * @data: its contents
 * @size: bytes of @data
 */
void machine_variable(const char *name, const struct efi_guid *guid,
		      u32 attributes, const void *data, u32 size);

/**
 * machine_memory() - give the handoff claims on all of the memory
 *
 * Both stretches are Conventional, but for emulator, handoff and payload.
 */
void machine_memory(void);

/**
 * machine_run() - make the emulator's core work on that handoff
 *
 * As emulator_main(), up to where the protocols would start.
 */
void machine_run(void);

/**
 * machine_protection() - how a page of the machine is mapped
 * @address: in one of the stretches
 *
 * Return: HANDOFF_PROT_*
 */
u32 machine_protection(u64 address);

/**
 * machine_utf16() - make a UTF-16 string
 * @ascii: at most 255 characters
 *
 * Return: one of eight buffers, used in turn
 */
efi_char16_t *machine_utf16(const char *ascii);

#endif /* TESTS_UNIT_EMULATOR_MACHINE_H */
