/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The embedded image on AArch64; <purgatory/image.lds.S> is the layout.
 */
#define EMULATOR_MACHINE 0xaa64 /* ARM64 */
#define EMULATOR_GOT_RESERVED 8

OUTPUT_FORMAT(elf64-littleaarch64)
OUTPUT_ARCH(aarch64)

#include <purgatory/image.lds.S>
