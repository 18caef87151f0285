# SPDX-License-Identifier: GPL-2.0-or-later
#
# kexec-pe(8), the command line tool: one static program for each architecture,
# $(O)/$(ARCH)/tools/kexec-pe, and the patched kexec(8) beside it.
#
#	make tools		for x86_64
#	make tools ARCH=arm64	by aarch64-linux-gnu-gcc
#	make kexec-tools	kexec-tools of Debian 12 with our patches
#
# It contains the hosted emulator (kexec-pe run): the objects of HOSTED_SOURCES,
# position-independent, as low addresses are the payload's. The arm64 one's hash
# functions come from Debian's arm64 package of the library.
#
# Included by the top-level Makefile, and usable alone with
# "make -f tools/kexec-pe/tools.mk".

O ?= build
ARCH ?= x86_64
KEXEC_PE_VERSION ?= 0.1
TOOLS_QUIET := $(if $(filter 1,$(V)),,@)
TOOLS_SAY = $(if $(filter 1,$(V))$(findstring s,$(filter-out --%,$(firstword -$(MAKEFLAGS)))),:,printf ' %-7s %s\n')

TOOLS_CC_x86_64 ?= x86_64-linux-gnu-gcc
TOOLS_CC_arm64 ?= aarch64-linux-gnu-gcc
TOOLS_CC := $(TOOLS_CC_$(ARCH))

TOOLS_CFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Wundef \
	-Wshadow -Wvla -Wformat=2 -Wwrite-strings -Wold-style-definition \
	-Wstrict-prototypes -Wmissing-prototypes -Werror \
	-fstack-protector-strong -fno-strict-aliasing -ffile-prefix-map=$(CURDIR)=. \
	-DKEXEC_PE_VERSION='"$(KEXEC_PE_VERSION)"' -I. -Iinclude
TOOLS_LDFLAGS := -Wl,-z,noexecstack -Wl,--fatal-warnings

TOOLS_DIR := $(O)/$(ARCH)/tools
KEXEC_PE_SOURCES := $(sort $(wildcard tools/kexec-pe/*.c))

include arch/host/host.mk

TOOLS_CFLAGS += -fPIE -DKEXEC_PE_HOSTED -Iarch/host
TOOLS_LDFLAGS += -static-pie $(HOSTED_LDFLAGS)
TOOLS_HOSTED := $(HOSTED_SOURCES_$(ARCH))
TOOLS_LIBS_x86_64 := $(HOSTED_LIBS)
TOOLS_LIBS_arm64 := $(TOOLS_DIR)/libmbedcrypto.a
TOOLS_LIBS := $(TOOLS_LIBS_$(ARCH))
# kexec-pe inspect is a program of its own, for x86-64 only.
ifneq ($(ARCH),x86_64)
KEXEC_PE_SOURCES := $(filter-out tools/kexec-pe/inspect.c,$(KEXEC_PE_SOURCES))
else
TOOLS_CFLAGS += -DKEXEC_PE_INSPECT
endif
KEXEC_PE_OBJECTS := $(KEXEC_PE_SOURCES:tools/%.c=$(TOOLS_DIR)/obj/%.o)
TOOLS_HOSTED_OBJECTS := $(TOOLS_HOSTED:%.c=$(TOOLS_DIR)/obj/hosted/%.o)
# First and last: they bound the code that a payload's kernel keeps.
TOOLS_FIRST := $(TOOLS_DIR)/obj/hosted/arch/host/runtime_start.o
TOOLS_LAST := $(TOOLS_DIR)/obj/hosted/arch/host/runtime_end.o

.PHONY: tools kexec-tools
tools: $(TOOLS_DIR)/kexec-pe ## build the kexec-pe command (ARCH=)
kexec-tools: $(TOOLS_DIR)/kexec ## build Debian's kexec with our patches (ARCH=)

$(TOOLS_DIR)/kexec-pe: $(TOOLS_FIRST) $(KEXEC_PE_OBJECTS) \
		$(TOOLS_HOSTED_OBJECTS) $(TOOLS_LAST) \
		$(filter %.a,$(TOOLS_LIBS))
	@$(TOOLS_SAY) LD $@
	$(TOOLS_QUIET)$(TOOLS_CC) $(TOOLS_LDFLAGS) -o $@ $(filter %.o,$^) $(TOOLS_LIBS)

$(TOOLS_DIR)/libmbedcrypto.a: tools/build/debian-files.sh
	@mkdir -p $(@D)
	$(TOOLS_QUIET)cp "$$(tools/build/debian-files.sh mbedcrypto-arm64)" $@

$(TOOLS_DIR)/obj/hosted/emulator/runtime/%.o: HOSTED_EXTRA := $(HOSTED_RUNTIME_CFLAGS)
$(TOOLS_DIR)/obj/hosted/%.o: %.c tools/kexec-pe/tools.mk
	@$(TOOLS_SAY) CC $<
	@mkdir -p $(@D)
	$(TOOLS_QUIET)$(TOOLS_CC) $(HOSTED_CFLAGS) -O2 $(HOSTED_EXTRA) -MMD -MP -c -o $@ $<

$(TOOLS_DIR)/obj/hosted/%.o: %.S tools/kexec-pe/tools.mk
	@$(TOOLS_SAY) AS $<
	@mkdir -p $(@D)
	$(TOOLS_QUIET)$(TOOLS_CC) $(HOSTED_CFLAGS) -c -o $@ $<

$(TOOLS_DIR)/obj/%.o: tools/%.c tools/kexec-pe/tools.mk
	@$(TOOLS_SAY) CC $<
	@mkdir -p $(@D)
	$(TOOLS_QUIET)$(TOOLS_CC) $(TOOLS_CFLAGS) -MMD -MP -c -o $@ $<

$(TOOLS_DIR)/kexec: tools/build/kexec-tools.sh tools/build/private-apt.sh \
		$(wildcard tools/kexec-patch/kexec-tools/*.patch)
	@$(TOOLS_SAY) KEXEC $@
	$(TOOLS_QUIET)tools/build/kexec-tools.sh $(ARCH) $@ >/dev/null

-include $(KEXEC_PE_OBJECTS:.o=.d) $(TOOLS_HOSTED_OBJECTS:.o=.d)

include tools/kexec-pe/inspect/inspect.mk
