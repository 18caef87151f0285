/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The embedded image on AArch64; <purgatory/image.lds.S> is the layout.
 */
#define EMULATOR_MACHINE 0xaa64 /* ARM64 */
#define EMULATOR_GOT_RESERVED 8

/* Small ones up to the tables of vectors, which are aligned to 2 KiB */
#define EMULATOR_TEXT_FIRST						\
	*arch/arm64/exception.emu.o(.text .text.*)			\
	*arch/arm64/jump.emu.o(.text .text.*)				\
	*arch/arm64/console.emu.o(.text .text.*)			\
	*arch/arm64/cache.emu.o(.text .text.*)				\
	*arch/arm64/reset.emu.o(.text .text.*)				\
	*arch/arm64/time.emu.o(.text .text.*)				\
	*arch/arm64/mmio.emu.o(.text .text.*)				\
	*arch/arm64/vectors.emu.o(.text .text.*)

OUTPUT_FORMAT(elf64-littleaarch64)
OUTPUT_ARCH(aarch64)

#include <purgatory/image.lds.S>
