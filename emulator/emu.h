/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * struct emu: all that the emulator ever changes, in one place, so that what
 * it is at ExitBootServices can be looked at, and thrown away, as a whole.
 */
#ifndef EMULATOR_EMU_H
#define EMULATOR_EMU_H

#include <kexec_pe/checked.h>
#include <kexec_pe/efi.h>
#include <kexec_pe/handoff.h>

#include <emulator/arch.h>
#include <emulator/memory.h>
#include <emulator/print.h>
#include <emulator/protocols.h>
#include <emulator/region.h>
#include <emulator/runtime.h>
#include <emulator/services.h>
#include <emulator/systab.h>
#include <emulator/text.h>
#include <emulator/tpm/device/device.h>
#include <emulator/tpm/measurement.h>
#include <emulator/tpm/tpm.h>
#include <emulator/trace.h>
#include <emulator/variables.h>

struct emu {
	struct emulator_header *header;
	const struct handoff *handoff;
	struct region_map map;
	struct trace trace;
	struct variables variables;

	/* systab.c, runtime_services.c */
	struct efi_system_table *systab; /* == &data->systab */
	struct runtime_data *data;
	struct efi_boot_services boot_services;
	u64 runtime_code; /* physical address, see runtime.h */
	u64 runtime_code_pages;
	u64 runtime_data_pages;
	u32 table_count;
	u32 hops; /* kexecs of this kind before this one */

	/* Some of the payload's read-only pages were made writable since. */
	bool payload_opened;

	/* exit_boot.c and figures for its report */
	bool boot_services_exited;
	u64 allocated_bytes; /* by the payload, pools and pages, ever */
	u32 allocations;

	/* time.c */
	u32 last_stall; /* id of the last call of Stall that was long */
	u64 stalled; /* microseconds, all calls together */

	bool panicking; /* a second panic does not report again */
	bool firmware_resets; /* firmware was asked to reset, once */

	/* Set by who calls emulator_main(), NULL: nothing is measured */
	const struct measurement *measurement;
	struct tpm *tpm;
	struct tpm_device device; /* what tpm is on a machine */

	struct protocols protocols;
};

extern struct emu emu __attribute__((visibility("hidden")));

/**
 * handoff_array() - an array of the handoff
 * @array: member of emu.handoff
 *
 * Return: its first byte; main.c has checked that it lies in the blob
 */
static inline const void *handoff_array(const struct handoff_array *array)
{
	return (const u8 *)emu.handoff + array->offset;
}

/**
 * emulator_main() - from purgatory's last instruction to the payload's first
 * @header: of the emulator image, its slots filled by the stager
 * @handoff: verified: magic, version, digest
 */
void __noreturn emulator_main(struct emulator_header *header,
			      const struct handoff *handoff);

#endif /* EMULATOR_EMU_H */
