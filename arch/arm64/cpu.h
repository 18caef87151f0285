/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The instructions that C has no words for, one function each, so that a unit
 * test can put its own in their place: by macros, after including this header.
 *
 * We stay at the exception level that K1 left us at, EL1 or EL2. At EL2 the
 * registers are called NAME_EL2 whether or not HCR_EL2.E2H is set; only what is
 * in TCR_EL2 and CPTR_EL2, and in the descriptors of pages, depends on that.
 */
#ifndef ARCH_ARM64_CPU_H
#define ARCH_ARM64_CPU_H

/* Bits and numbers that assembly shares. */
#define CPU_CURRENT_EL2 8 /* CurrentEL at EL2 */
#define CPU_HCR_E2H_SHIFT 34
#define CPU_CPTR_TFP_SHIFT 10 /* E2H 0: traps FP */
#define CPU_CPACR_FPEN_SHIFT 20 /* EL1, or E2H 1: 3 traps nothing */
#define CPU_CTR_DMIN_SHIFT 16

#define CPU_SCTLR_M 0x00000001
#define CPU_SCTLR_A 0x00000002
#define CPU_SCTLR_C 0x00000004
#define CPU_SCTLR_I 0x00001000
#define CPU_SCTLR_WXN 0x00080000
#define CPU_SCTLR_EE 0x02000000

/*
 * What an entry's attribute index means: 0 Device-nGnRnE, 1 Normal WB. No early
 * acknowledgement: a TPM's command must be there before it is started.
 */
#define CPU_MAIR 0xff00

#ifndef __ASSEMBLER__

#include <kexec_pe/types.h>

/* CTR_EL0 (Arm ARM, D19.2.34). */
#define CPU_CTR_IMIN_SHIFT 0
#define CPU_CTR_IDC BIT_ULL(28)
#define CPU_CTR_DIC BIT_ULL(29)

/* ID_AA64ISAR0_EL1, ID_AA64MMFR0_EL1: fields of 4 bits. */
#define CPU_ISAR0_RNDR_SHIFT 60
#define CPU_ISAR0_SHA1_SHIFT 8
#define CPU_ISAR0_SHA2_SHIFT 12 /* 1 SHA-256, 2 SHA-512, too */
#define CPU_MMFR0_PARANGE_SHIFT 0

static inline bool cpu_at_el2(void)
{
	u64 value;

	asm("mrs %0, currentel" : "=r"(value));
	return value == CPU_CURRENT_EL2;
}

/* Is HCR_EL2.E2H set? Only to be asked at EL2. */
static inline bool cpu_el2_host(void)
{
	u64 value;

	asm("mrs %0, hcr_el2" : "=r"(value));
	return value >> CPU_HCR_E2H_SHIFT & 1;
}

static inline u64 cpu_isar0(void)
{
	u64 value;

	asm("mrs %0, id_aa64isar0_el1" : "=r"(value));
	return value;
}

static inline u64 cpu_mmfr0(void)
{
	u64 value;

	asm("mrs %0, id_aa64mmfr0_el1" : "=r"(value));
	return value;
}

static inline u64 cpu_cache_type(void)
{
	u64 value;

	asm("mrs %0, ctr_el0" : "=r"(value));
	return value;
}

/* All of them: a caller of EFI need not expect that any changes. */
struct cpu_simd {
	u8 bytes[32][16];
};

/* clang-format off */
#define CPU_SIMD_ALL(access)						\
	access " q0, q1, [%0]\n\t" access " q2, q3, [%0, #32]\n\t"	\
	access " q4, q5, [%0, #64]\n\t" access " q6, q7, [%0, #96]\n\t" \
	access " q8, q9, [%0, #128]\n\t" access " q10, q11, [%0, #160]\n\t" \
	access " q12, q13, [%0, #192]\n\t" access " q14, q15, [%0, #224]\n\t" \
	access " q16, q17, [%0, #256]\n\t" access " q18, q19, [%0, #288]\n\t" \
	access " q20, q21, [%0, #320]\n\t" access " q22, q23, [%0, #352]\n\t" \
	access " q24, q25, [%0, #384]\n\t" access " q26, q27, [%0, #416]\n\t" \
	access " q28, q29, [%0, #448]\n\t" access " q30, q31, [%0, #480]"
/* clang-format on */

static inline void cpu_save_simd(struct cpu_simd *ret)
{
	asm volatile(".arch_extension fp\n\t" CPU_SIMD_ALL("stp")
		     :
		     : "r"(ret)
		     : "memory");
}

static inline void cpu_restore_simd(const struct cpu_simd *simd)
{
	asm volatile(".arch_extension fp\n\t" CPU_SIMD_ALL("ldp")
		     :
		     : "r"(simd)
		     : "memory");
}

