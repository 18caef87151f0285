// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AArch64 in a process, at EL0: what a payload at EL1 may do besides is either
 * allowed there by Linux (identification registers, cache maintenance by
 * address, the counter) or carried out here.
 */
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

#include <arch/host/child.h>
#include <arch/host/processor.h>

/* A64 instructions of the Arm ARM, C5 and C6; bits 0 to 4 are a register. */
#define REGISTER_MASK 0x1fU
#define REGISTER_ZERO 31
#define IC_IALLU 0xd508751f
#define IC_IALLUIS 0xd508711f
#define MRS_CURRENTEL 0xd5384240
#define MRS_SCTLR_EL1 0xd5381000
#define MRS_CLIDR_EL1 0xd5390020
#define WFI 0xd503207f

#define CURRENTEL_EL1 4
/* As the emulator leaves it: RES1, and I, C and M. */
#define SCTLR 0x30d01805

/* Two levels of caches, to be cleaned as CTR_EL0 says. */
#define CLIDR 0x0a200023

const char *host_register_name(u32 index)
{
	static const char *const names[] = {
		"x0",  "x1",  "x2",  "x3",  "x4",  "x5",  "x6",	 "x7",
		"x8",  "x9",  "x10", "x11", "x12", "x13", "x14", "x15",
		"x16", "x17", "x18", "x19", "x20", "x21", "x22", "x23",
		"x24", "x25", "x26", "x27", "x28", "x29", "x30", "sp",
	};

	if (index == HOST_REGISTER_PC)
		return "pc";
	if (index == HOST_REGISTER_FLAGS)
		return "pstate";
	return index < ARRAY_SIZE(names) ? names[index] : NULL;
}

static const char *fault_name(int number)
{
	switch (number) {
	case SIGFPE:
		return "arithmetic exception";
	case SIGILL:
		return "undefined instruction";
	case SIGTRAP:
		return "breakpoint or debug exception";
	case SIGSEGV:
		return "abort";
	default:
		return "bus error";
	}
}

void processor_describe(int number, const siginfo_t *info, const void *context,
			struct host_fault *ret)
{
	const mcontext_t *native = &((const ucontext_t *)context)->uc_mcontext;
	u32 i;

	for (i = 0; i < REGISTER_ZERO; i++)
		ret->registers.general[i] = native->regs[i];
	ret->registers.general[REGISTER_ZERO] = native->sp;
	ret->registers.sp = native->sp;
	ret->registers.pc = native->pc;
	ret->registers.flags = native->pstate;
	if (number == SIGSEGV || number == SIGBUS)
		ret->address = (u64)(uintptr_t)info->si_addr;
	strcpy(ret->name, fault_name(number));
}

/* At EL0 only IC IVAU is there: of all that the payload may have written. */
static void invalidate_all(void)
{
	u32 i;

	for (i = 0; i < emu.map.count; i++) {
		const struct region *region = &emu.map.regions[i];
		u64 size = region->pages << EFI_PAGE_SHIFT;

		if (region->type == EFI_LOADER_CODE &&
		    arena_readable(region->start, size) == size)
			arch_cache_sync((const void *)region->start, size);
	}
}

/* MRS: what a register of the system holds. */
static bool read_system(u32 word, u64 *ret, const char **ret_name)
{
	switch (word & ~REGISTER_MASK) {
	case MRS_CURRENTEL:
		*ret_name = "mrs currentel";
		*ret = CURRENTEL_EL1;
		return true;
	case MRS_SCTLR_EL1:
		*ret_name = "mrs sctlr_el1";
		*ret = SCTLR;
		return true;
	case MRS_CLIDR_EL1:
		*ret_name = "mrs clidr_el1";
		*ret = CLIDR;
		return true;
	default:
		return false;
	}
}

enum processor_result processor_emulate(int number, void *context,
					const char **ret_name)
{
	mcontext_t *native = &((ucontext_t *)context)->uc_mcontext;
	u32 word;
	u64 value;

	if (number != SIGILL ||
	    arena_readable(native->pc, sizeof(word)) != sizeof(word))
		return PROCESSOR_NO;
	memcpy(&word, (const void *)native->pc, sizeof(word));
	if (word == WFI) {
		*ret_name = "wfi";
		return PROCESSOR_HALT;
	}
	if (word == IC_IALLU || word == IC_IALLUIS) {
		*ret_name = "ic iallu";
		invalidate_all();
	} else if (!read_system(word, &value, ret_name)) {
		return PROCESSOR_NO;
	} else if ((word & REGISTER_MASK) != REGISTER_ZERO) {
		native->regs[word & REGISTER_MASK] = value;
	}
	native->pc += sizeof(word);
	return PROCESSOR_DONE;
}

void processor_start(void)
{
}

void processor_run(u64 stack, void (*function)(void))
{
	asm volatile("mov	sp, %0\n\t"
		     "mov	x29, xzr\n\t"
		     "blr	%1\n\t"
		     "udf	#0" ::"r"(stack),
		     "r"(function)
		     : "memory");
	__builtin_unreachable();
}
