# SPDX-License-Identifier: GPL-2.0-or-later
#
# $(O)/$(ARCH)/efi/prelude.efi: what runs before K1 in tests of revocation, as
# shim would. tests/qemu/prelude.py gives it its variables and its kernel.

PRELUDE := $(O)/$(ARCH)/efi/prelude.efi
PRELUDE_CC_x86_64 := x86_64-linux-gnu-gcc -mno-red-zone -mgeneral-regs-only
PRELUDE_CC_arm64 := aarch64-linux-gnu-gcc -mgeneral-regs-only
PRELUDE_INCLUDE_x86_64 := arch/x86
PRELUDE_INCLUDE_arm64 := arch/arm64
PRELUDE_CFLAGS := -std=gnu11 -O2 -Wall -Wextra -Wstrict-prototypes \
	-Wmissing-prototypes -Werror -ffreestanding -fpie -fvisibility=hidden \
	-fno-strict-aliasing -fshort-wchar -fno-stack-protector \
	-fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns \
	-Iinclude

.PHONY: efi-prelude
efi-prelude: $(PRELUDE) ## build what plays shim before K1 (ARCH=)

$(PRELUDE): tests/efi/prelude/prelude.c tests/efi/prelude/prelude.lds \
		tests/efi/elf2pe.py tests/efi/prelude.mk | $(PACKAGES)
	@$(EFI_SAY) PE $@
	@mkdir -p $(@D)/obj
	$(EFI_QUIET)$(PRELUDE_CC_$(ARCH)) $(PRELUDE_CFLAGS) \
		-I$(PRELUDE_INCLUDE_$(ARCH)) -nostdlib -static-pie \
		-Wl,--no-dynamic-linker,-z,text,-z,norelro,-z,noexecstack \
		-Wl,-z,max-page-size=4096,--build-id=none \
		-Wl,-T,tests/efi/prelude/prelude.lds,-e,prelude_entry \
		-o $(@D)/obj/prelude.elf $<
	$(EFI_QUIET)$(PYTHON) tests/efi/elf2pe.py $(@D)/obj/prelude.elf $@
