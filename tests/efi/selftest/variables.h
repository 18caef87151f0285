/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Variables that the self-test sets before ExitBootServices and looks for
 * afterwards.
 */
#ifndef TESTS_EFI_SELFTEST_VARIABLES_H
#define TESTS_EFI_SELFTEST_VARIABLES_H

#include "selftest.h"

#define VARIABLE_BS EFI_VARIABLE_BOOTSERVICE_ACCESS
#define VARIABLE_BS_RT \
	(EFI_VARIABLE_BOOTSERVICE_ACCESS | EFI_VARIABLE_RUNTIME_ACCESS)
#define VARIABLE_NV_BS_RT (VARIABLE_BS_RT | EFI_VARIABLE_NON_VOLATILE)

#define VARIABLE_BOOT_ONLY L"SelfTestBootOnly"
#define VARIABLE_RUNTIME L"SelfTestRuntime"
#define VARIABLE_RUNTIME_VALUE "seen at run time"

extern EFI_GUID variable_guid;

/**
 * variable_get() - GetVariable of one of our variables
 * @st: the self-test
 * @name: its name
 * @attributes: what attributes it has, or NULL
 * @data: where to
 * @size: room in bytes, and how many were there
 *
 * Return: status of GetVariable
 */
EFI_STATUS variable_get(struct selftest *st, const CHAR16 *name,
			UINT32 *attributes, void *data, UINTN *size);

/**
 * variable_find() - enumerate all variables, looking for one of ours
 * @st: the self-test
 * @name: its name
 * @ret_count: how many variables there are
 *
 * A service that breaks its contract makes the check fail.
 *
 * Return: how often it was seen
 */
UINTN variable_find(struct selftest *st, const CHAR16 *name, UINTN *ret_count);

/**
 * variable_fingerprint() - all variables that an OS sees, but for ours
 * @st: the self-test
 * @ret_count: how many there are
 *
 * Return: a sum over their names, attributes and contents, in any order
 */
UINT32 variable_fingerprint(struct selftest *st, UINTN *ret_count);

#endif /* TESTS_EFI_SELFTEST_VARIABLES_H */
