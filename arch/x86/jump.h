/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What arch_call_image() saves: the registers that a callee preserves, so that
 * arch_leave_image() can return in its place.
 */
#ifndef ARCH_X86_JUMP_H
#define ARCH_X86_JUMP_H

/* Offsets that jump.S needs; asserted against the structure below. */
#define ARCH_JUMP_RSP 0x00
#define ARCH_JUMP_RBX 0x08
#define ARCH_JUMP_RBP 0x10
#define ARCH_JUMP_R12 0x18
#define ARCH_JUMP_R13 0x20
#define ARCH_JUMP_R14 0x28
#define ARCH_JUMP_R15 0x30
#define ARCH_JUMP_MXCSR 0x38
#define ARCH_JUMP_FPU_CONTROL 0x3c
#define ARCH_JUMP_XMM 0x40

#ifndef __ASSEMBLER__

#include <kexec_pe/types.h>

/*
 * The emulator uses general registers only, and so would save no more than
 * those. But an image that was left by Exit() may have been started by
 * another image, for whom StartImage() is a function of the Microsoft ABI: it
 * preserves XMM6 to XMM15, the control bits of MXCSR and the x87 control word.
 */
struct arch_jump {
	u64 rsp;
	u64 rbx;
	u64 rbp;
	u64 r12;
	u64 r13;
	u64 r14;
	u64 r15;
	u32 mxcsr;
	u16 fpu_control;
	u16 reserved;
	u8 xmm[10][16]; /* XMM6 to XMM15 */
};

static_assert(offsetof(struct arch_jump, rsp) == ARCH_JUMP_RSP, "jump.S");
static_assert(offsetof(struct arch_jump, rbx) == ARCH_JUMP_RBX, "jump.S");
static_assert(offsetof(struct arch_jump, rbp) == ARCH_JUMP_RBP, "jump.S");
static_assert(offsetof(struct arch_jump, r12) == ARCH_JUMP_R12, "jump.S");
static_assert(offsetof(struct arch_jump, r13) == ARCH_JUMP_R13, "jump.S");
static_assert(offsetof(struct arch_jump, r14) == ARCH_JUMP_R14, "jump.S");
static_assert(offsetof(struct arch_jump, r15) == ARCH_JUMP_R15, "jump.S");
static_assert(offsetof(struct arch_jump, mxcsr) == ARCH_JUMP_MXCSR, "jump.S");
static_assert(offsetof(struct arch_jump, fpu_control) == ARCH_JUMP_FPU_CONTROL,
	      "jump.S");
static_assert(offsetof(struct arch_jump, xmm) == ARCH_JUMP_XMM, "jump.S");

#endif /* __ASSEMBLER__ */
#endif /* ARCH_X86_JUMP_H */
