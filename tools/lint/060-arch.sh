#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# No preprocessor condition on an architecture outside arch/ and tests/.
. tools/lint/files.sh
arch='__x86_64__|__i386__|__aarch64__|__arm__|CONFIG_(X86|X86_64|ARM64)\b'
files '*.c' '*.h' '*.S' | grep -vE '^(arch|tests)/' | xargs -r -d '\n' \
	grep -nHE "^\s*#\s*(el)?if.*($arch)|IS_ENABLED\(CONFIG_(X86|ARM64)" | report
