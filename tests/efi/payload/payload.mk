# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tiny EFI applications that are no kernel: $(O)/$(ARCH)/efi/NAME.efi for every
# tests/efi/payload/$(ARCH)/NAME.S.
#
#	return		returns EFI_SUCCESS from its entry point
#	exit_error	calls Exit() with EFI_LOAD_ERROR
#	overflow	pushes until the stack ends
#	write_text	writes to its own code
#	spin		stays where it is
#
# Included by the top-level Makefile, and usable alone with
# "make -f tests/efi/payload/payload.mk".

O ?= build
ARCH ?= x86_64
PAYLOAD_QUIET := $(if $(filter 1,$(V)),,@)
PAYLOAD_SAY = $(if $(filter 1,$(V))$(findstring s,$(filter-out --%,$(firstword -$(MAKEFLAGS)))),:,printf ' %-7s %s\n')

PAYLOAD_CROSS_x86_64 ?= x86_64-linux-gnu-
PAYLOAD_CROSS_arm64 ?= aarch64-linux-gnu-
PAYLOAD_CROSS := $(PAYLOAD_CROSS_$(ARCH))

PAYLOAD_DIR := $(O)/$(ARCH)/efi
PAYLOADS := $(patsubst tests/efi/payload/$(ARCH)/%.S,$(PAYLOAD_DIR)/%.efi,\
	$(wildcard tests/efi/payload/$(ARCH)/*.S))

.PHONY: efi-payloads
.SECONDARY: $(PAYLOADS:$(PAYLOAD_DIR)/%.efi=$(PAYLOAD_DIR)/obj/%.o)
efi-payloads: $(PAYLOADS) ## build the tiny EFI payloads (ARCH=)

# Of these only: the self-test has objects there, too, and rules of its own.
$(PAYLOADS): $(PAYLOAD_DIR)/%.efi: $(PAYLOAD_DIR)/obj/%.o
	@$(PAYLOAD_SAY) OBJCOPY $@
	$(PAYLOAD_QUIET)$(PAYLOAD_CROSS)objcopy -O binary -j .image $< $@

$(PAYLOAD_DIR)/obj/%.o: tests/efi/payload/$(ARCH)/%.S \
		tests/efi/payload/pe_header.h tests/efi/payload/payload.mk
	@$(PAYLOAD_SAY) AS $<
	@mkdir -p $(@D)
	$(PAYLOAD_QUIET)$(PAYLOAD_CROSS)gcc -Wall -Wextra -Werror -I. -c -o $@ $<
