// SPDX-License-Identifier: GPL-2.0-or-later
/* Banks, and digests for all of them at once. */
#include <emulator/tpm/hash.h>
#include <emulator/tpm/tpm.h>
#include <image/authenticode.h>
#include <kexec_pe/string.h>

static const struct bank {
	u16 algorithm;
	u16 size;
	u32 bit;
} banks[] = {
	{ TCG_ALG_SHA1, TCG_SHA1_SIZE, EFI_TCG2_BOOT_HASH_ALG_SHA1 },
	{ TCG_ALG_SHA256, 32, EFI_TCG2_BOOT_HASH_ALG_SHA256 },
	{ TCG_ALG_SHA384, 48, EFI_TCG2_BOOT_HASH_ALG_SHA384 },
	{ TCG_ALG_SHA512, 64, EFI_TCG2_BOOT_HASH_ALG_SHA512 },
	{ TCG_ALG_SM3_256, 32, EFI_TCG2_BOOT_HASH_ALG_SM3_256 },
};

static_assert(ARRAY_SIZE(banks) == TPM_BANKS_MAX, "one of each at most");

static const struct bank *find(u16 algorithm)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(banks); i++)
		if (banks[i].algorithm == algorithm)
			return &banks[i];
	return NULL;
}

u32 tpm_digest_size(u16 algorithm)
{
	const struct bank *bank = find(algorithm);

	return bank ? bank->size : 0;
}

u32 tpm_bank_bit(u16 algorithm)
{
	const struct bank *bank = find(algorithm);

	return bank ? bank->bit : 0;
}

u32 tpm_bank_bits(const struct tpm *tpm)
{
	u32 i, bits = 0;

	for (i = 0; i < tpm->bank_count; i++)
		bits |= tpm_bank_bit(tpm->banks[i]);
	return bits;
}

void tpm_hash(const struct tpm *tpm, const struct view *parts, u32 count,
	      struct tpm_digests *ret)
{
	u32 i;

	memset(ret, 0xff, sizeof(*ret));
	for (i = 0; i < tpm->bank_count; i++)
		hash_parts(tpm->banks[i], parts, count, ret->digest[i]);
}

void tpm_hash_bytes(const struct tpm *tpm, const void *data, u64 size,
		    struct tpm_digests *ret)
{
	const struct view part = { data, size };

	tpm_hash(tpm, &part, 1, ret);
}

void tpm_hash_image(const struct tpm *tpm, const struct pe_image *pe,
		    struct tpm_digests *ret)
{
	struct view parts[AUTHENTICODE_RANGES];
	u32 count = 0;

	while (count < AUTHENTICODE_RANGES &&
	       authenticode_range(pe, count, &parts[count]))
		count++;
	tpm_hash(tpm, parts, count, ret);
}
