/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Time as arch_ticks() counts it.
 */
#ifndef EMULATOR_TIME_H
#define EMULATOR_TIME_H

#include <kexec_pe/types.h>

/**
 * time_ticks() - a time in ticks of arch_ticks()
 * @microseconds: at most an hour
 *
 * Where K1 did not know the frequency, more ticks than any processor has.
 *
 * Return: number of ticks
 */
u64 time_ticks(u64 microseconds);

#endif /* EMULATOR_TIME_H */
