// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Caches: the compiler knows what this processor needs.
 */
#include <arch/host/child.h>

void arch_cache_sync(const void *start, u64 size)
{
	__builtin___clear_cache((char *)start, (char *)start + size);
}
