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

/*
 * Both in pages, as Linux' own log of a boot with four banks takes 9 KiB. K1's
 * log comes on top of the first.
 */
#define TCG2_LOG_PAGES 16
#define TCG2_FINAL_PAGES 4

/**
 * tcg2_log_start() - the log: K1's if there is one, else an empty one
 * @tpm: whose banks it has if there is none
 *
 * Panics when there is no memory.
 */
void tcg2_log_start(const struct tpm *tpm);

#endif /* EMULATOR_PROTOCOL_TCG2_H */
