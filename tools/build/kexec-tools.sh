#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds a static kexec(8) from Debian 12's source package with the patches of
# tools/kexec-patch/kexec-tools, and prints where it is.
#
# Usage: kexec-tools.sh [ARCH [OUTPUT]]
#
# ARCH is x86_64 (default) or arm64 (by aarch64-linux-gnu-gcc). With OUTPUT the
# program is copied there. Source package and result are kept in
# ${XDG_CACHE_HOME:-~/.cache}/kexec-pe/kexec-tools; the result's name carries
# the version and a hash of our patches and of this script, so that a change of
# either builds anew. V=1 shows the build.
#
# zlib, lzma and Xen are left out: the first two unpack compressed kernels in
# user space, which a file handed to the kernel as it is never needs.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
patches=$here/../kexec-patch/kexec-tools
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kexec-pe/kexec-tools

die()
{
	echo "kexec-tools.sh: $*" >&2
	exit 2
}

# Brings the source package into the cache, unless one is there, and sets
# $dsc and $version. Which revision it is, is Debian's choice.
fetch()
{
	if ! compgen -G "$cache/kexec-tools_2.0.25-*.dsc" >/dev/null; then
		mkdir -p "$work/source"
		(cd "$work/source" && "$here/private-apt.sh" bookworm apt-get \
			source --download-only --only-source kexec-tools >&2)
		mv "$work"/source/kexec-tools_* "$cache"
	fi
	dsc=$(compgen -G "$cache/kexec-tools_2.0.25-*.dsc" | sort -V | tail -n 1)
	version=${dsc##*/kexec-tools_}
	version=${version%.dsc}
}

# Unpacks, patches and builds in $work/tree.
build()
{
	local host=() patch

	# Not those of a make that runs this script.
	unset MAKEFLAGS MFLAGS MAKELEVEL ARCH O V CC CFLAGS CPPFLAGS LDFLAGS
	case $arch in
	arm64) host=(--host=aarch64-linux-gnu "BUILD_CC=gcc") ;;
	esac
	dpkg-source --no-check -x "$dsc" "$work/tree"
	cd "$work/tree"
	for patch in "$patches"/*.patch; do
		patch -p1 --fuzz=0 <"$patch"
	done
	./configure "${host[@]}" --without-zlib --without-lzma --without-xen \
		CFLAGS="-O2 -Wall -ffile-prefix-map=$work/tree=." \
		LDFLAGS="-static -z noexecstack"
	make -j2 build/sbin/kexec
	case $arch in
	arm64) aarch64-linux-gnu-strip build/sbin/kexec ;;
	*) strip build/sbin/kexec ;;
	esac
}

arch=${1:-x86_64}
output=${2:-}
case $arch in
x86_64 | arm64) ;;
*) die "$arch: only x86_64 and arm64" ;;
esac

mkdir -p "$cache"
hash=$(cat "$0" "$patches"/*.patch | sha256sum | cut -c1-12)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

exec 9>"$cache/lock"
flock 9
fetch
result=$cache/kexec-$version-$hash-$arch
if [ ! -e "$result" ]; then
	if [ "${V:-0}" = 1 ]; then
		exec 8>&2
	else
		exec 8>"$work/log"
	fi
	# Not in a condition: bash would go on after a failed command there.
	build >&8 2>&8 9>&- &
	wait $! || {
		[ "${V:-0}" = 1 ] || tail -n 40 "$work/log" >&2
		die "build failed"
	}
	exec 8>&-
	cp "$work/tree/build/sbin/kexec" "$result.new"
	mv "$result.new" "$result"
fi
flock -u 9
exec 9>&-

if [ -n "$output" ]; then
	mkdir -p "$(dirname "$output")"
	install -m 755 "$result" "$output"
fi
echo "${output:-$result}"
