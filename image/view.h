/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one bounds-checked accessor: no parser touches a byte of a file but
 * through a view, and no view reaches past the bytes it was made from.
 */
#ifndef IMAGE_VIEW_H
#define IMAGE_VIEW_H

#include <kexec_pe/checked.h>
#include <kexec_pe/types.h>

struct view {
	const u8 *base;
	u64 size;
};

/**
 * view_at() - the bytes of a range, if the view has them
 * @view: the view
 * @offset: first byte
 * @length: number of bytes
 *
 * Return: pointer to the first byte, or NULL when any byte lies outside
 */
static inline const u8 *view_at(const struct view *view, u64 offset, u64 length)
{
	if (!view->base || !range_inside(offset, length, 0, view->size))
		return NULL;
	return view->base + offset;
}

/**
 * view_cut() - a view of a part of a view
 * @view: the whole
 * @offset: first byte of the part
 * @length: number of bytes
 * @ret: the part; untouched after a failure
 *
 * Return: true when the part lies inside the whole
 */
static inline bool view_cut(const struct view *view, u64 offset, u64 length,
			    struct view *ret)
{
	const u8 *base = view_at(view, offset, length);

	if (!base)
		return false;
	ret->base = base;
	ret->size = length;
	return true;
}

/**
 * view_u16() - read a little-endian 16-bit integer, aligned or not
 * @view: the view
 * @offset: of its first byte
 * @ret: the value; untouched after a failure
 *
 * Return: true when both bytes lie inside the view
 */
static inline bool view_u16(const struct view *view, u64 offset, u16 *ret)
{
	const u8 *p = view_at(view, offset, sizeof(*ret));

	if (!p)
		return false;
	*ret = (u16)(p[0] | p[1] << 8);
	return true;
}

/**
 * view_u32() - read a little-endian 32-bit integer, aligned or not
 * @view: the view
 * @offset: of its first byte
 * @ret: the value; untouched after a failure
 *
 * Return: true when all bytes lie inside the view
 */
static inline bool view_u32(const struct view *view, u64 offset, u32 *ret)
{
	const u8 *p = view_at(view, offset, sizeof(*ret));

	if (!p)
		return false;
	*ret = (u32)p[0] | (u32)p[1] << 8 | (u32)p[2] << 16 | (u32)p[3] << 24;
	return true;
}

/**
 * view_u64() - read a little-endian 64-bit integer, aligned or not
 * @view: the view
 * @offset: of its first byte
 * @ret: the value; untouched after a failure
 *
 * Return: true when all bytes lie inside the view
 */
static inline bool view_u64(const struct view *view, u64 offset, u64 *ret)
{
	u32 low, high;
	u64 next;

	if (!checked_add(offset, sizeof(low), &next) ||
	    !view_u32(view, offset, &low) || !view_u32(view, next, &high))
		return false;
	*ret = (u64)high << 32 | low;
	return true;
}

#endif /* IMAGE_VIEW_H */
