# SPDX-License-Identifier: GPL-2.0-or-later
#
# The EFI application that tells the calls of a payload under other people's
# firmware, built as the self-test is. tests/qemu/scenarios/trace.py puts a payload
# into it and compares.

EFI_INTERPOSE := tests/efi/interpose

# The scenarios find it built; it tells on a port that only x86-64 has.
ifeq ($(ARCH),x86_64)
all: efi-interpose
endif

.PHONY: efi-interpose
efi-interpose: $(EFI_OUT)/interpose.efi ## build the EFI application that tells a payload's calls

$(EFI_OUT)/obj/interpose.o: | $(PACKAGES)
$(EFI_OUT)/obj/%.o: $(EFI_INTERPOSE)/%.c tests/efi/interpose.mk
	@$(EFI_SAY) CC $<
	@mkdir -p $(@D)
	$(EFI_QUIET)$(EFI_CC) $(EFI_CFLAGS) -MMD -MP -c -o $@ $<

$(EFI_OUT)/interpose.elf: $(EFI_OUT)/obj/interpose.o $(EFI_SOURCE)/image.lds
	@$(EFI_SAY) LD $@
	$(EFI_QUIET)$(EFI_LD) $(EFI_LDFLAGS) -e interpose_entry -o $@ $<
