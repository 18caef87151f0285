#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# No blanks at the end of a line, no carriage returns, a newline at the end of a
# file, tabs to indent C, lines of 100 columns at most; a text that somebody may
# search for is not broken, so strings may be longer.
. tools/lint/files.sh

# matches WHAT PATTERN: lines of the files on stdin
matches() {
	xargs -r -d '\n' grep -nHIE "$2" | sed -E "s,^([^:]*:[0-9]+):.*,\1: $1,"
}

{
	files | grep -vE '\.(patch|bin|efi|png)$|^tests/fuzz/regressions/' |
		matches 'blank at the end' $'[ \t\r]+$'
	files '*.c' '*.h' '*.S' | matches 'indented with blanks' '^ {8}'
	# shellcheck disable=SC2016
	files '*.c' '*.h' '*.S' '*.sh' '*.py' | xargs -r -d '\n' awk '
		{
			line = $0
			while ((i = index(line, "\t")) > 0)
				line = substr(line, 1, i - 1) \
					substr("        ", 1, 8 - (i - 1) % 8) \
					substr(line, i + 1)
			if (length(line) > 100 && line !~ /"/)
				print FILENAME ":" FNR ": more than 100 columns"
		}'
	files | while read -r file; do
		[ -s "$file" ] && [ -n "$(tail -c 1 "$file" | tr -d '\0')" ] &&
			echo "$file"
	done | xargs -r -d '\n' grep -lI '' | sed 's,$,: no newline at the end,'
} | report
