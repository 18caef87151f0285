# SPDX-License-Identifier: GPL-2.0-or-later
#
# The EFI self-test application and its runs under other people's firmware.
#
#	make efi-selftest		build $(O)/x86_64/efi/selftest.efi
#	make efi-selftest-ovmf		run it under OVMF in QEMU
#	make efi-selftest-uboot		run it under U-Boot in QEMU
#	make efi-selftest-aavmf ARCH=arm64	run the arm64 one under AAVMF
#	make efi-selftest-check		both, and the table of differences
#
# A run fails when a check fails that tests/efi/deviations.txt does not list,
# or when one passes that it lists. Results: $(O)/x86_64/efi/FIRMWARE.result.
#
# Needs the Debian packages gnu-efi (headers only), qemu-system-x86, ovmf and
# u-boot-qemu. Included by the top-level Makefile, and usable alone with
# "make -f tests/efi/selftest.mk".

O ?= build
PYTHON ?= python3
ARCH ?= x86_64
EFI_CROSS_x86_64 := x86_64-linux-gnu-
EFI_CROSS_arm64 := aarch64-linux-gnu-
EFI_CC ?= $(EFI_CROSS_$(ARCH))gcc
EFI_LD ?= $(EFI_CROSS_$(ARCH))ld
EFI_OBJCOPY ?= $(EFI_CROSS_$(ARCH))objcopy
EFI_INCLUDE ?= /usr/include/efi

EFI_QUIET := $(if $(filter 1,$(V)),,@)
EFI_SAY = $(if $(filter 1,$(V))$(findstring s,$(filter-out --%,$(firstword -$(MAKEFLAGS)))),:,printf ' %-7s %s\n')

