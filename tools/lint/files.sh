# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the checks.

# files PATTERN...: what git tracks or would add, without deleted files
files() {
	git ls-files -co --exclude-standard -- "$@" | while read -r file; do
		[ -f "$file" ] && [ ! -L "$file" ] && echo "$file"
	done
}

# report: passes its input on; fails when there is any
report() {
	! grep .
}
