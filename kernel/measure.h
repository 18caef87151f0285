/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Measuring a kexec: what the files share. Documentation/measurement.md says
 * what is measured.
 */
#ifndef KERNEL_MEASURE_H
#define KERNEL_MEASURE_H

#include <kernel/kexec_pe.h>
#include <kernel/tpm.h>

/* What a load has of its measurements; freed with it. */
struct kexec_pe_measurement {
	struct stage_queue queue;
	void *items; /* struct handoff_measurement... */
	void *log; /* K1's event log */
};

/* measure_policy.c */

/**
 * kexec_pe_tpm_required() - may nothing start that is not measured?
 *
 * Return: is kexec_pe.tpm "require"?
 */
bool kexec_pe_tpm_required(void);

/**
 * kexec_pe_measures_native() - are images of other loaders measured, too?
 *
 * Return: is kexec_pe.measure_native on?
 */
bool kexec_pe_measures_native(void);

/* measure.c */

/**
 * kexec_pe_hash_queue() - hash all of a queue but the payload
 * @tpm: whose banks
 * @queue: receives the digests
 *
 * Return: 0 or -ENOMEM
 */
int kexec_pe_hash_queue(const struct handoff_tpm *tpm,
			struct stage_queue *queue);

/* event_log.c */

/**
 * kexec_pe_take_event_log() - hand K1's event log over, if it can be continued
 * @load: the load, whose TPM is described
 * @chip: the TPM's driver, which has read the log
 *
 * Return: 0 or -ENOMEM
 */
int kexec_pe_take_event_log(struct kexec_pe_load *load, struct tpm_chip *chip);

#endif /* KERNEL_MEASURE_H */
