# SPDX-License-Identifier: GPL-2.0-or-later
#
# What runs on EFI, ours or another's: the tiny payloads, the self-test, and the
# tables of Documentation/efi-subset.md that come from their runs.

include tests/efi/payload/payload.mk
include tests/efi/selftest.mk
include tests/efi/interpose.mk
include tests/efi/prelude.mk

EFI_SUBSET := Documentation/efi-subset.md

# The packages come first, whoever asks.
$(EFI_CHILD_OBJECTS) $(EFI_APP_OBJECTS) $(PAYLOADS): | $(PACKAGES)

.PHONY: efi-selftest-hosted
efi-selftest-hosted: tools $(EFI_OUT)/selftest.efi ## run the EFI self-test in kexec-pe run
	@$(EFI_SAY) RUN "$(EFI_OUT)/selftest.efi in kexec-pe run"
	$(EFI_QUIET)$(O)/x86_64/tools/kexec-pe run --cmdline again \
		$(EFI_OUT)/selftest.efi >$(EFI_OUT)/hosted.log 2>&1
	$(EFI_QUIET)tests/efi/subset.py --judge $(EFI_OUT)/hosted.log

.PHONY: efi-subset-check
efi-subset-check: ## every service and every test that efi-subset.md names is there
	$(EFI_QUIET)tests/efi/subset.py --check $(EFI_SUBSET)

.PHONY: efi-subset-table
efi-subset-table: all ## write the tables of efi-subset.md from new runs
	-$(EFI_QUIET)tests/qemu/check.py --arch $(ARCH) --out $(O) \
		--only selftest-after-kexec --only efi-calls
	$(EFI_QUIET)tests/efi/subset.py --write $(EFI_SUBSET) $(EFI_OUT)
