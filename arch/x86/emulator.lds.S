/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The embedded image on x86-64; <purgatory/image.lds.S> is the layout.
 */
#define EMULATOR_MACHINE 0x8664 /* AMD64 */
#define EMULATOR_GOT_RESERVED 0
#define EMULATOR_TEXT_FIRST

OUTPUT_FORMAT(elf64-x86-64)
OUTPUT_ARCH(i386:x86-64)

#include <purgatory/image.lds.S>
