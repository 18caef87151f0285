/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A model of what caches may hold: for every line of memory, how far the last
 * store to it has come on its way to instruction fetch (Arm ARM, B2.4.4), and
 * what was done to it while caches were off.
 *
 * All addresses are physical. Running out of memory ends the program.
 */
#ifndef TESTS_QEMU_PLUGIN_LINES_H
#define TESTS_QEMU_PLUGIN_LINES_H

#include <kexec_pe/types.h>
#include <stdio.h>

/* As CTR_EL0 of QEMU's processors says, for data and for instructions. */
#define LINE_SIZE 64U
/* Memory beyond is not modelled: the program ends. */
#define ADDRESS_BITS 36

/**
 * lines_start() - every line is where instruction fetch sees it
 * @start: first byte of the emulator's segment
 * @end: first byte after it
 */
void lines_start(u64 start, u64 end);

/**
 * lines_store() - a store
 * @address: where; all of it in one line
 * @pc: address of the instruction
 * @cached: MMU and data cache are on
 */
void lines_store(u64 address, u64 pc, bool cached);

/**
 * lines_store_device() - a store to what is no memory
 * @address: where
 * @pc: address of the instruction
 * @cached: MMU and data cache are on
 */
void lines_store_device(u64 address, u64 pc, bool cached);

/**
 * lines_not_identity() - a store went to another physical address
 * @address: its virtual address
 * @pc: address of the instruction
 */
void lines_not_identity(u64 address, u64 pc);

/**
 * lines_clean() - DC to the point of unification or coherency
 * @address: any in the line
 */
void lines_clean(u64 address);

/**
 * lines_drop() - DC IVAC
 * @address: any in the line
 */
void lines_drop(u64 address);

/**
 * lines_invalidate() - IC IVAU
 * @address: any in the line
 */
void lines_invalidate(u64 address);

/**
 * lines_invalidate_all() - IC IALLU, IC IALLUIS
 */
void lines_invalidate_all(void);

/**
 * lines_data_barrier() - DSB
 */
void lines_data_barrier(void);

/**
 * lines_instruction_barrier() - ISB
 */
void lines_instruction_barrier(void);

/**
 * lines_caches_on() - MMU and data cache were off and go on
 */
void lines_caches_on(void);

/**
 * lines_execute() - instructions of a line are executed
 * @address: any in the line
 */
void lines_execute(u64 address);

/**
 * lines_report() - write figures and flaws
 * @out: where
 *
 * One "KEY VALUE" for each figure, one "flaws-KIND COUNT" for each kind and one
 * "flaw KIND ADDRESS PC" for each of the first flaws of a kind; PC is that of the
 * store.
 */
void lines_report(FILE *out);

#endif /* TESTS_QEMU_PLUGIN_LINES_H */
