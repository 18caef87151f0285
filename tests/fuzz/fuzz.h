/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What fuzz targets share: the entry point that libFuzzer and replay.c call,
 * and a check that no build leaves out.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <kexec_pe/types.h>

/* A broken promise is a crash: libFuzzer then keeps the input. */
#define FUZZ_CHECK(x)                     \
	do {                              \
		if (!(x))                 \
			__builtin_trap(); \
	} while (0)

/**
 * LLVMFuzzerTestOneInput() - try one input
 * @data: the input, @size bytes
 * @size: its size in bytes
 *
 * Return: 0
 */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#endif /* TESTS_FUZZ_FUZZ_H */
