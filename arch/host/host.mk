# SPDX-License-Identifier: GPL-2.0-or-later
#
# The hosted emulator: what a program that runs payloads is made of. Read by
# tools/kexec-pe/tools.mk and tests/hosted/hosted.mk. Objects of HOSTED_SOURCES_ARCH
# are linked between arch/host/runtime_start.o and runtime_end.o, which bound
# the code that a payload's kernel keeps.

HOSTED_FOLDERS := emulator emulator/protocol emulator/runtime emulator/tpm \
	image stage arch/host
HOSTED_COMMON := $(filter-out emulator/string.c arch/host/privileged.c,\
	$(foreach d,$(HOSTED_FOLDERS),$(wildcard $(d)/*.c)))
HOSTED_SOURCES_x86_64 := $(sort $(HOSTED_COMMON) arch/host/privileged.c \
	arch/host/x86/processor.c)
HOSTED_SOURCES_arm64 := $(sort $(HOSTED_COMMON) arch/host/arm64/processor.c)
# Functions of the emulator that arch/host/hook.c stands before.
HOSTED_WRAPPED := trace_enter trace_exit image_run_payload
HOSTED_CFLAGS := -std=gnu11 -D_GNU_SOURCE -g -fPIE -Wall -Wextra -Wundef -Wshadow -Wvla \
	-Wstrict-prototypes -Wmissing-prototypes -Werror \
	-fno-strict-aliasing -fshort-wchar -ffile-prefix-map=$(CURDIR)=. \
	-I. -Iinclude -Iarch/host
# This code is copied away: it must not call anything, memcpy() included.
HOSTED_RUNTIME_CFLAGS := -fno-builtin -fno-stack-protector -fno-jump-tables \
	-fno-tree-loop-distribute-patterns -fcf-protection=none
HOSTED_LDFLAGS := $(HOSTED_WRAPPED:%=-Wl,--wrap=%)
HOSTED_LIBS := -lmbedcrypto

