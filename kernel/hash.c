// SPDX-License-Identifier: GPL-2.0-only
/*
 * Digests for every bank of the TPM in one pass over the bytes, through the
 * crypto API, which has the instructions of the processor.
 */
#include <linux/err.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <crypto/hash.h>
#include <crypto/hash_info.h>

#include <kernel/tpm.h>

/* So much fits into a cache while one algorithm after the other reads it. */
#define STEP SZ_64K

/* TCG's numbers, and the names of the crypto API. */
static const struct {
	u16 algorithm;
	enum hash_algo name;
} algorithms[] = {
	{ TPM_ALG_SHA1, HASH_ALGO_SHA1 },
	{ TPM_ALG_SHA256, HASH_ALGO_SHA256 },
	{ TPM_ALG_SHA384, HASH_ALGO_SHA384 },
	{ TPM_ALG_SHA512, HASH_ALGO_SHA512 },
	{ TPM_ALG_SM3_256, HASH_ALGO_SM3_256 },
};

static const char *algorithm_name(u16 algorithm)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(algorithms); i++)
		if (algorithms[i].algorithm == algorithm)
			return hash_algo_name[algorithms[i].name];
	return NULL;
}

u16 kexec_pe_algorithm(const char *name)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(algorithms); i++)
		if (!strcmp(hash_algo_name[algorithms[i].name], name))
			return algorithms[i].algorithm;
	return 0;
}

static struct shash_desc *start(u16 algorithm)
{
	const char *name = algorithm_name(algorithm);
	struct crypto_shash *tfm;
	struct shash_desc *desc;

	if (!name)
		return NULL;
	tfm = crypto_alloc_shash(name, 0, 0);
	if (IS_ERR(tfm))
		return PTR_ERR(tfm) == -ENOMEM ? ERR_PTR(-ENOMEM) : NULL;
	desc = kzalloc(sizeof(*desc) + crypto_shash_descsize(tfm), GFP_KERNEL);
	if (!desc) {
		crypto_free_shash(tfm);
		return ERR_PTR(-ENOMEM);
	}
	desc->tfm = tfm;
	if (!crypto_shash_init(desc))
		return desc;
	crypto_free_shash(tfm);
	kfree(desc);
	return NULL;
}

static void end(struct shash_desc *desc)
{
	if (IS_ERR_OR_NULL(desc))
		return;
	crypto_free_shash(desc->tfm);
	kfree_sensitive(desc);
}

/* After an error the bank has no digest, as if there were no such hash. */
static void update(struct shash_desc **desc, const u8 *data, size_t size)
{
	if (!*desc || !crypto_shash_update(*desc, data, size))
		return;
	end(*desc);
	*desc = NULL;
}

static void update_all(struct shash_desc **descs, u32 banks,
		       const struct view *part)
{
	u64 offset, size;
	u32 i;

	for (offset = 0; offset < part->size; offset += size) {
		size = min_t(u64, part->size - offset, STEP);
		for (i = 0; i < banks; i++)
			update(&descs[i], part->base + offset, size);
		cond_resched();
	}
}

static void finish(struct shash_desc *desc, u8 *ret)
{
	memset(ret, 0, HANDOFF_TPM_DIGEST_MAX);
	if (!desc || crypto_shash_final(desc, ret))
		memset(ret, 0xff, HANDOFF_TPM_DIGEST_MAX);
}

static bool is_known(const struct kexec_pe_digest *known, u16 algorithm)
{
	return known && known->algorithm == algorithm;
}

static int start_all(const struct handoff_tpm *tpm,
		     const struct kexec_pe_digest *known,
		     struct shash_desc **ret)
{
	u32 i;

	for (i = 0; i < tpm->bank_count; i++) {
		if (!is_known(known, tpm->banks[i]))
			ret[i] = start(tpm->banks[i]);
		if (IS_ERR(ret[i]))
			return PTR_ERR(ret[i]);
	}
	return 0;
}

static void finish_all(const struct handoff_tpm *tpm,
		       const struct kexec_pe_digest *known,
		       struct shash_desc **descs, struct stage_digests *ret)
{
	u32 i;

	for (i = 0; i < tpm->bank_count; i++) {
		if (!is_known(known, tpm->banks[i])) {
			finish(descs[i], ret->digest[i]);
			continue;
		}
		memset(ret->digest[i], 0, HANDOFF_TPM_DIGEST_MAX);
		memcpy(ret->digest[i], known->bytes, known->size);
	}
}

int kexec_pe_hash(const struct handoff_tpm *tpm, const struct view *parts,
		  u32 count, const struct kexec_pe_digest *known,
		  struct stage_digests *ret)
{
	struct shash_desc *descs[HANDOFF_BANKS_MAX] = { NULL };
	int error;
	u32 i;

	error = start_all(tpm, known, descs);
	for (i = 0; !error && i < count; i++)
		update_all(descs, tpm->bank_count, &parts[i]);
	if (!error)
		finish_all(tpm, known, descs, ret);
	for (i = 0; i < ARRAY_SIZE(descs); i++)
		end(descs[i]);
	return error;
}
