/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The image inside the self-test, as a file in memory.
 */
#ifndef TESTS_EFI_SELFTEST_CHILDREN_H
#define TESTS_EFI_SELFTEST_CHILDREN_H

#include "child.h"
#include "selftest.h"

/*
 * The bytes lie in the PE section ".linux": so a loader that vouches for the
 * inner kernel of a UKI vouches for this image as well.
 */
extern const UINT8 child_file[] __attribute__((visibility("hidden")));
extern const UINT8 child_file_end[] __attribute__((visibility("hidden")));
#define child_file_size ((UINTN)(child_file_end - child_file))

/**
 * child_copy() - a copy of the file that can be changed
 * @st: the self-test
 *
 * Return: child_file_size bytes from the pool, the caller's; NULL after
 *         making the check fail
 */
UINT8 *child_copy(struct selftest *st);

/**
 * child_machine() - the header field that says which machine it is for
 * @file: a copy of the file
 *
 * Return: IMAGE_FILE_HEADER.Machine
 */
UINT16 *child_machine(UINT8 *file);

/**
 * child_subsystem() - the header field that tells applications from drivers
 * @file: a copy of the file
 *
 * Return: IMAGE_OPTIONAL_HEADER64.Subsystem
 */
UINT16 *child_subsystem(UINT8 *file);

#endif /* TESTS_EFI_SELFTEST_CHILDREN_H */
