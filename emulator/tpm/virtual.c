// SPDX-License-Identifier: GPL-2.0-or-later
/* The virtual TPM: extend is what TPM2_PCR_Extend does (TPM 2.0 part 3, 22.2). */
#include <emulator/tpm/hash.h>
#include <emulator/tpm/virtual.h>
#include <kexec_pe/string.h>

#define DYNAMIC_FIRST 17
#define DYNAMIC_LAST 22

/* Of a PTP TPM: data buffer 0x80 to 0xfff */
#define COMMAND_SIZE_MAX 0xf80

#define MANUFACTURER 0x4b504500 /* "KPE": nobody's */

static bool is_dynamic(u32 pcr)
{
	return pcr >= DYNAMIC_FIRST && pcr <= DYNAMIC_LAST;
}

static efi_status_t extend(struct tpm *tpm, u32 pcr,
			   const struct tpm_digests *digests)
{
	struct virtual_tpm *self = (struct virtual_tpm *)tpm;
	u32 i;

	if (pcr >= TCG_PCR_COUNT || is_dynamic(pcr))
		return EFI_DEVICE_ERROR;
	for (i = 0; i < tpm->bank_count; i++) {
		const u32 size = tpm_digest_size(tpm->banks[i]);
		u8 *value = self->pcr[pcr].digest[i];
		const struct view parts[] = {
			{ value, size },
			{ digests->digest[i], size },
		};

		/* Capped: see tpm_hash(). */
		if (!hash_parts(tpm->banks[i], parts, ARRAY_SIZE(parts), value))
			memset(value, 0xff, size);
	}
	return EFI_SUCCESS;
}

static efi_status_t read(struct tpm *tpm, u32 pcr, struct tpm_digests *ret)
{
	const struct virtual_tpm *self = (const struct virtual_tpm *)tpm;

	if (pcr >= TCG_PCR_COUNT)
		return EFI_DEVICE_ERROR;
	*ret = self->pcr[pcr];
	return EFI_SUCCESS;
}

void virtual_tpm_start(struct virtual_tpm *tpm, const u16 *banks, u32 count)
{
	u32 i;

	memset(tpm, 0, sizeof(*tpm));
	tpm->tpm.bank_count = count;
	memcpy(tpm->tpm.banks, banks, count * sizeof(*banks));
	tpm->tpm.max_command_size = COMMAND_SIZE_MAX;
	tpm->tpm.max_response_size = COMMAND_SIZE_MAX;
	tpm->tpm.manufacturer = MANUFACTURER;
	tpm->tpm.extend = extend;
	tpm->tpm.read = read;
	for (i = DYNAMIC_FIRST; i <= DYNAMIC_LAST; i++)
		memset(&tpm->pcr[i], 0xff, sizeof(tpm->pcr[i]));
}
