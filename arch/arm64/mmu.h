/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What mmu.c does for the rest of arch/arm64, beside emulator/arch.h.
 */
#ifndef ARCH_ARM64_MMU_H
#define ARCH_ARM64_MMU_H

#include <kexec_pe/handoff.h>

/* Of the linker script. */
extern const struct emulator_header emulator_header;

/* What mmu_switch() takes: TTBR0 and TCR of the current exception level. */
struct mmu_registers {
	u64 root;
	u64 control;
};

/**
 * mmu_early_start() - the map for the time until the emulator has made its own
 *
 * Called with the MMU off; switches nothing. Maps the emulator's own segment.
 *
 * Return: what mmu_switch() takes
 */
struct mmu_registers mmu_early_start(void);

/**
 * mmu_switch() - turn the MMU and the caches on, with this map
 * @root: physical address of the top table
 * @control: TCR
 *
 * In entry.S. The MMU may be off or on; text has to be in both maps.
 */
void mmu_switch(u64 root, u64 control);

/**
 * mmu_reach() - make sure that a device register can be accessed
 * @address: of the register
 *
 * Does nothing once the emulator's map is live, which has the devices that it
 * asked for. Until then the page is added to the early map.
 *
 * Return: true when an access will not fault
 */
bool mmu_reach(u64 address);

#endif /* ARCH_ARM64_MMU_H */
