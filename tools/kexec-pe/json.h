/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Just enough JSON (RFC 8259) for what this program prints.
 */
#ifndef TOOLS_KEXEC_PE_JSON_H
#define TOOLS_KEXEC_PE_JSON_H

#include <stdio.h>

/**
 * json_string() - print a string in quotes, or null
 * @to: where to
 * @text: bytes; what is not printable ASCII is escaped one byte at a time,
 *        as the kernel log is not promised to be UTF-8. NULL prints null
 */
void json_string(FILE *to, const char *text);

#endif /* TOOLS_KEXEC_PE_JSON_H */
