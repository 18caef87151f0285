/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an errno of the kernel means: it depends on the operation, on the
 * policy in force and on a few facts. Documentation/errors.md is the same
 * table for people.
 */
#ifndef TOOLS_KEXEC_PE_ERRORS_H
#define TOOLS_KEXEC_PE_ERRORS_H

#include <kexec_pe/types.h>
#include <tools/kexec-pe/policy.h>

/*
 * The kernel's own, never meant for user space: a signature wrapper that it
 * does not know.
 */
#define KERNEL_ENOTSUPP 524

enum operation {
	OPERATION_LOAD,
	OPERATION_UNLOAD,
	OPERATION_EXEC,
	OPERATION_COUNT,
};

/* Facts that decide between causes of the same errno. */
enum {
	FACT_NO_CAPABILITY = BIT(0), /* CAP_SYS_BOOT is missing */
	FACT_LOAD_DISABLED = BIT(1), /* kernel.kexec_load_disabled */
	FACT_LIMIT_REACHED = BIT(2), /* kernel.kexec_load_limit_* is 0 */
	FACT_NO_HANDLER = BIT(3), /* a kernel without kexec_pe */
	FACT_HANDLER_OFF = BIT(4), /* kernel.kexec_pe is 0 */
	FACT_HANDLER_ONLY = BIT(5), /* kernel.kexec_pe is 3 */
	FACT_CRASH = BIT(6), /* the image is for a panic */
	FACT_NO_CRASH_MEMORY = BIT(7), /* nothing is reserved for it */
	FACT_IMA = BIT(8), /* IMA appraises kexec images */
	FACT_DEBUG = BIT(9), /* KEXEC_FILE_DEBUG was asked for */
};

struct error_row {
	int error;
	unsigned int operations; /* BIT(OPERATION_*) */
	unsigned int enforcements; /* BIT(ENFORCEMENT_*) */
	unsigned int facts; /* all of these must hold */
	const char *meaning; /* one sentence, without a full stop */
	const char *look; /* where to look next */
};

/**
 * error_facts() - the facts that hold for a load or an unload
 * @policy: as it was before the attempt
 * @crash: is it about the crash image?
 * @may_boot: has the caller CAP_SYS_BOOT?
 *
 * Return: FACT_* bits
 */
unsigned int error_facts(const struct policy *policy, bool crash,
			 bool may_boot);

/**
 * error_find() - the row that explains an errno
 * @error: the errno
 * @operation: what was asked of the kernel
 * @enforcement: policy_enforcement() of the policy in force
 * @facts: FACT_* bits that hold
 *
 * Rows are in the order in which the kernel checks; the first that fits wins.
 *
 * Return: a constant row; one that says so when nothing is known
 */
const struct error_row *error_find(int error, enum operation operation,
				   enum enforcement enforcement,
				   unsigned int facts);

/**
 * error_rows() - the whole table, for tests and documentation
 * @ret_count: number of rows; the last one is for what is not known
 *
 * Return: the first row
 */
const struct error_row *error_rows(size_t *ret_count);

/**
 * error_name() - the symbol of an errno
 * @error: the errno
 *
 * Return: constant string such as "EPERM", "unknown" when there is none
 */
const char *error_name(int error);

/**
 * error_explain() - print why the kernel refused, and where to look
 * @subject: what the refusal is about, such as a file name
 * @error: the errno
 * @operation: what was asked of the kernel
 * @policy: as it was before the attempt; signature_forced is filled in
 * @facts: FACT_* bits that hold
 */
void error_explain(const char *subject, int error, enum operation operation,
		   struct policy *policy, unsigned int facts);

#endif /* TOOLS_KEXEC_PE_ERRORS_H */
