/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The payload's console: one, of 80 by 25 characters, that goes where K1's did.
 */
#ifndef EMULATOR_PROTOCOL_TEXT_OUTPUT_H
#define EMULATOR_PROTOCOL_TEXT_OUTPUT_H

#include <kexec_pe/efi.h>

struct text_output {
	struct efi_simple_text_output protocol;
	struct efi_simple_text_output_mode mode;
};

/**
 * text_output_start() - make the protocol
 *
 * Return: interface to install
 */
struct efi_simple_text_output *text_output_start(void);

#endif /* EMULATOR_PROTOCOL_TEXT_OUTPUT_H */
