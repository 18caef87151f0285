/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kexec-pe-inspect: what a PE file is, for people and for programs. A program
 * of its own, as GnuTLS exists only as a shared library, and kexec-pe is static.
 */
#ifndef TOOLS_KEXEC_PE_INSPECT_INSPECT_H
#define TOOLS_KEXEC_PE_INSPECT_INSPECT_H

#include <stdio.h>

#include <image/cpio.h>
#include <image/sbat.h>
#include <image/uki.h>
#include <image/zboot.h>

#define SIGNATURES_MAX 8
#define SIGNATURE_NAME 512

/* One PKCS#7 signer. What could not be found out is an empty string. */
struct signature {
	char subject[SIGNATURE_NAME]; /* RFC 4514, of the signer's certificate */
	char issuer[SIGNATURE_NAME];
	char serial[65]; /* hexadecimal */
	char algorithm[32]; /* as GnuTLS names it, such as RSA-SHA256 */
	u16 digest_algorithm; /* TCG_ALG_*, 0: unknown */
	bool digest_matches; /* it is that of this file */
	bool valid; /* made with the key of the certificate beside it */
	const char *fault; /* NULL, or why there is nothing to say */
};

struct inspection {
	const char *path;
	struct view file;
	enum rule rule; /* that refuses it, RULE_OK */
	bool parsed; /* pe is valid */
	struct pe_image pe;
	bool is_uki;
	struct uki uki; /* all empty if that is malformed */
	bool is_zboot;
	struct zboot zboot; /* valid if rule is RULE_OK */
	struct view stub; /* version of the systemd-stub; base NULL: none */
	u8 sha256[32]; /* Authenticode */
	struct signature signatures[SIGNATURES_MAX];
	u32 signature_count;
};

/**
 * inspect_file() - find out all that there is to say
 * @path: name of the file
 * @file: its bytes, which must live as long as @ret
 * @ret: the result
 */
void inspect_file(const char *path, const struct view *file,
		  struct inspection *ret);

/**
 * inspect_digest() - Authenticode digest
 * @pe: the image
 * @algorithm: TCG_ALG_*
 * @ret: 64 bytes are enough
 *
 * Return: bytes of the digest, 0 for an unknown algorithm
 */
u32 inspect_digest(const struct pe_image *pe, u16 algorithm, u8 *ret);

/**
 * inspect_find() - a section by name
 * @pe: the image
 * @name: of at most eight characters
 * @nth: 0 for the first of that name
 * @ret: its data; untouched when there is none
 *
 * Return: true when there is one
 */
bool inspect_find(const struct pe_image *pe, const char *name, u32 nth,
		  struct view *ret);

/**
 * inspect_signatures() - read the attribute certificate table
 * @pe: the image
 * @ret: SIGNATURES_MAX signatures
 *
 * Return: how many
 */
u32 inspect_signatures(const struct pe_image *pe, struct signature *ret);

/**
 * der_digest_info() - the DigestInfo of an Authenticode content
 * @content: SpcIndirectDataContent in DER
 * @ret_algorithm: TCG_ALG_*, 0 for another one
 * @ret_digest: the digest
 *
 * Return: true, or false when it is not such a thing
 */
bool der_digest_info(const struct view *content, u16 *ret_algorithm,
		     struct view *ret_digest);

/**
 * der_message() - a DER sequence without the padding behind it
 * @from: what it lies in
 * @offset: of its first byte
 * @ret: tag, length and content; untouched after a failure
 *
 * osslsigncode counts the padding of a certificate as part of it.
 *
 * Return: false when there is none
 */
bool der_message(const struct view *from, u64 offset, struct view *ret);

/**
 * machine_name() - name of a machine
 * @machine: IMAGE_FILE_MACHINE_*
 *
 * Return: constant string
 */
const char *machine_name(u16 machine);

/**
 * algorithm_name() - name of a hash function
 * @algorithm: TCG_ALG_*
 *
 * Return: constant string
 */
const char *algorithm_name(u16 algorithm);

/**
 * text_view() - text of a file without what padding and lines end with
 * @view: NULs and white space at its end are cut off
 *
 * Return: the rest
 */
struct view text_view(const struct view *view);

/**
 * print_text() - the result for people
 * @to: where to
 * @inspection: the result
 */
void print_text(FILE *to, const struct inspection *inspection);

/**
 * print_json() - the result for programs (Documentation/measure-json.md)
 * @to: where to
 * @inspection: the result
 */
void print_json(FILE *to, const struct inspection *inspection);

#endif /* TOOLS_KEXEC_PE_INSPECT_INSPECT_H */
