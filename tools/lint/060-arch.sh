#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# No preprocessor condition on an architecture outside arch/ and tests/.
. tools/lint/files.sh
files '*.c' '*.h' '*.S' | grep -vE '^(arch|tests)/' | while read -r file; do
	grep -nE '^\s*#\s*(el)?if.*(__x86_64__|__i386__|__aarch64__|__arm__|CONFIG_(X86|ARM64)\b)' \
		"$file" | sed "s,^\([0-9]*\):,$file:\1: ,"
	grep -nE 'IS_ENABLED\(CONFIG_(X86|ARM64)' "$file" |
		sed "s,^\([0-9]*\):,$file:\1: ,"
done | report
