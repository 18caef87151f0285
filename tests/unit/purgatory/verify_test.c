// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * purgatory/verify.c and relocate.c: what is accepted, what is refused and how.
 *
 * The hash is that of mbedTLS here; that the image's own agrees with it, every
 * kexec test shows, where K1 hashes with one and purgatory with the other.
 */
// sources: purgatory/verify.c arch/host/sha256.c
// flags: -Iarch/x86 -lmbedcrypto
#include <emulator/arch.h>
#include <purgatory/purgatory.h>
#include <purgatory/relocate.c>
#include <purgatory/sha256.h>
#include <stdlib.h>
#include <unit.h>

#define BLOB_SIZE 2048

/* What the first map cannot have, purgatory must not touch. */
static u64 unreachable;

bool arch_reach(u64 address, u64 size)
{
	return !unreachable || unreachable < address ||
	       unreachable >= address + size;
}

static struct emulator_header header;
static u8 memory[2][5000];

static union {
	struct handoff handoff;
	u8 bytes[BLOB_SIZE];
} blob __aligned(8);

/* A header, a handoff with two checks, everything as it should be. */
static void start(void)
{
	struct handoff_check *check;
	unsigned int i;

	memset(&header, 0, sizeof(header));
	memset(&blob, 0, sizeof(blob));
	memset(memory, 0x5a, sizeof(memory));
	header.magic = EMULATOR_MAGIC;
	header.version = HANDOFF_VERSION;
	header.text_end = 0x1000;
	header.rodata_end = 0x2000;
	header.file_size = 0x2345;
	header.memory_end = 0x8000;
	header.handoff = (u64)&blob;
	blob.handoff.magic = HANDOFF_MAGIC;
	blob.handoff.version = HANDOFF_VERSION;
	blob.handoff.size = BLOB_SIZE;
	blob.handoff.address = (u64)&blob;
	blob.handoff.checks.offset = (sizeof(struct handoff) + 7) & ~7U;
	blob.handoff.checks.count = 2;
	check = (void *)(blob.bytes + blob.handoff.checks.offset);
	for (i = 0; i < 2; i++) {
		check[i].address = (u64)memory[i];
		check[i].size = sizeof(memory[i]);
		sha256(memory[i], sizeof(memory[i]), check[i].sha256);
	}
	blob.handoff.header = header;
	sha256(&blob, BLOB_SIZE, header.handoff_digest);
}

static enum purgatory_verdict find(void)
{
	const struct handoff *handoff = NULL;
	enum purgatory_verdict verdict = purgatory_find(&header, &handoff);

	EXPECT_EQ((u64)handoff, verdict == PURGATORY_OK ? (u64)&blob : 0);
	return verdict;
}

static enum purgatory_verdict verify(u64 *ret_address)
{
	return purgatory_verify(&header, &blob.handoff, ret_address);
}

/* Verify after the blob was changed by one who can make a digest. */
static enum purgatory_verdict verify_resealed(u64 *ret_address)
{
	sha256(&blob, BLOB_SIZE, header.handoff_digest);
	return verify(ret_address);
}

UNIT_TEST(sha256_of_known_strings)
{
	/* FIPS 180-4, examples: "abc" and the empty string */
	static const u8 abc[] = {
		0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea,
		0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
		0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c,
		0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
	};
	static const u8 empty[] = { 0xe3, 0xb0, 0xc4, 0x42 };
	u8 digest[SHA256_SIZE];

	sha256("abc", 3, digest);
	EXPECT_MEM_EQ(digest, abc, sizeof(abc));
	sha256(NULL, 0, digest);
	EXPECT_MEM_EQ(digest, empty, sizeof(empty));
}

UNIT_TEST(as_it_should_be)
{
	u64 address = 1;

	start();
	EXPECT_EQ(find(), PURGATORY_OK);
	EXPECT_EQ(verify(&address), PURGATORY_OK);
	EXPECT_EQ(address, 0);
}

UNIT_TEST(header_of_another_kind)
{
	start();
	header.magic ^= 1;
	EXPECT_EQ(find(), PURGATORY_HEADER);
	start();
	header.version++;
	EXPECT_EQ(find(), PURGATORY_HEADER);
	start();
	header.file_size = header.memory_end + 1;
	EXPECT_EQ(find(), PURGATORY_HEADER);
}

UNIT_TEST(handoff_of_another_kind)
{
	start();
	header.handoff = 0;
	EXPECT_EQ(find(), PURGATORY_HANDOFF);
	start();
	header.handoff += 4;
	EXPECT_EQ(find(), PURGATORY_HANDOFF);
	start();
	blob.handoff.magic ^= 0x100;
	EXPECT_EQ(find(), PURGATORY_HANDOFF);
	start();
	blob.handoff.version = HANDOFF_VERSION + 1;
	EXPECT_EQ(find(), PURGATORY_HANDOFF);
	start();
	blob.handoff.address += 4096;
	EXPECT_EQ(find(), PURGATORY_HANDOFF);
	start();
	blob.handoff.size = sizeof(struct handoff) - 1;
	EXPECT_EQ(find(), PURGATORY_HANDOFF);
	start();
	blob.handoff.size = 0xffffffff;
	EXPECT_EQ(find(), PURGATORY_HANDOFF);
}

