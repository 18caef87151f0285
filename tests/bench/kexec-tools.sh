#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds a kexec(8) that takes zboot images and UKIs apart in user space, which
# Debian 12's cannot: the upstream source of Debian's newest package, static, with
# Debian 12's zlib. Prints where it is.
#
# Usage: kexec-tools.sh ARCH
#
# Kept in ${XDG_CACHE_HOME:-~/.cache}/kexec-pe/kexec-tools-newest.
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
apt=$top/tools/build/private-apt.sh
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kexec-pe/kexec-tools-newest
arch=${1:-arm64}
result=$cache/kexec-$arch

case $arch in
x86_64) deb=amd64 host=x86_64-linux-gnu ;;
arm64) deb=arm64 host=aarch64-linux-gnu ;;
*) echo "kexec-tools.sh: $arch: only x86_64 and arm64" >&2; exit 2 ;;
esac
if [ -e "$result" ]; then
	echo "$result"
	exit 0
fi

# A list that is older than the archive names files that are gone.
get()
{
	local suite=$1
	shift
	"$apt" "$suite" apt-get "$@" >&2 ||
		REFRESH=1 "$apt" "$suite" apt-get "$@" >&2
}

# Not those of a make that runs this script.
unset MAKEFLAGS MFLAGS MAKELEVEL ARCH O V CC CFLAGS CPPFLAGS LDFLAGS
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$cache"
cd "$work"
# Upstream's tar file is all that is needed.
get sid source --download-only --tar-only --only-source kexec-tools
get bookworm download "zlib1g-dev:$deb"
mkdir tree
tar -x --strip-components=1 -C tree -f kexec-tools_*.orig.tar.*z
dpkg-deb -x zlib1g-dev_*.deb zlib
mkdir include
cp zlib/usr/include/zlib.h "$(find zlib -name zconf.h)" include
version=$(echo kexec-tools_*.orig.tar.*z)
version=${version#*_}
cd tree
[ -x configure ] || ./bootstrap >&2
./configure --host=$host BUILD_CC=gcc --without-lzma --without-xen --without-zstd \
	CC=$host-gcc CFLAGS="-O2 -ffile-prefix-map=$work=." \
	CPPFLAGS="-I$work/include" \
	LDFLAGS="-static -L$(dirname "$(find "$work/zlib" -name libz.a)")" >&2
grep -q 'define HAVE_LIBZ 1' include/config.h
make -j2 build/sbin/kexec >&2
$host-strip build/sbin/kexec
echo "${version%%.orig*}" >"$result.version"
cp build/sbin/kexec "$result.new"
mv "$result.new" "$result"
echo "$result"
