// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Prints digests of many byte strings, by whatever hash_parts() it is linked
 * with: what two of them print is compared (hash_tests.sh).
 *
 *	hash_lines		all algorithms, sizes around blocks, in parts
 *	hash_lines ALG SIZE	one digest of SIZE bytes, for counting instructions
 */
#include <emulator/tpm/hash.h>
#include <emulator/tpm/tpm.h>
#include <stdio.h>
#include <stdlib.h>

#define ROOM 0x40000

static const u16 algorithms[] = { TCG_ALG_SHA1, TCG_ALG_SHA256, TCG_ALG_SHA384,
				  TCG_ALG_SHA512 };
static const u32 sizes[] = { 20, 32, 48, 64 };
static u8 bytes[ROOM];

static void fill(void)
{
	u32 value = 1, i;

	for (i = 0; i < ROOM; i++) {
		value = value * 1664525 + 1013904223;
		bytes[i] = (u8)(value >> 24);
	}
}

/* In three parts, from an odd address. */
static void line(u32 index, u64 first, u64 second, u64 third)
{
	const struct view parts[] = {
		{ bytes + 1, first },
		{ bytes + 1 + first, second },
		{ bytes + 1 + first + second, third },
	};
	u8 digest[64];
	u32 i;

	if (!hash_parts(algorithms[index], parts, 3, digest))
		exit(1);
	printf("%#x %llu ", algorithms[index],
	       (unsigned long long)(first + second + third));
	for (i = 0; i < sizes[index]; i++)
		printf("%02x", digest[i]);
	printf("\n");
}

static void all(u32 index)
{
	u64 size;

	for (size = 0; size < 520; size++) {
		line(index, size, 0, 0);
		line(index, size / 3, size / 2, size - size / 3 - size / 2);
	}
	line(index, 0, 127, 0x30001);
}

int main(int argc, char **argv)
{
	u32 i;

	fill();
	for (i = 0; i < 4; i++) {
		if (argc != 3)
			all(i);
		else if (algorithms[i] == strtoul(argv[1], NULL, 0))
			line(i, strtoul(argv[2], NULL, 0), 0, 0);
	}
	return 0;
}
