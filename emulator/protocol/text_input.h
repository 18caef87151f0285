/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A keyboard that nobody touches: kexec has no user in front of it.
 */
#ifndef EMULATOR_PROTOCOL_TEXT_INPUT_H
#define EMULATOR_PROTOCOL_TEXT_INPUT_H

#include <kexec_pe/efi.h>

struct event;

struct text_input {
	struct efi_simple_text_input protocol;
	struct event *key_event; /* never signalled */
};

/**
 * text_input_start() - make the protocol; panics when there is no memory
 *
 * Return: interface to install
 */
struct efi_simple_text_input *text_input_start(void);

#endif /* EMULATOR_PROTOCOL_TEXT_INPUT_H */
