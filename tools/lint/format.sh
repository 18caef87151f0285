#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Names the C files that clang-format 14 would change; with -i changes them.
cd "$(dirname "$0")/../.." || exit 2
. tools/lint/files.sh
failed=0
while read -r file; do
	if [ "${1:-}" = -i ]; then
		clang-format-14 -i "$file"
	elif ! clang-format-14 --dry-run -Werror "$file" 2>/dev/null; then
		echo "$file: not formatted, see make format"
		failed=1
	fi
done < <(files '*.c' '*.h')
exit $failed
