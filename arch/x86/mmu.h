/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What mmu.c does for the rest of arch/x86, beside emulator/arch.h.
 */
#ifndef ARCH_X86_MMU_H
#define ARCH_X86_MMU_H

#include <kexec_pe/types.h>

/**
 * mmu_reach() - make sure that a device register can be accessed
 * @address: of the register, in memory space
 *
 * Does nothing once our own map is live, which has the devices that the
 * emulator asked for. Until then K1's map is in use, which has RAM alone: the
 * first device that is asked for here is added to a copy of it.
 *
 * Return: true when an access will not fault; false before our own map is live
 *         for any device but the first
 */
bool mmu_reach(u64 address);

#endif /* ARCH_X86_MMU_H */
