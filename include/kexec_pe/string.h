/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The four memory functions that all code may call, wherever it runs: the
 * kernel's own, those of the embedded image, or the C library's.
 */
#ifndef KEXEC_PE_STRING_H
#define KEXEC_PE_STRING_H

#ifdef __KERNEL__
#include <linux/string.h>
#elif __STDC_HOSTED__
#include <string.h>
#else

#include <kexec_pe/types.h>

/**
 * memcpy() - copy bytes between buffers that do not overlap
 * @to: destination, @size bytes
 * @from: source, @size bytes
 * @size: number of bytes
 *
 * Return: @to
 */
void *memcpy(void *to, const void *from, size_t size);

/**
 * memmove() - copy bytes between buffers that may overlap
 * @to: destination, @size bytes
 * @from: source, @size bytes
 * @size: number of bytes
 *
 * Return: @to
 */
void *memmove(void *to, const void *from, size_t size);

/**
 * memset() - fill a buffer with one byte
 * @to: the buffer, @size bytes
 * @byte: its low 8 bits are stored
 * @size: number of bytes
 *
 * Return: @to
 */
void *memset(void *to, int byte, size_t size);

/**
 * memcmp() - compare two buffers as unsigned bytes
 * @a: first buffer, @size bytes
 * @b: second buffer, @size bytes
 * @size: number of bytes
 *
 * Return: 0 when equal, else less or more than 0 as the first differing byte
 */
int memcmp(const void *a, const void *b, size_t size);

#endif /* __KERNEL__ */
#endif /* KEXEC_PE_STRING_H */
