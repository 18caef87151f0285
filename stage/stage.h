/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The planner that every stager shares: how large the emulator's segment is,
 * how large the handoff will be, and the bytes of both once all addresses are
 * known. Pure: no allocation, no I/O, no hashing; the caller brings memory and
 * digests.
 *
 * Order of use: stage_read_emulator(), stage_pool_pages(),
 * stage_emulator_size(), stage_handoff_size(); then the caller places the
 * segments; then stage_write_handoff() and stage_seal_emulator().
 */
#ifndef STAGE_STAGE_H
#define STAGE_STAGE_H

#include <kexec_pe/handoff.h>
#include <image/pe.h>

/* X(name, text): one code and one sentence per refusal. */
#define STAGE_ERROR_LIST(X)                                                  \
	X(EMULATOR_MAGIC, "the emulator image has no header")                \
	X(EMULATOR_VERSION, "the emulator image has another ABI version")    \
	X(EMULATOR_MACHINE, "the emulator is for another machine")           \
	X(EMULATOR_BOUNDS, "the emulator's header contradicts itself")       \
	X(MEMORY_CLAIM, "a claim on memory is empty, wraps or not in pages") \
	X(HANDOFF_TOO_LARGE, "the handoff would exceed 4 GiB")               \
	X(HANDOFF_BUFFER, "the buffer is not of the size planned")

enum stage_error {
	STAGE_OK,
#define STAGE_ERROR_ENUM(name, text) STAGE_##name,
	STAGE_ERROR_LIST(STAGE_ERROR_ENUM)
#undef STAGE_ERROR_ENUM
};

/* Page tables beyond those that the claims need, for later splits. */
#define STAGE_POOL_SPARE 256

/* Claims that stage_write_handoff() adds behind those of the plan, at most. */
#define STAGE_CARVE_OUTS 6

/* What decides how many page tables a map takes. */
struct stage_paging {
	unsigned int levels; /* 4 or 5, of 512 entries */
	bool gigabyte; /* the processor has 1 GiB pages */
};

struct stage_plan {
	/*
	 * Everything in the handoff that is neither an address of a segment
	 * nor an array: flags, timer, firmware, log level, console, reset,
	 * TPM, seed, and payload.file_size and payload.flags.
	 */
	struct handoff base;
	const struct handoff_memory *memory; /* the machine, before us */
	u32 memory_count;
	const struct handoff_table *tables;
	u32 table_count;
	const struct handoff_digest *digests;
	u32 digest_count;
	const void *variables; /* struct handoff_variable items */
	u32 variables_size; /* bytes */
	const void *load_options; /* UTF-16 with NUL */
	u32 load_options_size; /* bytes, 0: none */
	const void *event_log; /* K1's, cut behind its last record */
	u32 event_log_size; /* bytes, 0: none */
	const void *measurements; /* from stage_write_queue() */
	u32 measurements_size; /* bytes, 0: none */
	const void *inner_options; /* likewise, see struct handoff */
	u32 inner_options_size;
	/* What else must be as it was; addresses may come later. */
	const struct handoff_check *checks;
	u32 check_count;
	const struct pe_image *pe;
	struct emulator_header emulator; /* flags: EMULATOR_FLAG_* */
	u64 pool_pages;
	/* Known when the segments are placed. */
	u64 emulator_address;
	u64 payload_address;
	u64 handoff_address;
	struct handoff_range initrd; /* bytes, not pages */
	struct handoff_range measurement_state; /* size 0: nothing queued */
	/* SHA-256 of the image file behind its header, up to file_size. */
	u8 emulator_sha256[HANDOFF_DIGEST_SIZE];
	/* SHA-256 of the first SizeOfHeaders bytes of the laid-out payload. */
	u8 headers_sha256[HANDOFF_DIGEST_SIZE];
};

/**
 * stage_error_text() - the sentence that says what is wrong
 * @error: the error
 *
 * Return: constant string, "fine" for STAGE_OK
 */
const char *stage_error_text(enum stage_error error);

/**
 * stage_read_emulator() - check the header of an embedded emulator image
 * @image: the flat image
 * @size: its size in bytes
 * @machine: IMAGE_FILE_MACHINE_* of this machine
 * @ret: copy of the header; untouched after a failure
 *
 * Return: STAGE_OK or what is wrong with it
 */
enum stage_error stage_read_emulator(const void *image, u64 size, u32 machine,
				     struct emulator_header *ret);

/**
 * stage_pool_pages() - upper bound of page tables for an identity map
 * @memory: what will be mapped
 * @count: number of claims
 * @paging: the processor's abilities
 *
 * Counts the tables that each claim touches, as if no two shared one, and adds
 * STAGE_POOL_SPARE for the splits that a payload causes.
 *
 * Return: number of 4 KiB pages
 */
u64 stage_pool_pages(const struct handoff_memory *memory, u32 count,
		     const struct stage_paging *paging);

/**
 * stage_emulator_size() - bytes of the emulator's segment
 * @header: checked by stage_read_emulator()
 * @pool_pages: from stage_pool_pages()
 * @ret: image, zeroed data and pool; untouched after a failure
 *
 * Return: STAGE_OK, or STAGE_EMULATOR_BOUNDS when the sum wraps
 */
enum stage_error stage_emulator_size(const struct emulator_header *header,
				     u64 pool_pages, u64 *ret);

/**
 * stage_handoff_size() - bytes of the handoff
 * @plan: arrays, counts, sizes of segments and @plan->pe set; addresses need
 *        not be known yet
 * @ret: the size, a multiple of 8; untouched after a failure
 *
 * Return: STAGE_OK, STAGE_MEMORY_CLAIM or STAGE_HANDOFF_TOO_LARGE
 */
enum stage_error stage_handoff_size(const struct stage_plan *plan, u32 *ret);

/**
 * stage_write_handoff() - write the handoff
 * @plan: complete
 * @buffer: receives the blob; 8-byte aligned
 * @size: from stage_handoff_size() of the same plan
 *
 * The claims of the plan come first, then, since later claims win, what is
 * carved out of them: emulator text (LoaderCode) and the rest of its segment
 * (LoaderData), handoff (LoaderData), payload (LoaderCode), and initrd and
 * state of the measurements (LoaderData) if there are any.
 *
 * Return: STAGE_OK, what stage_handoff_size() says, or STAGE_HANDOFF_BUFFER
 */
enum stage_error stage_write_handoff(const struct stage_plan *plan,
				     void *buffer, u32 size);

/**
 * stage_seal_emulator() - fill the stager's slots of the emulator's header
 * @plan: complete
 * @sha256: of the whole handoff as written
 * @image: the copy of the emulator image that will be its segment
 */
void stage_seal_emulator(const struct stage_plan *plan, const u8 *sha256,
			 void *image);

/**
 * stage_sealed_header() - the emulator's header with the stager's slots
 * @plan: addresses of emulator and handoff, pool_pages and flags are known
 * @ret: the header; handoff_digest is left at 0
 */
void stage_sealed_header(const struct stage_plan *plan,
			 struct emulator_header *ret);

#endif /* STAGE_STAGE_H */
