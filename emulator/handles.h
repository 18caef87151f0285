/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The handle database (UEFI 2.10, 7.3): what handles.c, open_protocol.c,
 * locate.c and protocol_notify.c share, and what protocols are made with.
 */
#ifndef EMULATOR_HANDLES_H
#define EMULATOR_HANDLES_H

#include <emulator/list.h>
#include <kexec_pe/efi.h>

struct handle {
	struct list link;
	struct list protocols; /* struct protocol, in order of installation */
};

struct protocol {
	struct list link;
	struct list opens; /* struct open */
	struct efi_guid guid;
	void *interface; /* as installed */
	void *presented; /* as others see it, see load_file2_wrap() */
	u64 sequence; /* installations are numbered, for notifications */
	bool doomed; /* UninstallMultiple is about to remove it */
};

/* One OpenProtocol that was not closed. */
struct open {
	struct list link;
	efi_handle_t agent;
	efi_handle_t controller;
	u32 attributes;
	u32 count;
};

/* One RegisterProtocolNotify; its address is the registration. */
struct notify {
	struct list link;
	struct efi_guid guid;
	efi_event_t event;
	u64 position; /* sequence of the last protocol that was located */
};

struct handles {
	struct list list; /* struct handle, in order of creation */
	struct list notifies; /* struct notify */
	u64 sequence; /* of the last installation */
};

/**
 * handle_find() - is this a handle?
 * @handle: a payload's idea of a handle; not dereferenced
 *
 * Return: the handle, NULL when there is none such (any more)
 */
struct handle *handle_find(efi_handle_t handle);

/**
 * handle_protocol() - a protocol of a handle
 * @handle: a valid handle
 * @guid: the protocol
 *
 * Return: the protocol, NULL when the handle does not have it
 */
struct protocol *handle_protocol(const struct handle *handle,
				 const struct efi_guid *guid);

/**
 * handle_interface() - what HandleProtocol would find
 * @handle: any handle, checked
 * @guid: the protocol
 *
 * Return: the interface, NULL when there is none
 */
void *handle_interface(efi_handle_t handle, const struct efi_guid *guid);

/**
 * handle_install() - install a protocol and notify who waits for it
 * @handle: in: the handle, NULL for a new one; out: the new one
 * @guid: the protocol
 * @interface: its interface, may be NULL; lives until uninstalled
 *
 * Return: EFI_SUCCESS; EFI_INVALID_PARAMETER for a stale handle, or one that
 *         has the protocol; EFI_OUT_OF_RESOURCES. Nothing changes then.
 */
efi_status_t handle_install(efi_handle_t *handle, const struct efi_guid *guid,
			    void *interface);

/**
 * handle_uninstall() - uninstall a protocol, and the handle with its last one
 * @handle: the handle
 * @guid: the protocol
 * @interface: its interface
 *
 * Return: EFI_SUCCESS; EFI_INVALID_PARAMETER for a stale handle;
 *         EFI_NOT_FOUND; EFI_ACCESS_DENIED while an agent uses it
 */
efi_status_t handle_uninstall(efi_handle_t handle, const struct efi_guid *guid,
			      void *interface);

/**
 * handle_remove() - remove a protocol, whoever uses it
 * @handle: a valid handle; freed with its last protocol
 * @protocol: one of its protocols; freed
 */
void handle_remove(struct handle *handle, struct protocol *protocol);

/**
 * protocol_matches() - is this the interface of a protocol?
 * @protocol: the protocol
 * @interface: as installed, or as HandleProtocol returned it
 *
 * Return: true when it is
 */
bool protocol_matches(const struct protocol *protocol, const void *interface);

/* open_protocol.c */

/**
 * protocol_in_use() - would removing a protocol pull it from under an agent?
 * @protocol: the protocol
 *
 * Return: true when a driver has it, or somebody has it exclusively
 */
bool protocol_in_use(const struct protocol *protocol);

/**
 * protocol_close_all() - forget who opened a protocol
 * @protocol: the protocol
 */
void protocol_close_all(struct protocol *protocol);

/**
 * open_close_agent() - close whatever an agent has open
 * @agent: its handle
 */
void open_close_agent(efi_handle_t agent);

/* protocol_notify.c */

/**
 * notify_installed() - signal the events of those who wait for a protocol
 * @guid: the protocol, installed already
 */
void notify_installed(const struct efi_guid *guid);

/**
 * notify_forget() - an event is closed: forget its registrations
 * @event: the event
 */
void notify_forget(efi_event_t event);

/**
 * notify_next() - first handle that a registration did not locate yet
 * @registration: a payload's registration; not dereferenced unless valid
 * @ret_notify: the registration
 * @ret_protocol: the protocol; the caller moves notify->position to it
 *
 * Return: the handle; NULL when there is none, or no such registration (then
 *         @ret_notify is NULL too)
 */
struct handle *notify_next(const void *registration, struct notify **ret_notify,
			   struct protocol **ret_protocol);

#endif /* EMULATOR_HANDLES_H */
