#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs make targets one after the other and adds up what they report.
#
#   check.sh TARGET...
#
# A target's last "N passed, N failed" counts; one that reports no sums is one
# test, passed when make succeeds. All run, whatever fails; the last line has
# the sums and the exit status says whether anything failed.
set -uo pipefail

mkdir -p "$O/logs"
passed=0
failed=0
for target; do
	log=$O/logs/check-$target.log
	start=$SECONDS
	echo "== $target"
	"${MAKE:-make}" --no-print-directory "$target" 2>&1 | tee "$log" |
		grep --line-buffered -vE '^[0-9]+ passed, [0-9]+ failed$'
	status=${PIPESTATUS[0]}
	sums=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -1)
	if [ -n "$sums" ]; then
		good=${sums%% *}
		bad=${sums#*, }
		bad=${bad%% *}
		# A part that fails must never count as none failed.
		[ "$status" != 0 ] && [ "$bad" = 0 ] && bad=1
	else
		good=$((status == 0)) bad=$((status != 0))
	fi
	passed=$((passed + good))
	failed=$((failed + bad))
	echo "== $target: $good passed, $bad failed, $((SECONDS - start)) s"
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
