/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TPM 2.0, as far as measuring goes: what a back end (registers of a machine,
 * or the virtual TPM of a hosted run) offers to the rest of the emulator.
 */
#ifndef EMULATOR_TPM_TPM_H
#define EMULATOR_TPM_TPM_H

#include <image/pe.h>
#include <kexec_pe/tcg.h>

#define TPM_BANKS_MAX 5 /* SHA-1, SHA-256, SHA-384, SHA-512, SM3 */

/* One for each bank of a TPM, in the order of its banks[]. */
struct tpm_digests {
	u8 digest[TPM_BANKS_MAX][TCG_DIGEST_MAX];
};

/* A measurement: @digests went into @pcr, @data is what the log says of it. */
struct tpm_event {
	u32 pcr;
	u32 type; /* EV_* */
	struct tpm_digests digests;
	const void *data;
	u32 size; /* bytes of data */
};

struct tpm {
	u32 bank_count; /* 1 to TPM_BANKS_MAX */
	u16 banks[TPM_BANKS_MAX]; /* the active ones, TCG_ALG_* */
	u16 max_command_size;
	u16 max_response_size;
	u32 manufacturer;

	/* All banks in one command; @pcr is less than TCG_PCR_COUNT. */
	efi_status_t (*extend)(struct tpm *tpm, u32 pcr,
			       const struct tpm_digests *digests);
	efi_status_t (*read)(struct tpm *tpm, u32 pcr, struct tpm_digests *ret);
	/* A command as it is; NULL where commands cannot be passed on. */
	efi_status_t (*submit)(struct tpm *tpm, const u8 *command, u32 size,
			       u8 *response, u32 room);
	/* NULL, or to be told of each event once it was extended. */
	void (*observe)(struct tpm *tpm, const struct tpm_event *event);
};

/**
 * tpm_digest_size() - length of a digest
 * @algorithm: TCG_ALG_*
 *
 * Return: bytes, 0 for an algorithm that nobody here knows
 */
u32 tpm_digest_size(u16 algorithm);

/**
 * tpm_bank_bit() - bank of EFI_TCG2_PROTOCOL for an algorithm
 * @algorithm: TCG_ALG_*
 *
 * Return: EFI_TCG2_BOOT_HASH_ALG_*, 0 for an unknown algorithm
 */
u32 tpm_bank_bit(u16 algorithm);

/**
 * tpm_bank_bits() - all active banks
 * @tpm: the TPM
 *
 * Return: EFI_TCG2_BOOT_HASH_ALG_*
 */
u32 tpm_bank_bits(const struct tpm *tpm);

/**
 * tpm_hash() - digests for all banks
 * @tpm: whose banks
 * @parts: byte strings to be hashed, one behind the other
 * @count: number of them
 * @ret: the digests
 *
 * A bank whose hash nobody here can compute is capped: its digest is all ones.
 * If it were left alone, anybody could put anything into it later.
 */
void tpm_hash(const struct tpm *tpm, const struct view *parts, u32 count,
	      struct tpm_digests *ret);

/**
 * tpm_hash_bytes() - tpm_hash() of one byte string
 * @tpm: whose banks
 * @data: the bytes
 * @size: how many
 * @ret: the digests
 */
void tpm_hash_bytes(const struct tpm *tpm, const void *data, u64 size,
		    struct tpm_digests *ret);

/**
 * tpm_hash_image() - Authenticode digests of an image for all banks
 * @tpm: whose banks
 * @pe: the parsed file
 * @ret: the digests
 */
void tpm_hash_image(const struct tpm *tpm, const struct pe_image *pe,
		    struct tpm_digests *ret);

#endif /* EMULATOR_TPM_TPM_H */
