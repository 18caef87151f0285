/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What arch_call_image() saves: the registers that a callee preserves, so that
 * arch_leave_image() can return in its place.
 */
#ifndef ARCH_ARM64_JUMP_H
#define ARCH_ARM64_JUMP_H

/* Offsets that jump.S needs; asserted against the structure below. */
#define ARCH_JUMP_X 0x00
#define ARCH_JUMP_SP 0x60
#define ARCH_JUMP_FPCR 0x68
#define ARCH_JUMP_D 0x70

#ifndef __ASSEMBLER__

#include <kexec_pe/types.h>

/*
 * The emulator uses general registers only, and so would save no more than
 * those. But an image that was left by Exit() may have been started by another
 * image, for whom StartImage() is a function of AAPCS64: it preserves D8 to D15
 * and the control bits of FPCR as well (AAPCS64, 6.1.2 and 6.1.3).
 */
struct arch_jump {
	u64 x[12]; /* X19 to X30: the last is where to return to */
	u64 sp;
	u64 fpcr;
	u64 d[8]; /* D8 to D15 */
};

static_assert(offsetof(struct arch_jump, x) == ARCH_JUMP_X, "jump.S");
static_assert(offsetof(struct arch_jump, sp) == ARCH_JUMP_SP, "jump.S");
static_assert(offsetof(struct arch_jump, fpcr) == ARCH_JUMP_FPCR, "jump.S");
static_assert(offsetof(struct arch_jump, d) == ARCH_JUMP_D, "jump.S");

#endif /* __ASSEMBLER__ */
#endif /* ARCH_ARM64_JUMP_H */
