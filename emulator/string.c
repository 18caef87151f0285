// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The four memory functions that compilers call on their own; only in the
 * embedded image, a process has its C library's.
 */
#include <kexec_pe/string.h>
#include <kexec_pe/types.h>

/* Words at any address: normal memory, mapped, on both architectures. */
typedef u64 __aligned(1) __attribute__((may_alias)) word_t;

/* Keeps a compiler from seeing memcpy() in memcpy(). */
#define hide(pointer) asm volatile("" : "+r"(pointer))

static void copy_up(u8 *to, const u8 *from, size_t size)
{
	for (; size >= 4 * sizeof(word_t); size -= 4 * sizeof(word_t)) {
		u64 a = ((const word_t *)from)[0],
		    b = ((const word_t *)from)[1];
		u64 c = ((const word_t *)from)[2],
		    d = ((const word_t *)from)[3];

		((word_t *)to)[0] = a;
		((word_t *)to)[1] = b;
		((word_t *)to)[2] = c;
		((word_t *)to)[3] = d;
		to += 4 * sizeof(word_t);
		from += 4 * sizeof(word_t);
		hide(to);
	}
	for (; size; size--) {
		*to++ = *from++;
		hide(to);
	}
}

static void copy_down(u8 *to, const u8 *from, size_t size)
{
	for (; size >= sizeof(word_t); size -= sizeof(word_t)) {
		*(word_t *)(to + size - sizeof(word_t)) =
			*(const word_t *)(from + size - sizeof(word_t));
		hide(to);
	}
	while (size--) {
		to[size] = from[size];
		hide(to);
	}
}

void *memmove(void *to, const void *from, size_t size)
{
	if ((u64)to - (u64)from >= size)
		copy_up(to, from, size);
	else
		copy_down(to, from, size);
	return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
	copy_up(to, from, size);
	return to;
}

void *memset(void *to, int byte, size_t size)
{
	u64 word = 0x0101010101010101ULL * (u8)byte;
	u8 *at = to;

	for (; size >= 2 * sizeof(word_t); size -= 2 * sizeof(word_t)) {
		((word_t *)at)[0] = word;
		((word_t *)at)[1] = word;
		at += 2 * sizeof(word_t);
		hide(at);
	}
	for (; size; size--) {
		*at++ = (u8)byte;
		hide(at);
	}
	return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const u8 *x = a, *y = b;

	for (; size; size--, x++, y++) {
		if (*x != *y)
			return *x - *y;
		hide(x);
	}
	return 0;
}
