/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kexec-pe measure: which measurements a kexec, or a boot, of a file makes, and
 * what is in the PCRs then.
 */
#ifndef TOOLS_KEXEC_PE_MEASURE_H
#define TOOLS_KEXEC_PE_MEASURE_H

#include <stdio.h>

#include <emulator/tpm/virtual.h>

#define MEASURE_ALGORITHMS 4 /* SHA-1, SHA-256, SHA-384, SHA-512 */
#define MEASURE_TEXT 160

/* PCR values that somebody has read. */
struct measure_pcrs {
	struct {
		bool known;
		u8 value[TCG_DIGEST_MAX];
	} pcr[MEASURE_ALGORITHMS][TCG_PCR_COUNT];
};

enum measure_by {
	MEASURED_BY_KEXEC,
	MEASURED_BY_FIRMWARE,
	MEASURED_BY_PAYLOAD
};

struct measure_event {
	enum measure_by by;
	u32 pcr;
	u32 type; /* EV_* */
	struct tpm_digests digests; /* by banks of measure.tpm */
	char text[MEASURE_TEXT]; /* for people, printable ASCII */
};

struct measure {
	const char *file;
	const char *current; /* PCRFILE, NULL: none was given */
	bool as_boot;
	bool unverified;
	bool complete; /* the payload came to ExitBootServices */
	struct virtual_tpm tpm; /* banks, and the PCRs as they will be */
	struct measure_event *events;
	u32 event_count;
	u32 event_room;
};

/* measure_pcrs.c */

/**
 * measure_algorithm() - an algorithm by its number
 * @index: 0 to MEASURE_ALGORITHMS - 1
 *
 * Return: TCG_ALG_*
 */
u16 measure_algorithm(u32 index);

/**
 * measure_algorithm_name() - name of an algorithm as tpm2-tools have it
 * @algorithm: TCG_ALG_*
 *
 * Return: constant string such as "sha256", "unknown" if it is none of them
 */
const char *measure_algorithm_name(u16 algorithm);

/**
 * measure_algorithm_index() - find an algorithm by its name
 * @name: such as "sha256"
 * @length: its characters
 *
 * Return: its number, -1 for an unknown name
 */
int measure_algorithm_index(const char *name, size_t length);

/**
 * measure_parse_pcrs() - read PCR values from text
 * @text: what tpm2_pcrread prints, or lines "[...]pcr-sha256/11:HEX", as
 *        "grep . /sys/class/tpm/tpm0/pcr-sha256/X" prints for several X
 * @ret: values are added; what no line names stays unknown
 *
 * Return: 0, or the number of the first line that is neither
 */
u32 measure_parse_pcrs(const char *text, struct measure_pcrs *ret);

/**
 * measure_read_pcrs() - read PCR values of a file
 * @path: a file for measure_parse_pcrs(), or a folder with pcr-ALGORITHM/N,
 *        such as /sys/class/tpm/tpm0
 * @ret: zeroed; the values
 *
 * Complains when that fails.
 *
 * Return: true when at least one value was read and nothing was malformed
 */
bool measure_read_pcrs(const char *path, struct measure_pcrs *ret);

/* measure_events.c */

/**
 * measure_add() - extend a PCR and remember the event
 * @measure: the list and its TPM
 * @by: who measures
 * @event: what; its data may be NULL for none
 *
 * Return: true; false when there is no such PCR or no memory
 */
bool measure_add(struct measure *measure, enum measure_by by,
		 const struct tpm_event *event);

/**
 * measure_event_name() - name of an event type
 * @type: EV_*
 *
 * Return: the specification's name, "unknown" where there is none
 */
const char *measure_event_name(u32 type);

/**
 * measure_describe() - what the log says of an event
 * @tpm: whose banks the digests are for
 * @event: the event
 * @ret: printable ASCII
 */
void measure_describe(const struct tpm *tpm, const struct tpm_event *event,
		      char ret[MEASURE_TEXT]);

/* measure_own.c */

/**
 * measure_own() - add what kexec, or a booting firmware, measures itself
 * @measure: what is measured of @pe, and by whom
 * @pe: the parsed file
 * @cmdline: argument of the load, NULL: none
 *
 * Return: true; false when there is no memory, or @cmdline is not UTF-8
 */
bool measure_own(struct measure *measure, const struct pe_image *pe,
		 const char *cmdline);

/* measure_pcrlock.c */

/**
 * measure_write_pcrlock() - write components for systemd-pcrlock
 * @folder: where to; it and folders in it are created
 * @measure: the result
 *
 * Complains when that fails.
 *
 * Return: STATUS_*
 */
int measure_write_pcrlock(const char *folder, const struct measure *measure);

/* measure_run.c */

/**
 * measure_payload() - run the payload and add what it measures
 * @measure: complete is set
 * @file: the file
 * @size: bytes of it
 * @cmdline: argument of the load, NULL: none
 * @initrd: NULL: none
 * @initrd_size: bytes of it
 *
 * Complains when that fails, or when the payload ends too early.
 *
 * Return: STATUS_*; the list has what there is
 */
int measure_payload(struct measure *measure, const void *file, u64 size,
		    const char *cmdline, const void *initrd, u64 initrd_size);

/* measure_print.c */

/**
 * measure_pcr_shown() - is the value of a PCR part of the result?
 * @measure: the result
 * @pcr: number of the PCR
 *
 * Return: true when something was measured into it, and all that was is known:
 *         at a boot, firmware has its own for PCR 0 to 7
 */
bool measure_pcr_shown(const struct measure *measure, u32 pcr);

/**
 * measure_print_text() - the result for people
 * @to: where to
 * @measure: the result
 */
void measure_print_text(FILE *to, const struct measure *measure);

/**
 * measure_print_json() - the result for programs (Documentation/measure-json.md)
 * @to: where to
 * @measure: the result
 */
void measure_print_json(FILE *to, const struct measure *measure);

#endif /* TOOLS_KEXEC_PE_MEASURE_H */
