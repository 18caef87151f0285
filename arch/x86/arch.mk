# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the embedded image needs of this architecture; read by purgatory/image.mk.

emulator-arch-y := entry.o jump.o exception.o vectors.o mmu.o cache.o console.o
emulator-arch-y += mmio.o random.o reset.o sha.o time.o

# Of the kernel tree's arch/x86/crypto/.
emulator-crypto-y := sha1_ni_asm.o sha256_ni_asm.o

# General registers only: what a payload has in the others stays there, and
# nothing depends on the state of the FPU. Microsoft's ABI needs
# -maccumulate-outgoing-args for its variadic functions.
emulator-arch-cflags := -m64 -mcmodel=small -mno-red-zone -mgeneral-regs-only
emulator-arch-cflags += -fcf-protection=none
emulator-arch-cflags += $(call cc-option,-maccumulate-outgoing-args)

emulator-arch-ldflags := -m elf_x86_64
