/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel log as /dev/kmsg gives it: one record for each read()
 * (Documentation/ABI/testing/dev-kmsg of Linux).
 */
#ifndef TOOLS_KEXEC_PE_KMSG_H
#define TOOLS_KEXEC_PE_KMSG_H

#include <kexec_pe/types.h>

#define KMSG_SIZE 1024 /* bytes of one message that are kept */

/**
 * kmsg_open() - open the log for reading
 * @only_new: begin behind the last record rather than at the first
 *
 * Return: a file descriptor for kmsg_next() and close(), or -1 where the log
 *         cannot be read, which kmsg_next() takes as an empty log
 */
int kmsg_open(bool only_new);

/**
 * kmsg_next() - the next message that has to do with kexec
 * @fd: from kmsg_open()
 * @ret: the text of the message, KMSG_SIZE bytes; untouched after the end
 *
 * Return: false when there is none at present
 */
bool kmsg_next(int fd, char *ret);

/**
 * kmsg_text() - the message in a record
 * @record: what read() gave, NUL-terminated
 * @ret: the text without prefix and continuation lines, KMSG_SIZE bytes;
 *       untouched after a failure
 *
 * Return: false when it is no record
 */
bool kmsg_text(const char *record, char *ret);

/**
 * kmsg_about_kexec() - does a message have to do with a kexec load?
 * @text: from kmsg_text()
 *
 * Return: true for what the handler, kexec itself, the signature check,
 *         lockdown and IMA print
 */
bool kmsg_about_kexec(const char *text);

/**
 * kmsg_about_handler() - is a message one of kexec_pe's own?
 * @text: from kmsg_text()
 *
 * Return: true when it is
 */
bool kmsg_about_handler(const char *text);

#endif /* TOOLS_KEXEC_PE_KMSG_H */
