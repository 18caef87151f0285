// SPDX-License-Identifier: GPL-2.0-only
/*
 * SHA-256 in K1, through the crypto API: it has the instructions of the
 * processor, which lib/crypto does not use, and a UKI has 100 MB.
 */
#include <linux/err.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <crypto/hash.h>

#include <image/authenticode.h>
#include <kernel/kexec_pe.h>

static int update(struct shash_desc *desc, struct view data)
{
	int error = 0;

	while (!error && data.size) {
		size_t part = min_t(u64, data.size, SZ_1M);

		error = crypto_shash_update(desc, data.base, part);
		data.base += part;
		data.size -= part;
		cond_resched();
	}
	return error;
}

static int hash(struct shash_desc *desc, const struct view *ranges,
		unsigned int count, u8 *ret)
{
	int error = crypto_shash_init(desc);
	unsigned int i;

	for (i = 0; i < count && !error; i++)
		error = update(desc, ranges[i]);
	return error ?: crypto_shash_final(desc, ret);
}

static int sha256(const struct view *ranges, unsigned int count, u8 *ret)
{
	struct crypto_shash *tfm = crypto_alloc_shash("sha256", 0, 0);
	struct shash_desc *desc;
	int error = -ENOMEM;

	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	desc = kzalloc(sizeof(*desc) + crypto_shash_descsize(tfm), GFP_KERNEL);
	if (desc) {
		desc->tfm = tfm;
		error = hash(desc, ranges, count, ret);
		kfree_sensitive(desc);
	}
	crypto_free_shash(tfm);
	return error;
}

int kexec_pe_sha256(const void *data, size_t size, u8 *ret)
{
	const struct view range = { data, size };

	return sha256(&range, 1, ret);
}

int kexec_pe_authenticode(const struct pe_image *pe, u8 *ret)
{
	struct view ranges[AUTHENTICODE_RANGES];
	unsigned int count = 0;

	while (count < AUTHENTICODE_RANGES &&
	       authenticode_range(pe, count, &ranges[count]))
		count++;
	return sha256(ranges, count, ret);
}

int kexec_pe_check(struct kexec_pe_load *load, u64 address, const void *data,
		   size_t size)
{
	struct stage_plan *plan = &load->plan;
	struct handoff_check *check = &load->checks[plan->check_count];

	if (!kexec_pe_is_crash(load))
		return 0;
	if (WARN_ON(plan->check_count == KEXEC_PE_CHECKS_MAX))
		return -EINVAL;
	check->address = address;
	check->size = size;
	plan->checks = load->checks;
	plan->check_count++;
	return kexec_pe_sha256(data, size, check->sha256);
}

/* Where the bytes of a section will be, from the start of the image. */
static u32 rva_of(const struct pe_image *pe, const struct view *data)
{
	struct pe_section section;
	struct view bytes;
	unsigned int i;

	for (i = 0; i < pe->section_count; i++) {
		pe_section(pe, i, &section);
		pe_section_data(pe, &section, &bytes);
		if (bytes.base == data->base && bytes.size == data->size)
			return section.virtual_address;
	}
	return 0;
}

/*
 * The file itself is not listed: no payload has its bytes, only what was laid
 * out of them.
 */
int kexec_pe_vouch(struct kexec_pe_load *load)
{
	const struct view *linux_section = &load->file.uki.section[UKI_LINUX];
	struct handoff_digest *digest = load->digests;

	load->plan.digests = load->digests;
	if (!load->file.is_uki)
		return 0;
	memset(digest, 0, sizeof(*digest));
	digest->size = linux_section->size;
	digest->kind = HANDOFF_DIGEST_LINUX;
	digest->rva = rva_of(&load->file.pe, linux_section);
	load->plan.digest_count = 1;
	return kexec_pe_sha256(linux_section->base, linux_section->size,
			       digest->sha256);
}
