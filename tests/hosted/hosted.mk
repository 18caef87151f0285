# SPDX-License-Identifier: GPL-2.0-or-later
#
# Payloads through "kexec-pe run", with the emulator under ASan and UBSan:
#
#	make hosted-tests		all
#	make hosted-tests ONLY=uki	those whose name contains this
#
#	make hosted-tests-arm64		some for arm64, under qemu-user
#
# The sources are those of the kexec-pe command, see
# tools/kexec-pe/tools.mk. Output: $(O)/hosted.

include arch/host/host.mk

HOSTED_DIR := $(O)/hosted
HOSTED_CC ?= x86_64-linux-gnu-gcc
HOSTED_TEST_CFLAGS = -O1 -fno-omit-frame-pointer -fsanitize=address,undefined \
	-fno-sanitize-recover=all
HOSTED_TOOL_SOURCES := $(sort $(wildcard tools/kexec-pe/*.c))
HOSTED_OBJECTS = $(HOSTED_SOURCES_x86_64:%.c=$(HOSTED_DIR)/obj/%.o) \
	$(HOSTED_TOOL_SOURCES:%.c=$(HOSTED_DIR)/obj/%.o)
HOSTED_PAYLOADS := $(patsubst tests/hosted/payload/%.S,$(HOSTED_DIR)/%.efi,\
	$(wildcard tests/hosted/payload/*.S))

# TOOLS_LIBS is what the command needs besides the emulator.
$(HOSTED_DIR)/kexec-pe: $(HOSTED_DIR)/obj/arch/host/runtime_start.o \
		$(HOSTED_OBJECTS) $(HOSTED_DIR)/obj/arch/host/runtime_end.o
	@$(TOOLS_SAY) LD $@
	$(TOOLS_QUIET)$(HOSTED_CC) -pie $(HOSTED_TEST_CFLAGS) $(HOSTED_LDFLAGS) \
		-o $@ $^ $(HOSTED_LIBS)

$(HOSTED_DIR)/obj/emulator/runtime/%.o: HOSTED_EXTRA := $(HOSTED_RUNTIME_CFLAGS)
$(HOSTED_DIR)/obj/tools/%.o: HOSTED_EXTRA := -DKEXEC_PE_HOSTED -DKEXEC_PE_INSPECT \
	-DKEXEC_PE_VERSION='"$(KEXEC_PE_VERSION)"' -U_GNU_SOURCE
# On the stack of signals ASan looks for the thread's in /proc, which is shut.
$(addprefix $(HOSTED_DIR)/obj/arch/host/,after.o fault.o tell.o): \
	HOSTED_EXTRA := -fno-sanitize=address
$(HOSTED_DIR)/obj/%.o: %.c tools/kexec-pe/tools.mk tests/hosted/hosted.mk
	@$(TOOLS_SAY) CC $<
	@mkdir -p $(@D)
	$(TOOLS_QUIET)$(HOSTED_CC) $(HOSTED_CFLAGS) $(HOSTED_TEST_CFLAGS) \
		$(HOSTED_EXTRA) -MMD -MP -c -o $@ $<

$(HOSTED_DIR)/obj/%.o: %.S
	@$(TOOLS_SAY) AS $<
	@mkdir -p $(@D)
	$(TOOLS_QUIET)$(HOSTED_CC) $(HOSTED_CFLAGS) -c -o $@ $<

$(HOSTED_DIR)/%.efi: $(HOSTED_DIR)/obj/payload/%.o
	@$(TOOLS_SAY) OBJCOPY $@
	$(TOOLS_QUIET)x86_64-linux-gnu-objcopy -O binary -j .image $< $@

.SECONDARY: $(HOSTED_PAYLOADS:$(HOSTED_DIR)/%.efi=$(HOSTED_DIR)/obj/payload/%.o)
$(HOSTED_DIR)/obj/payload/%.o: tests/hosted/payload/%.S \
		tests/efi/payload/pe_header.h
	@$(TOOLS_SAY) AS $<
	@mkdir -p $(@D)
	$(TOOLS_QUIET)$(HOSTED_CC) -Wall -Wextra -Werror -I. -c -o $@ $<

-include $(shell find $(HOSTED_DIR)/obj -name '*.d' 2>/dev/null)

.PHONY: hosted-tests
hosted-tests: $(HOSTED_DIR)/kexec-pe $(HOSTED_DIR)/kexec-pe-inspect $(O)/x86_64/tools/kexec-pe $(HOSTED_PAYLOADS) ## payloads through "kexec-pe run" under ASan and UBSan (ONLY=part of a name)
	$(TOOLS_QUIET)$(MAKE) --no-print-directory -s ARCH=x86_64 efi-payloads \
		efi-selftest $(UNIT_CASES)
	$(TOOLS_QUIET)tests/hosted/run_tests.py --out $(O) $(if $(ONLY),--only '$(ONLY)')

.PHONY: hosted-tests-arm64
hosted-tests-arm64: ## arm64 payloads through "kexec-pe run" under qemu-user
	$(TOOLS_QUIET)$(MAKE) --no-print-directory -s ARCH=arm64 tools efi-payloads \
		kernel
	@mkdir -p $(HOSTED_DIR)
	$(TOOLS_QUIET)tests/hosted/run_tests.py --arch arm64 --out $(O) $(if $(ONLY),--only '$(ONLY)')
