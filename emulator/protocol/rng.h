/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random numbers for the payload: seeds, KASLR, stack guards.
 */
#ifndef EMULATOR_PROTOCOL_RNG_H
#define EMULATOR_PROTOCOL_RNG_H

#include <kexec_pe/efi.h>

struct rng {
	struct efi_rng protocol;
	u8 key[32]; /* replaced after every use */
};

/**
 * rng_start() - seed the generator from the handoff and the processor
 *
 * Return: interface to install
 */
struct efi_rng *rng_start(void);

#endif /* EMULATOR_PROTOCOL_RNG_H */
