# SPDX-License-Identifier: GPL-2.0-or-later
#
# The bench: what is built for it, and its two targets. What they print and
# write is explained in Documentation/performance.md.

BENCH_OUT := $(O)/bench
BENCH_QUIET := $(if $(filter 1,$(V)),,@)
BENCH_SAY = $(if $(filter 1,$(V))$(findstring s,$(filter-out --%,$(firstword -$(MAKEFLAGS)))),:,printf ' %-7s %s\n')
BENCH_CFLAGS := -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror
BENCH_GUESTS := $(BENCH_OUT)/guest-x86_64 $(BENCH_OUT)/guest-arm64
BENCH_PROGRAMS := $(BENCH_OUT)/count.so $(BENCH_OUT)/parse $(BENCH_GUESTS)

.PHONY: bench bench-quick bench-programs
bench-programs: $(BENCH_PROGRAMS)
bench: all all-arm64 bench-programs ## measure everything, write Documentation/performance.md (45 min)
	$(BENCH_QUIET)tests/bench/run.py --out $(O)
	$(BENCH_QUIET)tests/bench/page.py --out $(O)
bench-quick: all all-arm64 bench-programs ## before and after a change: a few ways, as ratios (5 min)
	$(BENCH_QUIET)tests/bench/run.py --out $(O) --quick

$(BENCH_OUT)/count.so: tests/bench/count.c tests/bench/plugin_api.h | $(PACKAGES)
	@$(BENCH_SAY) CC $@
	@mkdir -p $(@D)
	$(BENCH_QUIET)gcc $(BENCH_CFLAGS) -fPIC -shared -fvisibility=hidden \
		-o $@ $<

$(BENCH_OUT)/guest-x86_64: BENCH_CC := gcc
$(BENCH_OUT)/guest-arm64: BENCH_CC := aarch64-linux-gnu-gcc
$(BENCH_GUESTS): tests/bench/guest.c tests/bench/mark.h | $(PACKAGES)
	@$(BENCH_SAY) CC $@
	@mkdir -p $(@D)
	$(BENCH_QUIET)$(BENCH_CC) $(BENCH_CFLAGS) -static -s -o $@ $<

BENCH_PARSERS := $(addprefix image/,pe.c pe_layout.c rule.c uki.c zboot.c)
$(BENCH_OUT)/parse: tests/bench/parse.c $(BENCH_PARSERS) \
		$(wildcard image/*.h) | $(PACKAGES)
	@$(BENCH_SAY) CC $@
	@mkdir -p $(@D)
	$(BENCH_QUIET)gcc $(BENCH_CFLAGS) -fno-strict-aliasing -fshort-wchar \
		-I. -Iinclude -o $@ $(filter %.c,$^)
