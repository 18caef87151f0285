#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Nothing that belongs to one machine: home folders, the path of this checkout,
# addresses other than loopback, large binaries.
. tools/lint/files.sh
here=$(dirname "$PWD")
{
	files | grep -v '^tools/lint/070' | while read -r file; do
		grep -nIE '(^|[^[:alnum:]_$}])/(home|root|Users)/[[:alnum:]]' "$file" |
			sed "s,^\([0-9]*\):.*,$file:\1: a path of one machine,"
		[ "$here" = / ] || grep -nIwF "$here/" "$file" |
			sed "s,^\([0-9]*\):.*,$file:\1: the path of this checkout,"
		grep -nIE '\b(10|172|192)(\.[0-9]{1,3}){3}\b' "$file" |
			grep -vE '10(\.[0-9]){3}\b' | # a section of UEFI
			sed "s,^\([0-9]*\):.*,$file:\1: an address,"
		[ "$(stat -c %s "$file")" -gt 262144 ] &&
			echo "$file: larger than 256 KiB"
	done
} | report
