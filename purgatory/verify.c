// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Is everything there as K1 left it? Reads only: whatever is compared here must
 * not have been written to since K1 hashed it.
 */
#include <emulator/arch.h>
#include <kexec_pe/checked.h>
#include <kexec_pe/string.h>
#include <purgatory/purgatory.h>
#include <purgatory/sha256.h>

/* No real handoff comes near; a larger one is not worth hashing. */
#define HANDOFF_SIZE_MAX (64U << 20)

enum purgatory_verdict purgatory_find(const struct emulator_header *header,
				      const struct handoff **ret)
{
	const struct handoff *handoff;

	if (header->magic != EMULATOR_MAGIC ||
	    header->version != HANDOFF_VERSION ||
	    header->file_size > header->memory_end ||
	    header->text_end > header->file_size)
		return PURGATORY_HEADER;
	if (!header->handoff || header->handoff % sizeof(u64) ||
	    !arch_reach(header->handoff, sizeof(*handoff)))
		return PURGATORY_HANDOFF;
	handoff = (const struct handoff *)header->handoff;
	if (handoff->magic != HANDOFF_MAGIC ||
	    handoff->version != HANDOFF_VERSION ||
	    handoff->address != header->handoff ||
	    handoff->size < sizeof(*handoff) ||
	    handoff->size > HANDOFF_SIZE_MAX ||
	    !arch_reach(header->handoff, handoff->size))
		return PURGATORY_HANDOFF;
	*ret = handoff;
	return PURGATORY_OK;
}

static bool digest_matches(const void *data, u64 size, const u8 *digest)
{
	u8 have[SHA256_SIZE];

	sha256(data, size, have);
	return !memcmp(have, digest, sizeof(have));
}

/* Its digest of the handoff has proved itself. */
static bool header_matches(const struct emulator_header *header,
			   const struct handoff *handoff)
{
	struct emulator_header have = *header;

	memset(have.handoff_digest, 0, sizeof(have.handoff_digest));
	return !memcmp(&have, &handoff->header, sizeof(have));
}

enum purgatory_verdict purgatory_verify(const struct emulator_header *header,
					const struct handoff *handoff,
					u64 *ret_address)
{
	const struct handoff_check *check;
	u64 end, size;
	u32 i;

	*ret_address = 0;
	if (!digest_matches(handoff, handoff->size, header->handoff_digest))
		return PURGATORY_HANDOFF_DIGEST;
	if (!header_matches(header, handoff))
		return PURGATORY_SLOTS;
	if (!checked_mul(handoff->checks.count, sizeof(*check), &size) ||
	    handoff->checks.offset % sizeof(u64) ||
	    !range_inside(handoff->checks.offset, size, 0, handoff->size))
		return PURGATORY_CHECKS;
	check = (const void *)((const u8 *)handoff + handoff->checks.offset);
	for (i = 0; i < handoff->checks.count; i++, check++) {
		if (checked_add(check->address, check->size, &end) &&
		    arch_reach(check->address, check->size) &&
		    digest_matches((const void *)check->address, check->size,
				   check->sha256))
			continue;
		*ret_address = check->address;
		return PURGATORY_DIGEST;
	}
	return PURGATORY_OK;
}
