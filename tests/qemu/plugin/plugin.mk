# SPDX-License-Identifier: GPL-2.0-or-later
#
# The plugin that tests/qemu/scenarios/coherency.py loads into QEMU:
# $(O)/arm64/coherency.so, for the machine that runs QEMU.
#
# Included by the top-level Makefile.

PLUGIN := $(O)/arm64/coherency.so
PLUGIN_SOURCES := $(wildcard tests/qemu/plugin/*.c)

# QEMU brings what is undefined in it.
$(PLUGIN): $(PLUGIN_SOURCES) $(wildcard tests/qemu/plugin/*.h) \
		include/kexec_pe/handoff.h tests/qemu/plugin/plugin.mk
	@$(say) CC $@
	@mkdir -p $(@D)
	$(quiet)gcc -std=gnu11 -O2 -g -Wall -Wextra -Wshadow -Wvla -Werror \
		-Wstrict-prototypes -Wmissing-prototypes -fPIC -shared \
		-fvisibility=hidden -Iinclude -o $@ $(PLUGIN_SOURCES)

.PHONY: qemu-plugin
qemu-plugin: $(PLUGIN) ## the QEMU plugin that watches arm64 caches
