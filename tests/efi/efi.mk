# SPDX-License-Identifier: GPL-2.0-or-later
#
# What runs on EFI, ours or another's: the tiny payloads, the self-test, and the
# tables of Documentation/efi-subset.md that come from their runs.

include tests/efi/payload/payload.mk
include tests/efi/selftest.mk

EFI_SUBSET := Documentation/efi-subset.md

# The packages come first, whoever asks.
$(EFI_CHILD_OBJECTS) $(EFI_APP_OBJECTS) $(PAYLOADS): | $(PACKAGES)

.PHONY: efi-subset-check
efi-subset-check: ## every service and every test that efi-subset.md names is there
	$(EFI_QUIET)tests/efi/subset.py --check $(EFI_SUBSET)

.PHONY: efi-subset-table
efi-subset-table: all ## write the tables of efi-subset.md from new runs
	-$(EFI_QUIET)tests/qemu/check.py --arch $(ARCH) --out $(O) \
		--only selftest-after-kexec --only efi-calls
	$(EFI_QUIET)tests/efi/subset.py --write $(EFI_SUBSET) $(EFI_OUT)
