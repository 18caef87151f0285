/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one ELF relocation that the embedded image may contain (ELF for the Arm
 * 64-bit Architecture, 5.7.16).
 */
#ifndef ARCH_RELATIVE_H
#define ARCH_RELATIVE_H

#define ARCH_RELATIVE 1027 /* R_AARCH64_RELATIVE: base + addend */

#endif /* ARCH_RELATIVE_H */
