/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line of the running kernel, made fit for the next one.
 */
#ifndef TOOLS_KEXEC_PE_CMDLINE_H
#define TOOLS_KEXEC_PE_CMDLINE_H

#include <kexec_pe/types.h>

/**
 * cmdline_reuse() - copy a command line without what belongs to this boot only
 * @running: content of /proc/cmdline
 * @panic: is it for a crash kernel?
 * @ret: the result, at least as many bytes as @running with its NUL has
 *
 * Dropped are BOOT_IMAGE=, initrd= (the EFI stub would look for that file),
 * elfcorehdr= and, for a crash kernel, crashkernel=. Words are separated as
 * the kernel does it: white space inside double quotes does not count.
 */
void cmdline_reuse(const char *running, bool panic, char *ret);

#endif /* TOOLS_KEXEC_PE_CMDLINE_H */
