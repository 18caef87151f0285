# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the embedded image needs of this architecture; read by purgatory/image.mk.

emulator-arch-y := entry.o jump.o exception.o vectors.o mmu.o cache.o console.o
emulator-arch-y += mmio.o random.o reset.o sha.o time.o

# Of the kernel tree's arch/arm64/crypto/.
emulator-crypto-y := sha1-ce-core.o sha2-ce-core.o sha512-ce-core.o

# General registers only: what a payload has in the others stays there. Atomics
# of libgcc would ask the C library which instructions there are. An image of
# less than 1 MiB has every address in one instruction; ld says when it has not.
emulator-arch-cflags := -mlittle-endian -mcmodel=tiny -mgeneral-regs-only
emulator-arch-cflags += -mbranch-protection=none
# Two and one hundredths of the code.
emulator-arch-cflags += -fomit-frame-pointer
emulator-arch-cflags += -fno-move-loop-invariants -fno-tree-loop-im
emulator-arch-cflags += $(call cc-option,-mno-outline-atomics)

# With the MMU off all memory is Device memory: no access that is not aligned.
# The rest runs with it on, where packed structures need not be read bytewise.
$(obj)/arch/$(SRCARCH)/%.emu.o: emulator-cflags += -mstrict-align

emulator-arch-ldflags := -m aarch64elf
