#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Nothing that belongs to one machine: home folders, the path of this checkout,
# addresses other than loopback, large binaries.
. tools/lint/files.sh
here=$(dirname "$PWD")

# matches WHAT GREP-ARGUMENT...: lines of the files on stdin
matches() {
	local what=$1
	shift
	xargs -r -d '\n' grep -nHI "$@" | sed -E "s,^([^:]*:[0-9]+):.*,\1: $what,"
}

all() {
	files | grep -v '^tools/lint/070'
}

{
	all | matches 'a path of one machine' \
		-E '(^|[^[:alnum:]_$}])/(home|root|Users)/[[:alnum:]]'
	[ "$here" = / ] || all | matches 'the path of this checkout' -wF -e "$here/"
	# 10.2.3.4 may be a section of UEFI; an address has a longer number.
	all | xargs -r -d '\n' grep -nHIE '\b(10|172|192)(\.[0-9]{1,3}){3}\b' |
		grep -vE '\b10(\.[0-9]){3}\b' |
		sed -E 's,^([^:]*:[0-9]+):.*,\1: an address,'
	all | xargs -r -d '\n' stat -c '%s %n' |
		awk '$1 > 262144 {print $2 ": larger than 256 KiB"}'
} | report
