/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first C after kexec: is everything there as K1 left it? Then relocate
 * the image and become the emulator.
 */
#ifndef PURGATORY_PURGATORY_H
#define PURGATORY_PURGATORY_H

#include <kexec_pe/handoff.h>

/*
 * Why purgatory gives up. The machine is reset after each; a sentence goes to
 * the console if the handoff says where that is.
 */
enum purgatory_verdict {
	PURGATORY_OK,
	PURGATORY_HEADER, /* the emulator's own header is damaged */
	PURGATORY_HANDOFF, /* no handoff where the header points to */
	PURGATORY_HANDOFF_DIGEST, /* it does not match its digest */
	PURGATORY_SLOTS, /* its copy of the emulator's header differs */
	PURGATORY_CHECKS, /* checks[] does not lie inside the handoff */
	PURGATORY_DIGEST, /* one of them does not match */
	PURGATORY_RELOCATION, /* not one that may be applied */
};

/**
 * purgatory_main() - C entry, called by arch/ARCH/entry.S on our own stack
 * @header: the emulator image in memory
 */
void __noreturn purgatory_main(struct emulator_header *header);

/**
 * purgatory_find() - the handoff that the header points to
 * @header: the emulator image in memory
 * @ret: the handoff, its fixed part and size plausible but no digest compared
 *       yet; untouched after a failure
 *
 * Return: PURGATORY_OK, PURGATORY_HEADER, PURGATORY_HANDOFF
 */
enum purgatory_verdict purgatory_find(const struct emulator_header *header,
				      const struct handoff **ret);

/**
 * purgatory_verify() - compare the handoff and handoff.checks[] with digests
 * @header: the emulator image in memory
 * @handoff: from purgatory_find()
 * @ret_address: first byte of the range that does not match, 0 otherwise
 *
 * Return: PURGATORY_OK, PURGATORY_HANDOFF_DIGEST, PURGATORY_SLOTS,
 *         PURGATORY_CHECKS, PURGATORY_DIGEST
 */
enum purgatory_verdict purgatory_verify(const struct emulator_header *header,
					const struct handoff *handoff,
					u64 *ret_address);

/* An entry of .rela.dyn (ELF-64 Object File Format, version 1.5, 8). */
struct purgatory_rela {
	u64 offset;
	u64 info; /* type in the lower half, symbol in the upper */
	s64 addend;
} __packed;

/**
 * purgatory_relocate() - apply the base-relative relocations of the image
 * @header: the emulator image in memory, linked at 0
 * @rela: the relocations
 * @count: how many
 *
 * Checks all before it applies the first: nothing but base-relative ones
 * between text_end and file_size.
 *
 * Return: PURGATORY_OK, PURGATORY_RELOCATION
 */
enum purgatory_verdict purgatory_relocate(struct emulator_header *header,
					  const struct purgatory_rela *rela,
					  u64 count);

#endif /* PURGATORY_PURGATORY_H */
