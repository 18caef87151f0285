/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine of the emulator's unit tests with less memory, as a fuzzer
 * switches it on a thousand times a second.
 */
#ifndef TESTS_FUZZ_EMULATOR_H
#define TESTS_FUZZ_EMULATOR_H

#define MACHINE_SIZE 0x100000ULL

#include "../unit/emulator/machine.h"
#include "fuzz.h"

/* Reads an input from its start; zeros when it is used up. */
struct input {
	const u8 *data;
	size_t left;
};

/**
 * input_u8() - next byte
 * @input: the input
 *
 * Return: the byte
 */
u8 input_u8(struct input *input);

/**
 * input_u64() - next little-endian number
 * @input: the input
 * @bytes: how many of its bytes the input has, 8 at most
 *
 * Return: the number
 */
u64 input_u64(struct input *input, unsigned int bytes);

/**
 * machine_has() - does the machine have memory in all of a range?
 * @address: first byte
 * @size: bytes
 *
 * Return: true when it does
 */
bool machine_has(u64 address, u64 size);

/**
 * machine_boot() - the emulator in a state to serve a payload
 */
void machine_boot(void);

#endif /* TESTS_FUZZ_EMULATOR_H */
