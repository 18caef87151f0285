#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Unpacks Linux' own tests of kexec, tools/testing/selftests/kexec, which the
# trees of kernel.sh do without, and prints the folder they are in.
set -euo pipefail

version=$(dpkg-query -W -f '${Version}' linux-source-6.12)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kexec-pe
folder=$cache/kexec-selftest-$version

if [ ! -d "$folder" ]; then
	mkdir -p "$folder.$$"
	tar -C "$folder.$$" --strip-components=5 --wildcards \
		-xf /usr/src/linux-source-6.12.tar.xz \
		'*/tools/testing/selftests/kexec/*.sh'
	mv -T "$folder.$$" "$folder" 2>/dev/null || rm -rf "$folder.$$"
fi
echo "$folder"
