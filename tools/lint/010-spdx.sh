#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The licence stands in the first lines: GPL-2.0-only in what is the kernel's,
# GPL-2.0-or-later everywhere else.
. tools/lint/files.sh
files '*.c' '*.h' '*.S' '*.sh' '*.py' '*.mk' '*.awk' '*.config' '*/init' '*.txt' \
	Makefile Kbuild Kconfig .ci/run tools/packages | while read -r file; do
	case $file in
	LICENSES/*) continue ;;
	kernel/* | Kbuild | Kconfig) wanted='GPL-2\.0-only' ;;
	arch/*/kexec*) wanted='GPL-2\.0-(only|or-later)' ;;
	*) wanted='GPL-2\.0-or-later' ;;
	esac
	head -n 3 "$file" |
		grep -qE "SPDX-License-Identifier: $wanted( \*/| WITH .*)?$" ||
		echo "$file:1: no SPDX line with ${wanted/\\/}"
done | report
