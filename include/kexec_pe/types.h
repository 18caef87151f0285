/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Integer types and small helpers that every room shares: the kernel handler,
 * the freestanding emulator and the programs of user space.
 */
#ifndef KEXEC_PE_TYPES_H
#define KEXEC_PE_TYPES_H

#ifdef __KERNEL__

#include <linux/array_size.h>
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>

#else

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;

#define __packed __attribute__((packed))
#define __aligned(n) __attribute__((aligned(n)))
#define __printf(string, first) __attribute__((format(printf, string, first)))
#define __noreturn __attribute__((noreturn))
#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#ifndef __section
#define __section(name) __attribute__((section(name)))
#endif
#define BIT(n) (1UL << (n))
#define BIT_ULL(n) (1ULL << (n))
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#ifndef static_assert
#define static_assert _Static_assert
#endif
#define fallthrough __attribute__((__fallthrough__))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#endif /* __KERNEL__ */

/* The page of every table, map and segment here: EFI's, whatever K1 uses. */
#define KPE_PAGE_SHIFT 12
#define KPE_PAGE_SIZE 4096UL
#define KPE_PAGE_MASK (~(KPE_PAGE_SIZE - 1))

#endif /* KEXEC_PE_TYPES_H */
