/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The measurements that K1 has made, or has left to us, before the payload's
 * own: handoff.measurements and what became of them.
 */
#ifndef EMULATOR_TPM_QUEUE_H
#define EMULATOR_TPM_QUEUE_H

#include <emulator/tpm/log.h>
#include <kexec_pe/handoff.h>

/**
 * queue_check() - is the queue of the handoff well-formed?
 * @handoff: its arrays lie in the blob, its ranges in memory
 *
 * Return: true when every item is whole and has its state
 */
bool queue_check(const struct handoff *handoff);

/**
 * queue_run() - extend what is not yet done, log all that is
 * @handoff: queue_check() has approved of it
 * @tpm: its banks are those of the handoff
 * @reachable: commands can be sent to it
 * @log: where records are appended; a full one stops nothing
 *
 * In the order of the queue, and up to the first item that fails.
 *
 * Return: EFI_SUCCESS when all of it is in the PCRs; EFI_NOT_READY when the TPM
 *         cannot be reached and something was left to do; EFI_DEVICE_ERROR;
 *         EFI_COMPROMISED_DATA when a PCR has a value that it cannot have
 */
efi_status_t queue_run(const struct handoff *handoff, struct tpm *tpm,
		       bool reachable, struct event_log *log);

#endif /* EMULATOR_TPM_QUEUE_H */
