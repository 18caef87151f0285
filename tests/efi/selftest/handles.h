/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Made-up protocols, handles and device paths that several files test with.
 */
#ifndef TESTS_EFI_SELFTEST_HANDLES_H
#define TESTS_EFI_SELFTEST_HANDLES_H

#include "selftest.h"

/* A vendor-defined media path, as Linux and systemd-stub use them. */
struct vendor_path {
	VENDOR_DEVICE_PATH vendor;
	EFI_DEVICE_PATH end;
} __packed;

#define VENDOR_PATH(...)                                 \
	{                                                \
		{ { MEDIA_DEVICE_PATH,                   \
		    MEDIA_VENDOR_DP,                     \
		    { sizeof(VENDOR_DEVICE_PATH), 0 } }, \
		  __VA_ARGS__ },                         \
			PATH_END                         \
	}
#define PATH_END                                                      \
	{                                                             \
		END_DEVICE_PATH_TYPE, END_ENTIRE_DEVICE_PATH_SUBTYPE, \
		{                                                     \
			sizeof(EFI_DEVICE_PATH), 0                    \
		}                                                     \
	}

#define LOAD_FILE2_GUID                                                \
	{                                                              \
		0x4006c0c1, 0xfcb3, 0x403e,                            \
		{                                                      \
			0x99, 0x6d, 0x4a, 0x6c, 0x87, 0x24, 0xe0, 0x6d \
		}                                                      \
	}

/* Protocols that no firmware has. */
extern EFI_GUID guid_a, guid_b, guid_c, guid_none;
extern EFI_GUID device_path_guid;

/**
 * handle_with() - a new handle with one protocol
 * @st: the self-test
 * @guid: the protocol
 * @interface: its interface, may be NULL
 *
 * Return: the handle, or NULL after making the check fail
 */
EFI_HANDLE handle_with(struct selftest *st, EFI_GUID *guid, void *interface);

/**
 * handle_without() - take a protocol off a handle; failing fails the check
 * @st: the self-test
 * @handle: the handle, ignored when NULL
 * @guid: the protocol
 * @interface: its interface
 */
void handle_without(struct selftest *st, EFI_HANDLE handle, EFI_GUID *guid,
		    void *interface);

/**
 * no_handle() - something that is not a handle, yet can be read
 *
 * Return: pointer to zeroes
 */
EFI_HANDLE no_handle(void);

/**
 * path_of() - a vendor path as the type that services want
 * @path: the path
 *
 * Return: the same address
 */
EFI_DEVICE_PATH *path_of(struct vendor_path *path);

#endif /* TESTS_EFI_SELFTEST_HANDLES_H */
