/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the checks around ExitBootServices leave for those after it.
 */
#ifndef TESTS_EFI_SELFTEST_EXIT_H
#define TESTS_EFI_SELFTEST_EXIT_H

#include "map.h"

struct leftover {
	struct map map; /* the map whose key was accepted */
	UINTN address_changes; /* how often that event was notified */
	UINT32 fingerprint; /* of the firmware's variables */
	UINTN variables; /* their number */
};

/**
 * exit_leftover() - the one instance
 *
 * Return: the leftover, writable
 */
struct leftover *exit_leftover(void);

#endif /* TESTS_EFI_SELFTEST_EXIT_H */
