/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What tests of the emulator's core set and see of its other half.
 */
#ifndef TESTS_UNIT_EMULATOR_STUBS_H
#define TESTS_UNIT_EMULATOR_STUBS_H

#include <kexec_pe/efi.h>

struct stubs {
	efi_status_t (*payload)(void); /* what image_run_payload() calls */
	u32 before_exit_boot; /* calls of events_before_exit_boot() */
	u32 exit_boot; /* calls of events_exit_boot() */
};

extern struct stubs stubs;

#endif /* TESTS_UNIT_EMULATOR_STUBS_H */
