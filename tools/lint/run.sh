#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs every numbered check of this folder over the files that git knows or
# would add. Each prints "FILE:LINE: what" and fails when it found something.
cd "$(dirname "$0")/../.." || exit 2
passed=0
failed=0
for check in tools/lint/[0-9]*; do
	if output=$("$check"); then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $check:"
		echo "$output" | sed 's/^/  /'
	fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
