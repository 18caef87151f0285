#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Shell scripts pass shellcheck, Python the compiler for Python.
. tools/lint/files.sh
{
	files '*.sh' .ci/run | xargs -r shellcheck -x -f gcc -S warning -e SC1091,SC2034,SC2148
	files tests/qemu/guest/init tests/qemu/guest/guest.sh |
		xargs -r shellcheck -s busybox -f gcc -S warning -e SC1091,SC3043,SC3057,SC2010 \
		2>/dev/null
	files '*.py' | while read -r file; do
		python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])' \
			"$file" 2>&1 | tail -1
	done
} | report
