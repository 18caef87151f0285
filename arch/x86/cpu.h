/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The instructions that C has no words for, one function each, so that a unit
 * test can put its own in their place: by macros, after including this header.
 */
#ifndef ARCH_X86_CPU_H
#define ARCH_X86_CPU_H

#include <kexec_pe/types.h>

#define CPU_CR0_WP BIT_ULL(16)
#define CPU_CR4_LA57 BIT_ULL(12)
#define CPU_MSR_EFER 0xc0000080U
#define CPU_EFER_NXE BIT_ULL(11)

/* CPUID leaves and bits (Intel SDM volume 2, CPUID; AMD APM volume 3, E). */
#define CPU_LEAF_FEATURES 1U
#define CPU_FEATURES_ECX_RDRAND BIT(30)
#define CPU_LEAF_STRUCTURED 7U
#define CPU_STRUCTURED_EBX_SHA BIT(29)
#define CPU_LEAF_EXTENDED 0x80000001U
#define CPU_EXTENDED_EDX_NX BIT(20)
#define CPU_EXTENDED_EDX_GIB_PAGES BIT(26)

struct cpu_leaf {
	u32 eax, ebx, ecx, edx;
};

/* What lidt and lgdt take. */
struct cpu_table {
	u16 limit;
	u64 base;
} __packed;

static inline struct cpu_leaf cpu_id(u32 leaf)
{
	struct cpu_leaf ret;

	asm volatile("cpuid"
		     : "=a"(ret.eax), "=b"(ret.ebx), "=c"(ret.ecx),
		       "=d"(ret.edx)
		     : "a"(leaf), "c"(0));
	return ret;
}

/* What FXSAVE stores, XMM registers among it (Intel SDM volume 1, 10.5.1). */
struct cpu_simd {
	u8 bytes[512];
} __aligned(16);

static inline void cpu_save_simd(struct cpu_simd *ret)
{
	asm volatile("fxsave64 %0" : "=m"(*ret));
}

static inline void cpu_restore_simd(const struct cpu_simd *simd)
{
	asm volatile("fxrstor64 %0" : : "m"(*simd));
}

static inline u8 cpu_in8(u16 port)
{
	u8 value;

	asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline void cpu_out8(u16 port, u8 value)
{
	asm volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline u8 cpu_read8(u64 address)
{
	u8 value;

	asm volatile("movb (%1), %0" : "=q"(value) : "r"(address) : "memory");
	return value;
}

static inline u32 cpu_read32(u64 address)
{
	u32 value;

	asm volatile("movl (%1), %0" : "=r"(value) : "r"(address) : "memory");
	return value;
}

static inline void cpu_write8(u64 address, u8 value)
{
	asm volatile("movb %0, (%1)" : : "q"(value), "r"(address) : "memory");
}

static inline void cpu_write32(u64 address, u32 value)
{
	asm volatile("movl %0, (%1)" : : "r"(value), "r"(address) : "memory");
}

static inline void cpu_pause(void)
{
	asm volatile("pause" : : : "memory");
}

static inline void cpu_halt(void)
{
	asm volatile("cli; hlt" : : : "memory");
}

static inline u64 cpu_ticks(void)
{
	u32 low, high;

	asm volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (u64)high << 32 | low;
}

/* Returns false when the generator had nothing to give. */
static inline bool cpu_random(u64 *ret)
{
	bool good;

	asm volatile("rdrand %0; setc %1" : "=r"(*ret), "=qm"(good) : : "cc");
	return good;
}

static inline u64 cpu_read_cr0(void)
{
	u64 value;

	asm volatile("movq %%cr0, %0" : "=r"(value) : : "memory");
	return value;
}

static inline void cpu_write_cr0(u64 value)
{
	asm volatile("movq %0, %%cr0" : : "r"(value) : "memory");
}

static inline u64 cpu_read_cr2(void)
{
	u64 value;

	asm volatile("movq %%cr2, %0" : "=r"(value) : : "memory");
	return value;
}

static inline u64 cpu_read_cr3(void)
{
	u64 value;

	asm volatile("movq %%cr3, %0" : "=r"(value) : : "memory");
	return value;
}

static inline void cpu_write_cr3(u64 value)
{
	asm volatile("movq %0, %%cr3" : : "r"(value) : "memory");
}

static inline u64 cpu_read_cr4(void)
{
	u64 value;

	asm volatile("movq %%cr4, %0" : "=r"(value) : : "memory");
	return value;
}

static inline u64 cpu_read_msr(u32 msr)
{
	u32 low, high;

	asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr) : "memory");
	return (u64)high << 32 | low;
}

static inline void cpu_write_msr(u32 msr, u64 value)
{
	asm volatile("wrmsr"
		     :
		     : "c"(msr), "a"((u32)value), "d"((u32)(value >> 32))
		     : "memory");
}

static inline void cpu_load_idt(const struct cpu_table *table)
{
	asm volatile("lidt %0" : : "m"(*table) : "memory");
}

static inline void cpu_breakpoint(void)
{
	asm volatile("int3" : : : "memory");
}

#endif /* ARCH_X86_CPU_H */
