/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much memory a crash kernel takes until it runs: arithmetic on the sizes
 * that a stager knows.
 */
#ifndef STAGE_CRASH_H
#define STAGE_CRASH_H

#include <kexec_pe/types.h>

/* All in bytes. */
struct stage_crash {
	u64 elfcorehdr;
	u64 payload; /* SizeOfImage */
	u64 initrd; /* of the syscall, 0: none */
	u64 own_initrd; /* inside a UKI, 0: none */
	u64 inner_image; /* of the kernel inside a UKI, 0: the payload is one */
	u64 kernel; /* what the kernel unpacks itself into */
};

/**
 * stage_crash_need() - the crashkernel= that an image needs to start
 * @sizes: what is known of it
 * @ret: bytes, a multiple of 1 MiB; untouched after a failure
 *
 * What its user space needs on top is not in any file.
 *
 * Return: false when the sum wraps
 */
bool stage_crash_need(const struct stage_crash *sizes, u64 *ret);

#endif /* STAGE_CRASH_H */
