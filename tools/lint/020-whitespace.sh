#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# No blanks at the end of a line, no carriage returns, a newline at the end of a
# file, tabs to indent C, lines of 100 columns at most; a text that somebody may
# search for is not broken, so strings may be longer.
. tools/lint/files.sh
{
	files | grep -vE '\.(patch|bin|efi|png)$|^tests/fuzz/corpus/' |
		while read -r file; do
		grep -nIE $'[ \t\r]+$' "$file" | sed "s,^\([0-9]*\):.*,$file:\1: blank at the end,"
		[ -s "$file" ] && [ -n "$(tail -c 1 "$file")" ] &&
			echo "$file: no newline at the end"
	done
	files '*.c' '*.h' '*.S' | while read -r file; do
		grep -nE '^ {8}' "$file" |
			sed "s,^\([0-9]*\):.*,$file:\1: indented with blanks,"
	done
	files '*.c' '*.h' '*.S' '*.sh' '*.py' | while read -r file; do
		expand "$file" | grep -nE '^.{101}' | grep -v '"' |
			sed "s,^\([0-9]*\):.*,$file:\1: more than 100 columns,"
	done
} | report
