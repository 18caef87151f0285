# SPDX-License-Identifier: GPL-2.0-or-later
#
# The EFI self-test application and its runs under other people's firmware.
#
#	make efi-selftest		build $(O)/x86_64/efi/selftest.efi
#	make efi-selftest-ovmf		run it under OVMF in QEMU
#	make efi-selftest-uboot		run it under U-Boot in QEMU
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
EFI_CC ?= gcc
EFI_LD ?= ld
EFI_OBJCOPY ?= objcopy
EFI_INCLUDE ?= /usr/include/efi

EFI_QUIET := $(if $(filter 1,$(V)),,@)
EFI_SAY = $(if $(filter 1,$(V))$(findstring s,$(filter-out --%,$(firstword -$(MAKEFLAGS)))),:,printf ' %-7s %s\n')

EFI_OUT := $(O)/x86_64/efi
EFI_SOURCE := tests/efi/selftest
EFI_CHILD := child x86_64 x86_64_call
EFI_APP := $(filter-out child x86_64 x86_64_call, \
	$(basename $(notdir $(wildcard $(EFI_SOURCE)/*.c)))) x86_64 x86_64_call
EFI_CHILD_OBJECTS := $(EFI_CHILD:%=$(EFI_OUT)/obj/%.o)
EFI_APP_OBJECTS := $(EFI_APP:%=$(EFI_OUT)/obj/%.o) $(EFI_OUT)/obj/child_file.o

# Freestanding, position-independent without a GOT; general registers only, so
# that what the checks find in vector registers is what they put there.
EFI_CFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes \
	-Wmissing-prototypes -Werror -ffreestanding -fpie -fvisibility=hidden \
	-fno-common -fno-strict-aliasing -fshort-wchar -fno-stack-protector \
	-fno-asynchronous-unwind-tables -fno-jump-tables \
	-fno-tree-loop-distribute-patterns -mno-red-zone -mgeneral-regs-only \
	-maccumulate-outgoing-args -DGNU_EFI_USE_MS_ABI \
	-Iinclude -isystem $(EFI_INCLUDE) -isystem $(EFI_INCLUDE)/x86_64
EFI_LDFLAGS := -m elf_x86_64 -pie --no-dynamic-linker -z text -z norelro \
	-z noexecstack -z max-page-size=4096 \
	--build-id=none -T $(EFI_SOURCE)/image.lds

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
	$(EFI_QUIET)cd $(EFI_OUT) && $(EFI_OBJCOPY) -I binary -O elf64-x86-64 \
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

.PHONY: efi-selftest-check
efi-selftest-check: efi-selftest-ovmf efi-selftest-uboot ## EFI self-test under both, compared
	$(EFI_QUIET)tests/efi/compare.py --differences-allowed \
		$(EFI_OUT)/ovmf.result $(EFI_OUT)/uboot.result
