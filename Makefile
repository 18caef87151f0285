# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every action on this project is a target here; "make help" lists them.
#
#	O=DIR	where build products go (build)
#	V=1	show whole commands and their output
#	ARCH=	x86_64 (default) or arm64

O ?= build
ARCH ?= x86_64
V ?= 0
export O ARCH V

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DEFAULT_GOAL := all

ifeq ($(filter $(ARCH),x86_64 arm64),)
$(error ARCH is x86_64 or arm64, not $(ARCH))
endif
quiet := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V))$(findstring s,$(filter-out --%,$(firstword -$(MAKEFLAGS)))),:,printf ' %-7s %s\n')

##@ Build
.PHONY: all
all: kernel tools initrd efi-payloads efi-prelude efi-selftest qemu-plugin ## everything that the tests run

# One stamp for all packages: read again when the list changed.
PACKAGES := $(O)/.packages
$(PACKAGES): tools/packages tools/build/packages.sh
	$(quiet)tools/build/packages.sh
	@mkdir -p $(@D) && touch $@

.PHONY: packages
packages: $(PACKAGES) ## install the Debian packages that are missing

.PHONY: kernel
kernel: $(PACKAGES) ## the test kernel with our code (VARIANT=name of tests/qemu/config/variant-*)
	$(quiet)tools/build/kernel.sh $(ARCH) $(O) $(if $(VARIANT),--variant $(VARIANT))

.PHONY: emulator
emulator: $(PACKAGES) ## the embedded image only: compile, prove, size table
	$(quiet)tools/build/kernel.sh $(ARCH) $(O) emulator

.PHONY: kernel-objects
kernel-objects: $(PACKAGES) ## compile our folders in the kernel tree, no link
	$(quiet)tools/build/kernel.sh $(ARCH) $(O) kernel/kexec_pe/

.PHONY: initrd
initrd: $(PACKAGES) tools ## the guests' root file system
	$(quiet)tools/build/initrd.sh $(ARCH) $(O)

# kexec-pe and Debian's patched kexec: tools/kexec-pe/tools.mk
tools: $(PACKAGES) kexec-tools

##@ Run
.PHONY: demo
demo: all ## a signed UKI by kexec under Secure Boot, as a short time line
	$(quiet)tests/qemu/demo.py --arch $(ARCH) --out $(O)

.PHONY: demo-kdump
demo-kdump: all ## a signed UKI as crash kernel: panic, K2, what the dump says
	$(quiet)tests/qemu/demo_kdump.py --arch $(ARCH) --out $(O)

.PHONY: try
try: all ## kexec PAYLOAD=FILE in a machine of its own; see tests/qemu/try.py
	$(quiet)tests/qemu/try.py --arch $(ARCH) --out $(O)

# What "make try" takes, handed on as it is.
export PAYLOAD EXPECT APPEND INITRD SYSCTL MEM SMP CPU SIGN SECUREBOOT TPM GDB
export DEBUG DUMP_TABLES TIMEOUT

##@ Test
.PHONY: check
check: $(PACKAGES) ## every check of every commit; the last line has the sums
	$(quiet)ARCH=x86_64 tools/build/check.sh lint format-check unit-tests \
		fuzz-replay all hosted-tests efi-selftest-ovmf efi-selftest-uboot \
		efi-selftest-hosted efi-subset-check qemu-tests \
		all-arm64 hash-tests hosted-tests-arm64 efi-selftest-arm64 \
		qemu-tests-arm64

.PHONY: all-arm64 efi-selftest-arm64 qemu-tests-arm64
all-arm64: $(PACKAGES)
	$(quiet)$(MAKE) --no-print-directory ARCH=arm64 all
efi-selftest-arm64: $(PACKAGES)
	$(quiet)$(MAKE) --no-print-directory ARCH=arm64 efi-selftest-aavmf
qemu-tests-arm64: $(PACKAGES)
	$(quiet)$(MAKE) --no-print-directory ARCH=arm64 qemu-tests

.PHONY: check-slow
check-slow: all slow-kernels kunit ## the long tests: large images, many cycles, KUnit
	$(quiet)tests/qemu/check.py --arch $(ARCH) --out $(O) --slow

# Variants of the kernel that only check-slow needs, by architecture.
SLOW_KERNELS_arm64 := 64k-zstd
.PHONY: slow-kernels
slow-kernels: kernel
	$(quiet)for name in $(SLOW_KERNELS_$(ARCH)); do \
		tools/build/kernel.sh $(ARCH) $(O) --variant $$name || exit 1; \
	done

.PHONY: kunit
kunit: $(PACKAGES) ## KUnit tests of the patches for Linux, in a user-mode kernel
	$(quiet)tools/build/kunit.sh $(O)

.PHONY: qemu-tests
qemu-tests: all ## the tests in QEMU (ONLY=part of a name)
	$(quiet)tests/qemu/check.py --arch $(ARCH) --out $(O) $(if $(ONLY),--only '$(ONLY)')

.PHONY: hash-tests
hash-tests: $(PACKAGES) ## the image's hash functions, both architectures, against mbedTLS
	$(quiet)tests/hash/hash_tests.sh $(O)

.PHONY: lint
lint: ## layering, licences, kernel-doc, lengths: tools/lint/NNN-*.sh
	$(quiet)tools/lint/run.sh

.PHONY: format format-check
format: $(PACKAGES) ## clang-format every C file
	$(quiet)tools/lint/format.sh -i
format-check: $(PACKAGES) ## names the C files that clang-format would change
	$(quiet)tools/lint/format.sh

##@ Other
.PHONY: clean
clean: ## remove build products; the cache of kernels stays
	$(quiet)rm -rf $(O)

.PHONY: help
help: ## this list
	@awk -f tools/build/help.awk $(MAKEFILE_LIST)

# Folders that bring rules of their own.
include tests/unit/unit.mk
include tests/fuzz/fuzz.mk
include tests/coverage.mk
include tests/bench/bench.mk
include tests/efi/efi.mk
-include $(wildcard tests/hosted/*.mk)
include tools/kexec-pe/tools.mk
include tests/qemu/plugin/plugin.mk