static inline u8 cpu_read8(u64 address)
{
	u8 value;

	asm volatile("ldrb %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
	return value;
}

static inline u32 cpu_read32(u64 address)
{
	u32 value;

	asm volatile("ldr %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
	return value;
}

static inline void cpu_write8(u64 address, u8 value)
{
	asm volatile("strb %w0, [%1]" : : "r"(value), "r"(address) : "memory");
}

static inline void cpu_write32(u64 address, u32 value)
{
	asm volatile("str %w0, [%1]" : : "r"(value), "r"(address) : "memory");
}

static inline void cpu_pause(void)
{
	asm volatile("yield" : : : "memory");
}

static inline void cpu_halt(void)
{
	asm volatile("wfe" : : : "memory");
}

/* The barrier keeps the counter from being read early (Arm ARM, D11.2.2). */
static inline u64 cpu_ticks(void)
{
	u64 value;

	asm volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(value) : : "memory");
	return value;
}

/* RNDR by its encoding, which assemblers learned late. Z says "nothing". */
static inline bool cpu_random(u64 *ret)
{
	bool good;

	asm volatile("mrs %0, s3_3_c2_c4_0\n\tcset %w1, ne"
		     : "=r"(*ret), "=r"(good)
		     :
		     : "cc");
	return good;
}

static inline void cpu_clean_to_unification(u64 address)
{
	asm volatile("dc cvau, %0" : : "r"(address) : "memory");
}

static inline void cpu_invalidate_instructions(u64 address)
{
	asm volatile("ic ivau, %0" : : "r"(address) : "memory");
}

static inline void cpu_barrier_data(void)
{
	asm volatile("dsb ish" : : : "memory");
}

static inline void cpu_barrier_system(void)
{
	asm volatile("dsb sy" : : : "memory");
}

static inline void cpu_barrier_instructions(void)
{
	asm volatile("isb" : : : "memory");
}

static inline void cpu_flush_tlb(void)
{
	if (cpu_at_el2())
		asm volatile("dsb ishst\n\ttlbi alle2\n\tdsb ish\n\tisb"
			     :
			     :
			     : "memory");
	else
		asm volatile("dsb ishst\n\ttlbi vmalle1\n\tdsb ish\n\tisb"
			     :
			     :
			     : "memory");
}

/* What the table holds must be there before the table is (Arm ARM, D8.2.6). */
static inline void cpu_set_entry(u64 *entry, u64 value)
{
	asm volatile("dsb ishst\n\tstr %1, [%0]\n\tdsb ishst\n\tisb"
		     :
		     : "r"(entry), "r"(value)
		     : "memory");
}

/*
 * Break before make (Arm ARM, D8.14.1). In between what the entry maps is not
 * there, which may be the running stack: nothing but the entry is accessed.
 */
static inline void cpu_replace_entry(u64 *entry, u64 value)
{
	if (cpu_at_el2())
		asm volatile("dsb ishst\n\tstr xzr, [%0]\n\tdsb ishst\n\t"
			     "tlbi alle2\n\tdsb ish\n\tisb\n\t"
			     "str %1, [%0]\n\tdsb ishst\n\tisb"
			     :
			     : "r"(entry), "r"(value)
			     : "memory");
	else
		asm volatile("dsb ishst\n\tstr xzr, [%0]\n\tdsb ishst\n\t"
			     "tlbi vmalle1\n\tdsb ish\n\tisb\n\t"
			     "str %1, [%0]\n\tdsb ishst\n\tisb"
			     :
			     : "r"(entry), "r"(value)
			     : "memory");
}

static inline void cpu_write_vbar(u64 value)
{
	if (cpu_at_el2())
		asm volatile("msr vbar_el2, %0\n\tisb" : : "r"(value));
	else
		asm volatile("msr vbar_el1, %0\n\tisb" : : "r"(value));
}

/* clang-format off */
#define CPU_READ_EL(name)						\
	static inline u64 cpu_read_##name(void)				\
	{								\
		u64 value;						\
		if (cpu_at_el2())					\
			asm volatile("mrs %0, " #name "_el2" : "=r"(value)); \
		else							\
			asm volatile("mrs %0, " #name "_el1" : "=r"(value)); \
		return value;						\
	}

CPU_READ_EL(esr)
CPU_READ_EL(elr)
CPU_READ_EL(far)

/* Arm SMC Calling Convention, 2.6: X0 to X17 are not preserved. */
#define CPU_CALL(conduit)						\
	static inline u64 cpu_##conduit(u64 function)			\
	{								\
		register u64 x0 asm("x0") = function;			\
		asm volatile(#conduit " #0"				\
			     : "+r"(x0)					\
			     :						\
			     : "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", \
			       "x9", "x10", "x11", "x12", "x13", "x14", "x15", \
			       "x16", "x17", "memory");			\
		return x0;						\
	}

CPU_CALL(smc)
CPU_CALL(hvc)
/* clang-format on */

#endif /* __ASSEMBLER__ */
#endif /* ARCH_ARM64_CPU_H */
