/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy in force: what the running kernel asks of an image before it
 * loads it, as far as user space can see that.
 */
#ifndef TOOLS_KEXEC_PE_POLICY_H
#define TOOLS_KEXEC_PE_POLICY_H

#include <kexec_pe/types.h>

enum answer {
	ANSWER_UNKNOWN,
	ANSWER_NO,
	ANSWER_YES,
};

enum lockdown {
	LOCKDOWN_UNKNOWN, /* no securityfs, or no such module */
	LOCKDOWN_NONE,
	LOCKDOWN_INTEGRITY,
	LOCKDOWN_CONFIDENTIALITY,
};

/* Values of kernel.kexec_pe. */
enum {
	HANDLER_ABSENT = -1, /* a kernel without kexec_pe */
	HANDLER_OFF,
	HANDLER_LAST,
	HANDLER_FIRST,
	HANDLER_ONLY,
};

/* The columns of Documentation/errors.md. */
enum enforcement {
	ENFORCEMENT_NONE,
	ENFORCEMENT_SIGNATURE, /* KEXEC_SIG_FORCE, or IMA's arch policy */
	ENFORCEMENT_LOCKDOWN,
	ENFORCEMENT_COUNT,
};

struct policy {
	int handler; /* HANDLER_* */
	int load_disabled; /* kernel.kexec_load_disabled; -1: not there */
	int limit_reboot; /* loads that are left; -1: no limit */
	int limit_panic;
	int crash_size; /* nonzero: memory is reserved; -1: not known */
	enum lockdown lockdown;
	enum answer secure_boot;
	enum answer signature_forced; /* by policy_read_config() */
	enum answer ima_appraises; /* the image, with enforcement */
};

/**
 * policy_read() - read what the kernel shows in /proc and /sys
 * @root: directory in front of all paths, "" for the running system
 * @ret: the policy, with signature_forced unknown
 *
 * What cannot be read is recorded as unknown; this cannot fail. Limits count
 * down with every attempt, so read before it.
 */
void policy_read(const char *root, struct policy *ret);

/**
 * policy_read_config() - learn signature_forced from the kernel's configuration
 * @root: directory in front of all paths, "" for the running system
 * @policy: filled by policy_read(); signature_forced is set
 *
 * Looks into /proc/config.gz, with the help of gzip, then into
 * /boot/config-RELEASE.
 */
void policy_read_config(const char *root, struct policy *policy);

/**
 * policy_scan_config() - the part of policy_read_config() after the file
 * @config: the text of a kernel configuration, NUL-terminated
 * @secure_boot: as in struct policy
 *
 * IMA's arch policy forces signatures only where Secure Boot is on.
 *
 * Return: are signatures forced by KEXEC_SIG_FORCE or IMA_ARCH_POLICY?
 */
enum answer policy_scan_config(const char *config, enum answer secure_boot);

/**
 * policy_enforcement() - the column of the errno table that holds
 * @policy: the policy
 *
 * Return: the one that the kernel asks first
 */
enum enforcement policy_enforcement(const struct policy *policy);

/**
 * lockdown_name() - a word for people and for JSON
 * @lockdown: the level
 *
 * Return: constant string
 */
const char *lockdown_name(enum lockdown lockdown);

/**
 * handler_text() - what a value of kernel.kexec_pe means
 * @handler: HANDLER_*, or any other number
 *
 * Return: constant string
 */
const char *handler_text(int handler);

#endif /* TOOLS_KEXEC_PE_POLICY_H */
