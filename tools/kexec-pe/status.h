/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `kexec-pe status` shows: collecting it and printing it are two steps,
 * so that each can be tested.
 */
#ifndef TOOLS_KEXEC_PE_STATUS_H
#define TOOLS_KEXEC_PE_STATUS_H

#include <stdio.h>

#include <tools/kexec-pe/kmsg.h>
#include <tools/kexec-pe/policy.h>

struct status {
	int loaded; /* 0 or 1; -1: a kernel without kexec */
	int crash_loaded;
	struct policy policy;
	char log[KMSG_SIZE]; /* last line of the handler; empty: none */
};

/**
 * status_read() - collect what /proc and /sys show
 * @root: directory in front of all paths, "" for the running system
 * @ret: the status, with an empty log line
 */
void status_read(const char *root, struct status *ret);

/**
 * status_print() - print for people
 * @status: what to print
 * @to: where to
 */
void status_print(const struct status *status, FILE *to);

/**
 * status_print_json() - print one JSON object; what is not known is null
 * @status: what to print
 * @to: where to
 */
void status_print_json(const struct status *status, FILE *to);

#endif /* TOOLS_KEXEC_PE_STATUS_H */
