/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What holds in the emulator between any two calls of its services.
 */
#ifndef TESTS_FUZZ_INVARIANTS_H
#define TESTS_FUZZ_INVARIANTS_H

#include "emulator.h"

/* What is compared with the state before a call. */
struct before {
	u64 key;
	u32 count;
	struct region regions[REGION_MAX];
};

/**
 * invariants_boot() - note what no call may change
 */
void invariants_boot(void);

/**
 * invariants_note() - remember the state before a call
 * @before: where to
 */
void invariants_note(struct before *before);

/**
 * invariants_check() - check the state after a call; a breach traps
 * @before: the state before it
 * @transient: the service may have allocated and freed, so that the key may
 *             move without a change that is left to see
 */
void invariants_check(const struct before *before, bool transient);

#endif /* TESTS_FUZZ_INVARIANTS_H */
