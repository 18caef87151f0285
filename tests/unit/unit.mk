# SPDX-License-Identifier: GPL-2.0-or-later
#
# Unit tests: every tests/unit/AREA/NAME_test.c is one program, built for this
# machine under ASan and UBSan, and run. To add one, add the file; nothing is
# listed here. Lines of the test file say what it is linked with:
#
#	// sources: image/pe.c image/rule.c tests/unit/image/build.c
#	// flags: -DSOMETHING -Wl,--wrap=function
#
# "sources" are .c or .S files from the root of the repository; "flags" are
# for compiling the test file itself and for linking. Both lines may appear
# more than once; each must start in column 1.
#
#	make unit-tests			build and run all, one summary line
#	make unit-tests UNIT=image/pe	only those whose path contains this
#	make unit-tests UNIT_IMAGES="FILE..."
#					real PE files, arguments of each program
#
# Included by the top-level Makefile, and usable alone with
# "make -f tests/unit/unit.mk". Output: $(O)/unit/AREA/NAME_test{,.log}.

O ?= build
HOSTCC ?= gcc
UNIT_QUIET := $(if $(filter 1,$(V)),,@)
UNIT_SAY = $(if $(filter 1,$(V))$(findstring s,$(filter-out --%,$(firstword -$(MAKEFLAGS)))),:,printf ' %-7s %s\n')

UNIT_CFLAGS := -std=gnu11 -g -O1 -Wall -Wextra -Wundef -Wshadow -Wvla \
	-Wstrict-prototypes -Wmissing-prototypes -Werror \
	-Wno-format-truncation -fno-strict-aliasing -fshort-wchar -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all \
	-I. -Iinclude -Iarch/host -Itests/unit
UNIT_ENV := ASAN_OPTIONS=detect_leaks=1 \
	UNIT_CASES=$(O)/unit/cases

# Debian 12's stub is always there; what a build has fetched is used, too.
UNIT_IMAGES ?= /usr/lib/systemd/boot/efi/linuxx64.efi.stub \
	$(filter-out %.origin,$(wildcard $(addprefix \
	$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/kexec-pe/debian/,stub-* vmlinuz-*)))

UNIT_SOURCES := $(wildcard tests/unit/*/*_test.c)
ifdef UNIT
UNIT_SOURCES := $(foreach f,$(UNIT_SOURCES),$(if $(findstring $(UNIT),$(f)),$(f)))
endif
UNIT_PROGRAMS := $(UNIT_SOURCES:tests/%.c=$(O)/%)

# unit_line NAME,FILE: the words after "// NAME:" in a file
unit_line = $(shell sed -n 's,^// $(1):,,p' $(2))
unit_objects = $(addprefix $(O)/unit/obj/,$(addsuffix .o,$(basename $(1))))

# unit_program TEST (without .c): how to link one
define unit_program
$(O)/unit/obj/$(1).o: UNIT_FLAGS := $(call unit_line,flags,$(1).c)
$(1:tests/%=$(O)/%): UNIT_FLAGS := $(call unit_line,flags,$(1).c)
$(1:tests/%=$(O)/%): $(O)/unit/obj/$(1).o \
		$(call unit_objects,$(call unit_line,sources,$(1).c))
	@$$(UNIT_SAY) LD $$@
	@mkdir -p $$(@D)
	$$(UNIT_QUIET)$$(HOSTCC) $$(UNIT_CFLAGS) -o $$@ $$^ $$(UNIT_FLAGS)
endef
$(foreach f,$(UNIT_SOURCES),$(eval $(call unit_program,$(f:.c=))))

$(O)/unit/obj/%.o: %.c
	@$(UNIT_SAY) CC $<
	@mkdir -p $(@D)
	$(UNIT_QUIET)$(HOSTCC) $(UNIT_CFLAGS) $(UNIT_FLAGS) -MMD -MP -c -o $@ $<

$(O)/unit/obj/%.o: %.S
	@$(UNIT_SAY) AS $<
	@mkdir -p $(@D)
	$(UNIT_QUIET)$(HOSTCC) $(UNIT_CFLAGS) -MMD -MP -c -o $@ $<

-include $(shell find $(O)/unit/obj -name '*.d' 2>/dev/null)

# The images of tests/images, for those who test with them: $UNIT_CASES/MACHINE
UNIT_CASES := $(foreach m,x86_64 aarch64,$(O)/unit/cases/$(m)/expect.tsv)

$(O)/unit/cases/%/expect.tsv: tests/images/cases.txt $(wildcard tests/images/*.py)
	@$(UNIT_SAY) IMAGES $(@D)
	$(UNIT_QUIET)python3 -B tests/images/mkpe.py --machine $* $(@D)

.PHONY: unit-tests
unit-tests: $(UNIT_PROGRAMS) $(UNIT_CASES) ## build and run the unit tests (UNIT=part of a path)
	@$(UNIT_ENV) tests/unit/run.sh "$(UNIT_IMAGES)" $(UNIT_PROGRAMS)
