# SPDX-License-Identifier: GPL-2.0-or-later
#
# How much the unit tests and the replayed fuzz inputs see. Both targets
# report; they fail only when a figure falls below the committed baseline.
#
#	make coverage			lines and branches run, per file and folder
#	make mutants [MUTANTS=image/pe]	changed comparisons and checks of image/
#	make ... BASELINE=write		keep the figures as the new baseline
#
# Reports: $(O)/coverage/report.txt, $(O)/mutants/report.txt.

ifeq ($(origin unit_line),undefined)
include tests/unit/unit.mk
endif

# Emulator code that is in no unit test counts as well, as not run.
COVERAGE_SOURCES := $(wildcard image/*.c stage/*.c emulator/*.c emulator/*/*.c)
COVERAGE_CFLAGS := $(filter-out -O1 -fsanitize=% -fno-sanitize-recover=%, \
	$(UNIT_CFLAGS)) -O0 --coverage
COVERAGE_MAKE = $(MAKE) --no-print-directory -f tests/coverage.mk COVERAGE=1 \
	O=$(O)/coverage UNIT_CFLAGS='$(COVERAGE_CFLAGS)'

ifdef COVERAGE
include tests/fuzz/fuzz.mk
# The code that K2 keeps runs from a copy, and what confines itself may open
# no file: neither reaches its counters, so emulator/runtime is not measured.
$(O)/unit/obj/emulator/runtime/%.o: override UNIT_CFLAGS := \
	$(filter-out --coverage,$(UNIT_CFLAGS))
UNIT_PROGRAMS := $(filter-out %/host_confine_test,$(UNIT_PROGRAMS))
endif

.PHONY: coverage coverage-objects
coverage-objects: $(COVERAGE_SOURCES:%.c=$(O)/unit/obj/%.o)
	@:
coverage: ## lines and branches that the unit tests run
	$(UNIT_QUIET)find $(O)/coverage -name '*.gcda' -delete 2>/dev/null; true
	$(UNIT_QUIET)$(COVERAGE_MAKE) unit-tests fuzz-replay \
		coverage-objects
	$(UNIT_QUIET)tests/coverage.py $(if $(BASELINE),--write) $(O)/coverage

# The tests' own objects, under the sanitizers; only image/ is built again.
MUTANT_TESTS := $(wildcard tests/unit/image/*_test.c)

.PHONY: mutants
mutants: $(MUTANT_TESTS:tests/%.c=$(O)/%) $(UNIT_CASES) ## change checks of image/ one by one: do tests see it?
	$(UNIT_QUIET)$(UNIT_ENV) CC='$(HOSTCC)' CFLAGS='$(UNIT_CFLAGS)' \
		tests/mutants.py $(if $(BASELINE),--write) \
		--only '$(MUTANTS)' $(O)
