#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The licence stands in the first lines: GPL-2.0-only in what is the kernel's,
# GPL-2.0-or-later everywhere else.
. tools/lint/files.sh
files '*.c' '*.h' '*.S' '*.sh' '*.py' '*.mk' '*.awk' '*.config' '*/init' '*.txt' \
	Makefile Kbuild Kconfig .ci/run tools/packages | grep -v '^LICENSES/' |
	while read -r file; do
	case $file in
	kernel/* | Kbuild | Kconfig) wanted='GPL-2.0-only' ;;
	arch/*/kexec*) wanted='GPL-2.0-only GPL-2.0-or-later' ;;
	*) wanted='GPL-2.0-or-later' ;;
	esac
	found=
	{ read -r one; read -r two; read -r three; } <"$file"
	for line in "$one" "$two" "$three"; do
		case $line in
		*SPDX-License-Identifier:*)
			found=${line#*SPDX-License-Identifier: }
			found=${found% \*/} ;;
		esac
	done
	[[ -n $found && " $wanted " = *" $found "* ]] ||
		echo "$file:1: licence '$found', not $wanted"
done | report