UNIT_TEST(one_bit_of_the_handoff)
{
	unsigned int at;
	u64 address;

	start();
	for (at = 0; at < BLOB_SIZE; at++) {
		/* Another size is another blob, longer than this one. */
		if (at / 4 == offsetof(struct handoff, size) / 4)
			continue;
		blob.bytes[at] ^= 1;
		if (!EXPECT_EQ(verify(&address), PURGATORY_HANDOFF_DIGEST))
			UNIT_NOTE("byte %u", at);
		blob.bytes[at] ^= 1;
	}
	EXPECT_EQ(verify(&address), PURGATORY_OK);
}

UNIT_TEST(one_bit_of_the_header)
{
	enum purgatory_verdict want;
	unsigned int at;
	u64 address;

	for (at = 0; at < sizeof(header); at++) {
		start();
		((u8 *)&header)[at] ^= 0x10;
		want = at >= offsetof(struct emulator_header, handoff_digest) &&
				       at < offsetof(struct emulator_header,
						     flags) ?
			       PURGATORY_HANDOFF_DIGEST :
			       PURGATORY_SLOTS;
		if (!EXPECT_EQ(verify(&address), want))
			UNIT_NOTE("byte %u", at);
	}
}

UNIT_TEST(one_bit_of_what_is_checked)
{
	u64 address;

	start();
	memory[0][0] ^= 1;
	EXPECT_EQ(verify(&address), PURGATORY_DIGEST);
	EXPECT_EQ(address, (u64)memory[0]);
	start();
	memory[1][4999] ^= 0x80;
	EXPECT_EQ(verify(&address), PURGATORY_DIGEST);
	EXPECT_EQ(address, (u64)memory[1]);
}

UNIT_TEST(checks_outside_of_the_handoff)
{
	u64 address;

	start();
	blob.handoff.checks.offset = BLOB_SIZE - 8;
	EXPECT_EQ(verify_resealed(&address), PURGATORY_CHECKS);
	start();
	blob.handoff.checks.count = 0x05555556;
	EXPECT_EQ(verify_resealed(&address), PURGATORY_CHECKS);
	start();
	blob.handoff.checks.offset += 1;
	EXPECT_EQ(verify_resealed(&address), PURGATORY_CHECKS);
	start();
	blob.handoff.checks.offset = 0xfffffff8;
	blob.handoff.checks.count = 1;
	EXPECT_EQ(verify_resealed(&address), PURGATORY_CHECKS);
}

UNIT_TEST(what_cannot_be_reached_is_not_read)
{
	u64 address;

	start();
	unreachable = (u64)&blob;
	EXPECT_EQ(find(), PURGATORY_HANDOFF);
	unreachable = (u64)&blob + BLOB_SIZE - 1;
	EXPECT_EQ(find(), PURGATORY_HANDOFF);
	unreachable = (u64)memory[1];
	EXPECT_EQ(find(), PURGATORY_OK);
	EXPECT_EQ(verify(&address), PURGATORY_DIGEST);
	EXPECT_EQ(address, (u64)memory[1]);
	unreachable = 0;
	EXPECT_EQ(verify(&address), PURGATORY_OK);
}

UNIT_TEST(a_check_that_wraps)
{
	struct handoff_check *check;
	u64 address;

	start();
	check = (void *)(blob.bytes + blob.handoff.checks.offset);
	check->size = ~0ULL;
	EXPECT_EQ(verify_resealed(&address), PURGATORY_DIGEST);
	EXPECT_EQ(address, (u64)memory[0]);
}

/* An image of two pages of text and constants, and a bit of data. */
static union {
	struct emulator_header header;
	u64 words[0x2400 / 8];
} image __aligned(4096);

static enum purgatory_verdict relocate(u64 offset, u64 info, s64 addend)
{
	const struct purgatory_rela rela[] = {
		{ .offset = 0x1000, .info = 8, .addend = 0x1234 },
		{ .offset = offset, .info = info, .addend = addend },
	};

	start();
	memset(&image, 0, sizeof(image));
	image.header = header;
	return purgatory_relocate(&image.header, rela, 2);
}

UNIT_TEST(relocations_are_applied)
{
	EXPECT_EQ(relocate(0x2338, 8, 0x7fff), PURGATORY_OK);
	EXPECT_EQ(image.words[0x1000 / 8], (u64)&image + 0x1234);
	EXPECT_EQ(image.words[0x2338 / 8], (u64)&image + 0x7fff);
	EXPECT_EQ(image.words[0x1008 / 8], 0);
}

/* Refused, and then not even the good one before it is applied. */
static void expect_refused(u64 offset, u64 info, s64 addend)
{
	EXPECT_EQ(relocate(offset, info, addend), PURGATORY_RELOCATION);
	EXPECT_EQ(image.words[0x1000 / 8], 0);
}

UNIT_TEST(relocations_that_are_refused)
{
	expect_refused(0x0ff8, 8, 0); /* text */
	expect_refused(0x0fff, 8, 0); /* half in text */
	expect_refused(0x233e, 8, 0); /* half behind the file */
	expect_refused(0x3000, 8, 0); /* zeroed data */
	expect_refused(-8ULL, 8, 0); /* wraps */
	expect_refused(0x1008, 1, 0); /* R_X86_64_64 */
	expect_refused(0x1008, 1ULL << 32 | 8, 0); /* with a symbol */
	expect_refused(0x1008, 8, -1);
	expect_refused(0x1008, 8, 0x8000); /* behind the image */
}
