/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * EFI_TCG2_PROTOCOL: how the payload measures.
 */
#ifndef EMULATOR_PROTOCOL_TCG2_H
#define EMULATOR_PROTOCOL_TCG2_H

#include <emulator/tpm/log.h>
#include <kexec_pe/tcg.h>

struct tcg2 {
	struct efi_tcg2 protocol;
	struct event_log log;
};

/* Both in pages, as Linux' own log of a boot with four banks takes 9 KiB. */
#define TCG2_LOG_PAGES 16
#define TCG2_FINAL_PAGES 4

#endif /* EMULATOR_PROTOCOL_TCG2_H */
