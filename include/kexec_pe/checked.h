/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checked arithmetic: the only way in which two sizes, offsets or addresses
 * that come from a file, a payload or a firmware may meet.
 */
#ifndef KEXEC_PE_CHECKED_H
#define KEXEC_PE_CHECKED_H

#include <kexec_pe/types.h>

/**
 * checked_add() - add two sizes
 * @a: first operand
 * @b: second operand
 * @ret: where the sum goes; undefined after a failure
 *
 * Return: true when the sum fits in 64 bits
 */
static inline bool checked_add(u64 a, u64 b, u64 *ret)
{
	return !__builtin_add_overflow(a, b, ret);
}

/**
 * checked_mul() - multiply two sizes
 * @a: first operand
 * @b: second operand
 * @ret: where the product goes; undefined after a failure
 *
 * Return: true when the product fits in 64 bits
 */
static inline bool checked_mul(u64 a, u64 b, u64 *ret)
{
	return !__builtin_mul_overflow(a, b, ret);
}

/**
 * checked_align() - round a size up to a power of two
 * @value: the size
 * @align: a power of two
 * @ret: where the rounded size goes; undefined after a failure
 *
 * Return: true when the rounded size fits in 64 bits
 */
static inline bool checked_align(u64 value, u64 align, u64 *ret)
{
	if (!checked_add(value, align - 1, ret))
		return false;
	*ret &= ~(align - 1);
	return true;
}

/**
 * range_inside() - does [start, start + size) lie in [low, low + span)?
 * @start: first byte of the inner range
 * @size: length of the inner range in bytes
 * @low: first byte of the outer range
 * @span: length of the outer range in bytes
 *
 * Return: true when it does; false also when either range wraps
 */
static inline bool range_inside(u64 start, u64 size, u64 low, u64 span)
{
	u64 end, high;

	return checked_add(start, size, &end) &&
	       checked_add(low, span, &high) && start >= low && end <= high;
}

#endif /* KEXEC_PE_CHECKED_H */
