/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TPM without a device: PCRs in memory, for a hosted run.
 */
#ifndef EMULATOR_TPM_VIRTUAL_H
#define EMULATOR_TPM_VIRTUAL_H

#include <emulator/tpm/tpm.h>

struct virtual_tpm {
	struct tpm tpm;
	struct tpm_digests pcr[TCG_PCR_COUNT];
};

/**
 * virtual_tpm_start() - a TPM as it is after a reset
 * @tpm: the TPM; all of it is overwritten
 * @banks: TCG_ALG_*, each known to tpm_digest_size()
 * @count: number of banks, 1 to TPM_BANKS_MAX
 *
 * PCRs are zero, those of the dynamic launch (17 to 22) all ones, and these
 * cannot be extended: nobody here has the locality for it (PTP 4.6.3).
 */
void virtual_tpm_start(struct virtual_tpm *tpm, const u16 *banks, u32 count);

#endif /* EMULATOR_TPM_VIRTUAL_H */
