// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Instruction fetch sees every earlier store on x86 (Intel SDM volume 3,
 * 12.6): only the compiler has to be told.
 */
#include <emulator/arch.h>

void arch_cache_sync(const void *start, u64 size)
{
	asm volatile("" : : "r"(start), "r"(size) : "memory");
}
