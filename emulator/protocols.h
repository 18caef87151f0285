/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The half of the emulator that has handles, events, images and protocols:
 * its state, and what the core calls.
 */
#ifndef EMULATOR_PROTOCOLS_H
#define EMULATOR_PROTOCOLS_H

#include <emulator/device_path.h>
#include <emulator/events.h>
#include <emulator/handles.h>
#include <emulator/image.h>
#include <emulator/locate.h>
#include <emulator/object.h>
#include <emulator/protocol/load_file2.h>
#include <emulator/protocol/rng.h>
#include <emulator/protocol/tcg2.h>
#include <emulator/protocol/text_input.h>
#include <emulator/protocol/text_output.h>
#include <kexec_pe/efi.h>

/* State of handles.c, events.c, image.c and protocol/, zero at the start. */
struct protocols {
	efi_handle_t payload; /* image handle of the payload */
	efi_handle_t root; /* protocols of no device, loader of the payload */
	struct objects objects;
	struct handles handles;
	struct events events;
	struct images images;
	struct load_file2 load_file2;
	struct rng rng;
	struct tcg2 tcg2; /* where there is emu.measurement */
	struct text_input text_input;
	struct text_output text_output;
};

/**
 * protocols_start() - make the handles and protocols that the payload finds
 *
 * Called once, when memory, variables and tables work. Sets the six console
 * members of emu.systab; the caller seals the table.
 */
void protocols_start(void);

/**
 * image_payload_start() - give the payload of the handoff its handle
 *
 * Sets emu.protocols.payload. Panics when there is no memory.
 */
void image_payload_start(void);

/**
 * image_run_payload() - enter the payload of the handoff
 *
 * Its LoadedImage has a DeviceHandle and the LoadOptions of the handoff.
 *
 * Return: what the payload returned or gave to Exit()
 */
efi_status_t image_run_payload(void);

/**
 * events_before_exit_boot() - signal EFI_EVENT_GROUP_BEFORE_EXIT_BOOT_SERVICES
 *
 * Each event of the group once, whatever number of times ExitBootServices is
 * tried (UEFI 2.10, 7.4.6).
 */
void events_before_exit_boot(void);

/**
 * events_exit_boot() - stop timers, signal EFI_EVENT_GROUP_EXIT_BOOT_SERVICES
 *
 * The map key was right: from here on there is no way back.
 */
void events_exit_boot(void);

#endif /* EMULATOR_PROTOCOLS_H */
