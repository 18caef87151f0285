# SPDX-License-Identifier: GPL-2.0-or-later
#
# Fuzz targets: every tests/fuzz/fuzz_NAME.c, linked with what its lines
# "// sources: FILE..." say (as unit tests are, see tests/unit/unit.mk).
#
#	make fuzz			libFuzzer, each target for FUZZ_SECONDS
#	make fuzz FUZZ=pe		one target only
#	make fuzz-replay		seeds, corpus and regressions, with gcc
#
# Seeds of a target are the folders FUZZ_SEEDS_NAME. What libFuzzer finds is
# kept in $(O)/fuzz/corpus/NAME; an input that crashed goes, as small as it
# can be made, into tests/fuzz/regressions/NAME, which is committed.

ifeq ($(origin unit_line),undefined)
include tests/unit/unit.mk
endif

FUZZ_CC ?= clang-14
FUZZ_SECONDS ?= 60
FUZZ ?= $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_CFLAGS = $(filter-out -Wno-format-truncation,$(UNIT_CFLAGS)) -Itests/fuzz

FUZZ_SEEDS_sbat := tests/fuzz/seeds/sbat
FUZZ_SEEDS_pe := $(O)/unit/cases/x86_64 $(O)/unit/cases/aarch64

fuzz_sources = tests/fuzz/fuzz_$(1).c \
	$(call unit_line,sources,tests/fuzz/fuzz_$(1).c)
# Folders with inputs of a target that are there
fuzz_inputs = $(FUZZ_SEEDS_$(1)) $(wildcard tests/fuzz/regressions/$(1) \
	$(O)/fuzz/corpus/$(1))

.PHONY: $(FUZZ:%=fuzz-%)
$(FUZZ:%=fuzz-%): fuzz-%: $(O)/fuzz/fuzz_% $(UNIT_CASES)
	@mkdir -p $(O)/fuzz/corpus/$*
	$(UNIT_QUIET)$(UNIT_ENV) $< -max_total_time=$(FUZZ_SECONDS) -timeout=10 \
		-rss_limit_mb=1024 -max_len=65536 -verbosity=0 \
		-artifact_prefix=$(O)/fuzz/$*- -print_final_stats=1 \
		$(O)/fuzz/corpus/$* $(filter-out $(O)/fuzz/corpus/%,$(call fuzz_inputs,$*))

.PHONY: $(FUZZ:%=fuzz-replay-%)
$(FUZZ:%=fuzz-replay-%): fuzz-replay-%: $(O)/fuzz/replay_% $(UNIT_CASES)
	@printf '%s: ' $*
	$(UNIT_QUIET)$(UNIT_ENV) $< $(call fuzz_inputs,$*) 2>$<.log || \
		{ tail -n 30 $<.log; exit 1; }

FUZZ_HEADERS := $(wildcard image/*.h include/*/*.h tests/fuzz/*.h)

define fuzz_program
$(O)/fuzz/fuzz_$(1): $(call fuzz_sources,$(1)) $(FUZZ_HEADERS)
	@$$(UNIT_SAY) FUZZ $$@
	@mkdir -p $$(@D)
	$$(UNIT_QUIET)$$(FUZZ_CC) $$(FUZZ_CFLAGS) -fsanitize=fuzzer -o $$@ \
		$$(filter %.c,$$^)

$(O)/fuzz/replay_$(1): $(call fuzz_sources,$(1)) tests/fuzz/replay.c \
		$(FUZZ_HEADERS)
	@$$(UNIT_SAY) CC $$@
	@mkdir -p $$(@D)
	$$(UNIT_QUIET)$$(HOSTCC) $$(FUZZ_CFLAGS) -o $$@ $$(filter %.c,$$^)
endef
$(foreach f,$(FUZZ),$(eval $(call fuzz_program,$(f))))

.PHONY: fuzz fuzz-replay
fuzz: $(FUZZ:%=fuzz-%) ## fuzz each target for FUZZ_SECONDS (FUZZ=one of them)

fuzz-replay: $(FUZZ:%=fuzz-replay-%) ## all known inputs through the fuzz targets
