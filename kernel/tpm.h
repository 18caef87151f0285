/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The TPM of this machine, through its driver: where it is, and the few
 * commands that measuring takes.
 */
#ifndef KERNEL_TPM_H
#define KERNEL_TPM_H

#include <linux/tpm.h>

#include <image/view.h>
#include <kexec_pe/handoff.h>
#include <stage/measurement.h>

/* A digest that somebody has computed; algorithm 0: none. */
struct kexec_pe_digest {
	u16 algorithm; /* TPM_ALG_* */
	u8 size; /* bytes */
	u8 bytes[HANDOFF_TPM_DIGEST_MAX];
};

/**
 * kexec_pe_tpm_get() - the TPM 2.0 of this machine
 *
 * Return: the chip, for put_device(&chip->dev); NULL if there is none
 */
struct tpm_chip *kexec_pe_tpm_get(void);

/**
 * kexec_pe_tpm_describe() - what the emulator has to know of it
 * @chip: the chip
 * @ret: type, registers, banks and manufacturer; all else zero
 *
 * Asks the TPM for its manufacturer: one that is dead is known by that.
 *
 * Return: 0 or why it does not answer
 */
int kexec_pe_tpm_describe(struct tpm_chip *chip, struct handoff_tpm *ret);

/**
 * kexec_pe_tpm_ping() - whether the TPM answers
 * @chip: the chip
 *
 * By a command to which Linux gives 750 ms. A TPM that never answers is found
 * out before a PCR is read, for which Linux waits two minutes.
 *
 * Return: 0 or a negative errno
 */
int kexec_pe_tpm_ping(struct tpm_chip *chip);

/**
 * kexec_pe_tpm_abandon() - send no command any more, at the end of this kernel
 * @chip: the chip, which has failed
 *
 * Or TPM2_Shutdown, in device_shutdown(), would wait another two minutes.
 */
void kexec_pe_tpm_abandon(struct tpm_chip *chip);

/**
 * kexec_pe_tpm_read() - the value of a PCR in all banks, in one command
 * @chip: the chip
 * @pcr: its number
 * @ret: digests in the order of chip->allocated_banks, each in a whole slot
 *
 * Return: 0 or a negative errno
 */
int kexec_pe_tpm_read(struct tpm_chip *chip, u32 pcr,
		      u8 (*ret)[HANDOFF_TPM_DIGEST_MAX]);

/**
 * kexec_pe_tpm_extend() - extend a PCR in all banks, in one command
 * @chip: the chip
 * @pcr: its number
 * @digests: in the order of chip->allocated_banks
 *
 * Return: 0 or a negative errno
 */
int kexec_pe_tpm_extend(struct tpm_chip *chip, u32 pcr,
			const u8 (*digests)[HANDOFF_TPM_DIGEST_MAX]);

/* tpm_find.c */

/**
 * kexec_pe_tpm_locate() - which kind of TPM it is, and its registers
 * @chip: the chip
 * @ret: receives type, address, size and smc_function
 */
void kexec_pe_tpm_locate(struct tpm_chip *chip, struct handoff_tpm *ret);

/* tpm_acpi.c */

/**
 * kexec_pe_tpm_table() - find ACPI's TPM2 table, if it has a log area
 *
 * Return: its physical address, 0 if there is none or it names no log
 */
u64 kexec_pe_tpm_table(void);

/* hash.c */

/**
 * kexec_pe_algorithm() - a hash algorithm by its name
 * @name: of the crypto API, such as "sha256"
 *
 * Return: TPM_ALG_*, 0 for none of those that TPMs have
 */
u16 kexec_pe_algorithm(const char *name);

/**
 * kexec_pe_hash() - digests of byte strings for all banks, in one pass
 * @tpm: whose banks
 * @parts: the byte strings, hashed one behind the other
 * @count: number of them
 * @known: a digest of the same bytes that need not be computed again, or NULL
 * @ret: the digests; a bank whose hash this kernel lacks is capped (all ones)
 *
 * Return: 0 or -ENOMEM
 */
int kexec_pe_hash(const struct handoff_tpm *tpm, const struct view *parts,
		  u32 count, const struct kexec_pe_digest *known,
		  struct stage_digests *ret);

#endif /* KERNEL_TPM_H */
