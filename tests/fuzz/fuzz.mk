# SPDX-License-Identifier: GPL-2.0-or-later
#
# Fuzz targets: every tests/fuzz/fuzz_NAME.c, linked with what its lines
# "// sources: FILE..." say (as unit tests are, see tests/unit/unit.mk).
#
#	make fuzz SECONDS=60		libFuzzer, each target so long
#	make fuzz FUZZ=pe		one target only
#	make fuzz-replay		seeds, corpus and regressions, with gcc
#
# Seeds of a target are the folders FUZZ_SEEDS_NAME; seeds.py makes those whose
# inputs are no files. What libFuzzer finds is kept in $(O)/fuzz/corpus/NAME;
# an input that crashed goes, as small as it can be made, into
# tests/fuzz/regressions/NAME, which is committed.

ifeq ($(origin unit_line),undefined)
include tests/unit/unit.mk
endif

FUZZ_CC ?= clang-14
SECONDS ?= 60
FUZZ ?= $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_CFLAGS = $(filter-out -Wno-format-truncation,$(UNIT_CFLAGS)) -Itests/fuzz

FUZZ_SEEDS_sbat := tests/fuzz/seeds/sbat
FUZZ_SEEDS_pe := $(O)/unit/cases/x86_64 $(O)/unit/cases/aarch64
FUZZ_SEEDS_uki := $(FUZZ_SEEDS_pe)
FUZZ_SEEDS_zboot := $(FUZZ_SEEDS_pe)
FUZZ_MADE := cpio device_path efi_calls event_log handoff tpm
$(foreach f,$(FUZZ_MADE),$(eval FUZZ_SEEDS_$(f) := $(O)/fuzz/seeds/$(f)))

# Not named like a seed: replay.c leaves out what begins with a dot.
FUZZ_SEEDS := $(O)/fuzz/seeds/.made
$(FUZZ_SEEDS): tests/fuzz/seeds.py
	@$(UNIT_SAY) SEEDS $(@D)
	$(UNIT_QUIET)python3 -B $< $(@D) && touch $@

fuzz_sources = tests/fuzz/fuzz_$(1).c \
	$(call unit_line,sources,tests/fuzz/fuzz_$(1).c)
# Folders with inputs of a target that are there
fuzz_inputs = $(FUZZ_SEEDS_$(1)) $(wildcard tests/fuzz/regressions/$(1) \
	$(O)/fuzz/corpus/$(1))

.PHONY: $(FUZZ:%=fuzz-%)
$(FUZZ:%=fuzz-%): fuzz-%: $(O)/fuzz/fuzz_% $(UNIT_CASES) $(FUZZ_SEEDS)
	@mkdir -p $(O)/fuzz/corpus/$*
	$(UNIT_QUIET)$(UNIT_ENV) $< -max_total_time=$(SECONDS) -timeout=10 \
		-rss_limit_mb=1024 -max_len=65536 -verbosity=0 \
		-artifact_prefix=$(O)/fuzz/$*- -print_final_stats=1 \
		$(O)/fuzz/corpus/$* $(filter-out $(O)/fuzz/corpus/%,$(call fuzz_inputs,$*))

.PHONY: $(FUZZ:%=fuzz-replay-%)
$(FUZZ:%=fuzz-replay-%): fuzz-replay-%: $(O)/fuzz/replay_% $(UNIT_CASES) $(FUZZ_SEEDS)
	@printf '%s: ' $*
	$(UNIT_QUIET)$(UNIT_ENV) $< $(call fuzz_inputs,$*) 2>$<.log || \
		{ tail -n 30 $<.log; exit 1; }

# With clang's own objects; a replay shares gcc's with the unit tests.
$(O)/fuzz/obj/%.o: %.c
	@$(UNIT_SAY) FUZZ $<
	@mkdir -p $(@D)
	$(UNIT_QUIET)$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link \
		-MMD -MP -c -o $@ $<

$(O)/fuzz/obj/%.o: %.S
	@$(UNIT_SAY) AS $<
	@mkdir -p $(@D)
	$(UNIT_QUIET)$(FUZZ_CC) $(FUZZ_CFLAGS) -MMD -MP -c -o $@ $<

-include $(shell find $(O)/fuzz/obj -name '*.d' 2>/dev/null)

fuzz_objects = $(addprefix $(O)/$(1)/obj/,$(addsuffix .o,$(basename $(2))))

define fuzz_program
$(O)/fuzz/fuzz_$(1): FUZZ_FLAGS := $(call unit_line,flags,tests/fuzz/fuzz_$(1).c)
$(O)/fuzz/fuzz_$(1): $(call fuzz_objects,fuzz,$(call fuzz_sources,$(1)))
	@$$(UNIT_SAY) LD $$@
	@mkdir -p $$(@D)
	$$(UNIT_QUIET)$$(FUZZ_CC) $$(FUZZ_CFLAGS) -fsanitize=fuzzer -o $$@ $$^ \
		$$(FUZZ_FLAGS)

$(O)/fuzz/replay_$(1): FUZZ_FLAGS := $(call unit_line,flags,tests/fuzz/fuzz_$(1).c)
$(O)/fuzz/replay_$(1): $(call fuzz_objects,unit,$(call fuzz_sources,$(1)) \
		tests/fuzz/replay.c)
	@$$(UNIT_SAY) LD $$@
	@mkdir -p $$(@D)
	$$(UNIT_QUIET)$$(HOSTCC) $$(UNIT_CFLAGS) -o $$@ $$^ $$(FUZZ_FLAGS)
endef
$(foreach f,$(FUZZ),$(eval $(call fuzz_program,$(f))))

.PHONY: fuzz fuzz-replay
fuzz: $(FUZZ:%=fuzz-%) ## fuzz each target for SECONDS (FUZZ=one of them)

fuzz-replay: $(FUZZ:%=fuzz-replay-%) ## all known inputs through the fuzz targets
