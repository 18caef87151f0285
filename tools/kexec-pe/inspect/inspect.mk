# SPDX-License-Identifier: GPL-2.0-or-later
#
# kexec-pe-inspect, which "kexec-pe inspect" starts: for this machine only, and
# dynamic, as Debian has no static GnuTLS with all that it needs.
#
# Included by tools/kexec-pe/tools.mk.

INSPECT_SOURCES := $(sort $(wildcard tools/kexec-pe/inspect/*.c) \
	$(wildcard image/*.c) arch/host/hash.c emulator/tpm/tpm.c \
	stage/cmdline.c)
INSPECT_CFLAGS := -std=gnu11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Wundef \
	-Wshadow -Wvla -Wformat=2 -Wwrite-strings -Wstrict-prototypes \
	-Wmissing-prototypes -Werror -fstack-protector-strong \
	-fno-strict-aliasing -ffile-prefix-map=$(CURDIR)=. \
	-I. -Iinclude -Iarch/host
INSPECT_CC := x86_64-linux-gnu-gcc
INSPECT_SANITIZE := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all

# $(call inspect_program,FOLDER,FLAGS)
define inspect_program
$(1)/kexec-pe-inspect: $$(INSPECT_SOURCES:%.c=$(1)/obj/inspect/%.o)
	@$$(TOOLS_SAY) LD $$@
	$$(TOOLS_QUIET)$$(INSPECT_CC) $(2) -o $$@ $$^ -lgnutls -lmbedcrypto

$(1)/obj/inspect/%.o: %.c tools/kexec-pe/inspect/inspect.mk
	@$$(TOOLS_SAY) CC $$<
	@mkdir -p $$(@D)
	$$(TOOLS_QUIET)$$(INSPECT_CC) $$(INSPECT_CFLAGS) $(2) -MMD -MP -c -o $$@ $$<

-include $$(INSPECT_SOURCES:%.c=$(1)/obj/inspect/%.d)
endef
$(eval $(call inspect_program,$(O)/x86_64/tools,))
# The tests' own, see tests/hosted.
$(eval $(call inspect_program,$(O)/hosted,$(INSPECT_SANITIZE)))

ifeq ($(ARCH),x86_64)
tools: $(O)/x86_64/tools/kexec-pe-inspect
endif
