// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * EFI_RNG_PROTOCOL (UEFI 2.10, 37.5): SHA-256 in counter mode under a key that
 * comes from K1's generator and is replaced after each call, mixed with what
 * the processor has. Output does not tell the key, a later key does not tell
 * an earlier one.
 */
#include <emulator/emu.h>
#include <purgatory/sha256.h>

/* Different uses of the hash, told apart by their first byte. */
enum use { USE_SEED = 1, USE_OUTPUT, USE_NEXT_KEY };

#define FRESH_WORDS 4

struct rng_input {
	u64 use;
	u64 counter;
	u8 key[SHA256_SIZE];
	u64 ticks;
	u64 fresh[FRESH_WORDS];
};

/* The compiler may leave out what nobody reads: pretend that somebody does. */
static void erase(void *secret, u64 size)
{
	memset(secret, 0, size);
	__asm__ volatile("" : : "r"(secret) : "memory");
}

static void add_fresh(struct rng_input *input)
{
	u32 i;

	input->ticks = arch_ticks();
	/* Without such an instruction the seed of K1 has to do, and can. */
	for (i = 0; i < FRESH_WORDS; i++)
		if (!arch_random(&input->fresh[i]))
			break;
}

static void next_key(struct rng *rng, enum use use)
{
	struct rng_input input = { .use = use };

	memcpy(input.key, rng->key, sizeof(input.key));
	add_fresh(&input);
	sha256(&input, sizeof(input), rng->key);
	erase(&input, sizeof(input));
}

static void generate(struct rng *rng, u8 *value, u64 size)
{
	struct rng_input input = { .use = USE_OUTPUT };
	u8 block[SHA256_SIZE];

	memcpy(input.key, rng->key, sizeof(input.key));
	while (size) {
		u64 part = size < sizeof(block) ? size : sizeof(block);

		sha256(&input, sizeof(input), block);
		memcpy(value, block, part);
		value += part;
		size -= part;
		input.counter++;
	}
	next_key(rng, USE_NEXT_KEY);
	erase(&input, sizeof(input));
	erase(block, sizeof(block));
}

/*
 * The one algorithm to name is RAW, which Linux asks for first: what seeds our
 * generator is K1's pool, entropy enough for any size that is asked for.
 */
static efi_status_t EFIAPI get_info(struct efi_rng *self, u64 *list_size,
				    struct efi_guid *list)
{
	u64 room;

	EFI_ENTRY(GET_RNG_INFO, self, list_size, list);

	if (self != &emu.protocols.rng.protocol || !list_size)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	room = *list_size;
	*list_size = sizeof(*list);
	if (room < sizeof(*list))
		return EFI_EXIT(EFI_BUFFER_TOO_SMALL);
	if (!list)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	*list = EFI_RNG_ALGORITHM_RAW;
	return EFI_EXIT(EFI_SUCCESS);
}

static efi_status_t EFIAPI get_rng(struct efi_rng *self,
				   const struct efi_guid *algorithm, u64 size,
				   u8 *value)
{
	struct rng *rng = &emu.protocols.rng;

	EFI_ENTRY(GET_RNG, self, algorithm, size);

	if (self != &rng->protocol || !size || !value)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	if (algorithm && !guid_equal(algorithm, &EFI_RNG_ALGORITHM_RAW))
		return EFI_EXIT(EFI_UNSUPPORTED);
	generate(rng, value, size);
	return EFI_EXIT(EFI_SUCCESS);
}

struct efi_rng *rng_start(void)
{
	struct rng *rng = &emu.protocols.rng;
	u8 seed[HANDOFF_SEED_SIZE];

	memcpy(seed, emu.handoff->seed, sizeof(seed));
	sha256(seed, sizeof(seed), rng->key);
	erase(seed, sizeof(seed));
	next_key(rng, USE_SEED);
	rng->protocol.get_info = get_info;
	rng->protocol.get_rng = get_rng;
	return &rng->protocol;
}
