#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs unit test programs and adds up what they say.
#
# run.sh "IMAGE..." PROGRAM...: prints failures only, keeps PROGRAM.log, ends
# with "N passed, N failed". A program that dies without its summary line
# counts as one failure.

images=$1
shift
passed=0
failed=0
for program; do
	log=$program.log
	# shellcheck disable=SC2086 # a list of files
	timeout 300 "$program" $images >"$log" 2>&1
	status=$?
	summary=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$log" |
		tail -n 1)
	good=${summary% *}
	bad=${summary#* }
	if [ -z "$summary" ] || { [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; }; then
		echo "FAIL $program: exit status $status, see $log"
		tail -n 20 "$log"
		good=${good:-0}
		bad=$((${bad:-0} + 1))
	else
		grep -A 3 '^FAIL ' "$log"
	fi
	passed=$((passed + good))
	failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