EFI_OUT := $(O)/$(ARCH)/efi
EFI_SOURCE := tests/efi/selftest
EFI_CHILD := child $(ARCH) $(ARCH)_call
EFI_APP := $(filter-out child x86_64 arm64, \
	$(basename $(notdir $(wildcard $(EFI_SOURCE)/*.c)))) $(ARCH) $(ARCH)_call
EFI_CHILD_OBJECTS := $(EFI_CHILD:%=$(EFI_OUT)/obj/%.o)
EFI_APP_OBJECTS := $(EFI_APP:%=$(EFI_OUT)/obj/%.o) $(EFI_OUT)/obj/child_file.o

EFI_CFLAGS_x86_64 := -mno-red-zone -maccumulate-outgoing-args \
	-DGNU_EFI_USE_MS_ABI
EFI_CFLAGS_arm64 := -mno-outline-atomics -include include/kexec_pe/hidden.h -isystem $(EFI_OUT)/include
# Freestanding, position-independent without a GOT; general registers only, so
# that what the checks find in vector registers is what they put there.
EFI_CFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes \
	-Wmissing-prototypes -Werror -ffreestanding -fpie -fvisibility=hidden \
	-fno-common -fno-strict-aliasing -fshort-wchar -fno-stack-protector \
	-fno-asynchronous-unwind-tables -fno-jump-tables \
	-fno-tree-loop-distribute-patterns -mgeneral-regs-only \
	$(EFI_CFLAGS_$(ARCH)) -Iinclude -isystem $(EFI_INCLUDE)
EFI_EMULATION_x86_64 := elf_x86_64
EFI_EMULATION_arm64 := aarch64elf
EFI_FORMAT_x86_64 := elf64-x86-64
EFI_FORMAT_arm64 := elf64-littleaarch64
# Bytes that the linker puts into a .got without entries.
EFI_GOT_x86_64 := 0
EFI_GOT_arm64 := 8
EFI_LDFLAGS_x86_64 := -z norelro
EFI_LDFLAGS_arm64 := --no-warn-rwx-segments
EFI_LDFLAGS := -m $(EFI_EMULATION_$(ARCH)) -pie --no-dynamic-linker -z text \
	-z noexecstack -z max-page-size=4096 $(EFI_LDFLAGS_$(ARCH)) \
	--defsym got_reserved=$(EFI_GOT_$(ARCH)) \
	--build-id=none -T $(EFI_SOURCE)/image.lds

# gnu-efi here has the headers of this machine only.
EFI_BIND_arm64 := $(EFI_OUT)/include/aarch64/efibind.h
$(EFI_OUT)/include/aarch64/efibind.h: tools/build/debian-files.sh
	@mkdir -p $(@D)
	$(EFI_QUIET)cp "$$(tools/build/debian-files.sh efibind-arm64)" $@
$(EFI_CHILD_OBJECTS) $(EFI_APP_OBJECTS): | $(EFI_BIND_$(ARCH))

.PHONY: efi-selftest
efi-selftest: $(EFI_OUT)/selftest.efi ## build the EFI self-test application

$(EFI_OUT)/obj/%.o: $(EFI_SOURCE)/%.c tests/efi/selftest.mk
	@$(EFI_SAY) CC $<
	@mkdir -p $(@D)
	$(EFI_QUIET)$(EFI_CC) $(EFI_CFLAGS) -MMD -MP -c -o $@ $<

$(EFI_OUT)/obj/%.o: $(EFI_SOURCE)/%.S tests/efi/selftest.mk
	@$(EFI_SAY) AS $<
	@mkdir -p $(@D)
	$(EFI_QUIET)$(EFI_CC) $(EFI_CFLAGS) -MMD -MP -c -o $@ $<

-include $(wildcard $(EFI_OUT)/obj/*.d)

$(EFI_OUT)/child.elf: $(EFI_CHILD_OBJECTS) $(EFI_SOURCE)/image.lds
	@$(EFI_SAY) LD $@
	$(EFI_QUIET)$(EFI_LD) $(EFI_LDFLAGS) -e child_entry -o $@ $(EFI_CHILD_OBJECTS)

$(EFI_OUT)/selftest.elf: $(EFI_APP_OBJECTS) $(EFI_SOURCE)/image.lds
	@$(EFI_SAY) LD $@
	$(EFI_QUIET)$(EFI_LD) $(EFI_LDFLAGS) -e selftest_entry -o $@ $(EFI_APP_OBJECTS)

$(EFI_OUT)/%.efi: $(EFI_OUT)/%.elf tests/efi/elf2pe.py
	@$(EFI_SAY) PE $@
	$(EFI_QUIET)$(PYTHON) tests/efi/elf2pe.py $< $@

# The child as bytes, in the section that K1 lists as a UKI's inner kernel.
$(EFI_OUT)/obj/child_file.o: $(EFI_OUT)/child.efi
	@$(EFI_SAY) OBJCOPY $@
	$(EFI_QUIET)cd $(EFI_OUT) && $(EFI_OBJCOPY) -I binary -O $(EFI_FORMAT_$(ARCH)) \
		--rename-section .data=.linux,alloc,load,readonly,data,contents \
		--redefine-sym _binary_child_efi_start=child_file \
		--redefine-sym _binary_child_efi_end=child_file_end \
		--strip-symbol _binary_child_efi_size \
		--add-section .note.GNU-stack=/dev/null \
		child.efi obj/child_file.o

# efi_run FIRMWARE
define efi_run
.PHONY: efi-selftest-$(1)
efi-selftest-$(1): $(EFI_OUT)/selftest.efi ## run the EFI self-test under $(1)
	@$$(EFI_SAY) RUN "$$< under $(1)"
	$$(EFI_QUIET)tests/efi/run_selftest.py --firmware $(1) --app $$< \
		--result $(EFI_OUT)/$(1).result --log $(EFI_OUT)/$(1).log \
		--deviations tests/efi/deviations.txt
endef
$(eval $(call efi_run,ovmf))
$(eval $(call efi_run,uboot))
$(eval $(call efi_run,aavmf))

.PHONY: efi-selftest-check
efi-selftest-check: efi-selftest-ovmf efi-selftest-uboot ## EFI self-test under both, compared
	$(EFI_QUIET)tests/efi/compare.py --differences-allowed \
		$(EFI_OUT)/ovmf.result $(EFI_OUT)/uboot.result
