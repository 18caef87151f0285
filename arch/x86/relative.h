/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one ELF relocation that the embedded image may contain (System V ABI,
 * AMD64 supplement, 4.4.1).
 */
#ifndef ARCH_RELATIVE_H
#define ARCH_RELATIVE_H

#define ARCH_RELATIVE 8 /* R_X86_64_RELATIVE: base + addend */

#endif /* ARCH_RELATIVE_H */
