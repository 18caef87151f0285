# SPDX-License-Identifier: GPL-2.0-or-later
#
# Kbuild fragment: the embedded image. Included by the root Kbuild, which is
# kernel/kexec_pe/Kbuild in a kernel tree.
#
# purgatory, emulator, image and arch/$(SRCARCH) are compiled as %.emu.o, apart
# from objects of vmlinux made from the same sources and with flags of their own:
# nothing that a kernel configuration adds (sanitizers, tracing, mitigations
# that need run-time patching) works here. Then
#
#	emulator.elf	linked at 0 by arch/$(SRCARCH)/emulator.lds.S
#	emulator.bin	the same, flat, proved by tools/check-image.sh
#	purgatory/emulator_image.o	the same, in .rodata of vmlinux
#
# The size table of the last build stays in .emulator.size.
#
# Alone: make kernel/kexec_pe/purgatory/emulator_image.o in the kernel tree.

include $(src)/arch/$(SRCARCH)/arch.mk

emulator-sources := $(patsubst $(src)/%,%,$(foreach d,purgatory emulator \
	emulator/protocol emulator/runtime emulator/tpm emulator/tpm/device \
	image,$(wildcard $(src)/$(d)/*.c)))
emulator-crypto := $(addprefix $(obj)/purgatory/,$(emulator-crypto-y:.o=.emu.o))
emulator-objects := $(addprefix $(obj)/,$(emulator-sources:.c=.emu.o) \
	$(addprefix arch/$(SRCARCH)/,$(emulator-arch-y:.o=.emu.o))) \
	$(emulator-crypto)

emulator-includes := -I$(src) -I$(src)/include -I$(src)/arch/$(SRCARCH)

emulator-cflags := $(CLANG_FLAGS) -std=gnu11 -Os -g -ffreestanding -fPIE
emulator-cflags += -include $(src)/include/kexec_pe/hidden.h
emulator-cflags += -fvisibility=hidden -fno-common -fno-strict-aliasing
emulator-cflags += -fshort-wchar -fno-stack-protector -fno-jump-tables
emulator-cflags += -fno-asynchronous-unwind-tables -fno-unwind-tables
emulator-cflags += -fno-delete-null-pointer-checks
emulator-cflags += -ffunction-sections -fdata-sections
emulator-cflags += -ffile-prefix-map=$(srctree)/=
emulator-cflags += $(emulator-arch-cflags)
emulator-cflags += -Wall -Werror

emulator-warnings := -Wextra -Wundef -Wshadow -Wvla
emulator-warnings += -Wstrict-prototypes -Wmissing-prototypes

# gcc's own headers (stdint.h and the like), no library's.
emulator-headers := -nostdinc \
	-isystem $(shell $(CC) -print-file-name=include)

quiet_cmd_emulator_cc = CC      $@
      cmd_emulator_cc = $(CC) -Wp,-MMD,$(depfile) $(emulator-headers) \
	$(emulator-includes) $(emulator-cflags) $(emulator-warnings) -c -o $@ $<

quiet_cmd_emulator_as = AS      $@
      cmd_emulator_as = $(CC) -Wp,-MMD,$(depfile) $(CLANG_FLAGS) -nostdinc \
	$(emulator-includes) -g -D__ASSEMBLER__ $(emulator-arch-cflags) \
	-c -o $@ $<

$(obj)/%.emu.o: $(src)/%.c FORCE
	$(call if_changed_dep,emulator_cc)

$(obj)/%.emu.o: $(src)/%.S FORCE
	$(call if_changed_dep,emulator_as)

# Runtime code is copied away from the rest: it must not call memcpy(), not
# even where gcc recognises one.
$(obj)/emulator/runtime/%.emu.o: emulator-cflags += -fno-builtin \
	$(call cc-option,-fno-tree-loop-distribute-patterns)

# All that is ever called for more than a few pages.
$(obj)/purgatory/sha256_blocks.emu.o $(obj)/emulator/string.emu.o: \
	emulator-cflags += -O2

# The hash code of this kernel, which sees kernel headers; what it has beside,
# for the crypto API, goes unused.
quiet_cmd_emulator_cc_kernel = CC      $@
      cmd_emulator_cc_kernel = $(CC) -Wp,-MMD,$(depfile) $(NOSTDINC_FLAGS) \
	$(LINUXINCLUDE) -include $(srctree)/include/linux/compiler_types.h \
	$(emulator-includes) -idirafter $(srctree) -D__KERNEL__ \
	-D__DISABLE_EXPORTS -D__NO_FORTIFY -DDISABLE_BRANCH_PROFILING \
	-DKBUILD_MODNAME='"emulator"' -DKBUILD_MODFILE='"emulator"' \
	$(emulator-cflags) -Wno-pointer-sign -Wno-unused -c -o $@ $<

$(obj)/purgatory/%_blocks.emu.o: $(src)/purgatory/%_blocks.c FORCE
	$(call if_changed_dep,emulator_cc_kernel)

# Its assembly for instructions that not every processor has.
quiet_cmd_emulator_as_kernel = AS      $@
      cmd_emulator_as_kernel = $(CC) -Wp,-MMD,$(depfile) $(CLANG_FLAGS) \
	$(LINUXINCLUDE) -include $(src)/purgatory/kernel_asm.h -D__ASSEMBLY__ \
	-D__KERNEL__ -D__DISABLE_EXPORTS -g $(emulator-arch-cflags) -c -o $@ $<

$(emulator-crypto): $(obj)/purgatory/%.emu.o: \
		$(srctree)/arch/$(SRCARCH)/crypto/%.S FORCE
	$(call if_changed_dep,emulator_as_kernel)

quiet_cmd_emulator_lds = LDS     $@
      cmd_emulator_lds = $(CPP) -Wp,-MMD,$(depfile) $(CLANG_FLAGS) -nostdinc \
	$(emulator-includes) -D__ASSEMBLER__ -P -x assembler-with-cpp \
	-o $@ $<

$(obj)/arch/$(SRCARCH)/emulator.lds: $(src)/arch/$(SRCARCH)/emulator.lds.S FORCE
	$(call if_changed_dep,emulator_lds)

emulator-ldflags := $(emulator-arch-ldflags) -pie --no-dynamic-linker
emulator-ldflags += -z noexecstack -z separate-code -z nodefaultlib
emulator-ldflags += --orphan-handling=error --fatal-warnings --no-undefined
emulator-ldflags += -Bsymbolic --build-id=none --gc-sections

quiet_cmd_emulator_ld = LD      $@
      cmd_emulator_ld = $(LD) $(emulator-ldflags) -Map $(obj)/.emulator.map \
	-T $(filter %.lds,$^) -o $@ $(filter %.o,$^)

$(obj)/emulator.elf: $(obj)/arch/$(SRCARCH)/emulator.lds $(emulator-objects) FORCE
	$(call if_changed,emulator_ld)

# The proof is part of the rule: an image that breaks it does not exist.
quiet_cmd_emulator_bin = OBJCOPY $@
      cmd_emulator_bin = $(OBJCOPY) -O binary $< $@ && \
	NM="$(NM)" READELF="$(READELF)" $(CONFIG_SHELL) $(emulator-check) \
	$< $@ $(obj)/.emulator.map >$(obj)/.emulator.size && \
	cat $(obj)/.emulator.size

emulator-check := $(src)/tools/check-image.sh

$(obj)/emulator.bin: $(obj)/emulator.elf $(emulator-check) FORCE
	$(call if_changed,emulator_bin)

AFLAGS_purgatory/emulator_image.o := -DEMULATOR_BIN='"$(obj)/emulator.bin"'
$(obj)/purgatory/emulator_image.o: $(obj)/emulator.bin

obj-y += purgatory/emulator_image.o
targets += emulator.elf emulator.bin arch/$(SRCARCH)/emulator.lds
targets += $(patsubst $(obj)/%,%,$(emulator-objects))
clean-files += .emulator.map .emulator.size
