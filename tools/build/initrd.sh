#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds the root file system of the test guests: busybox, tests/qemu/guest,
# the kexec-pe command and a kexec(8) where they are built.
#
#   initrd.sh ARCH OUT [FILE=PATH-IN-GUEST...]
#
# Writes OUT/ARCH/initrd.cpio.gz. Tests append their own files as a second
# archive (tests/qemu/cpio.py) instead of building another one.
set -euo pipefail

arch=$1
out=$2
shift 2
top=$(cd "$(dirname "$0")/../.." && pwd)
guest=$top/tests/qemu/guest
# of one C file each
programs="kload ktrust kpanic tpmbridge"
result=$out/$arch/initrd.cpio.gz

case $arch in
x86_64) cc=gcc busybox=/bin/busybox ;;
arm64)
	cc=aarch64-linux-gnu-gcc
	busybox=$("$top/tools/build/debian-files.sh" busybox-arm64) ;;
*) echo "initrd.sh: unknown architecture $arch" >&2; exit 2 ;;
esac

mkdir -p "$out/$arch"
for tool in $programs; do
	if [ ! -e "$out/$arch/$tool" ] || [ "$guest/$tool.c" -nt "$out/$arch/$tool" ]; then
		$cc -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static \
			-o "$out/$arch/$tool" "$guest/$tool.c"
	fi
done

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root"/{bin,lib,job,proc,sys,dev,tmp}
install -m 755 "$guest/init" "$root/init"
install -m 644 "$guest/guest.sh" "$root/lib/guest.sh"
install -m 755 "$busybox" "$root/bin/busybox"
ln -s busybox "$root/bin/sh"
for tool in $programs; do
	install -m 755 "$out/$arch/$tool" "$root/bin/"
done
for tool in kexec-pe kexec; do
	if [ -e "$out/$arch/tools/$tool" ]; then
		install -s -m 755 --strip-program="${cc%gcc}strip" \
			"$out/$arch/tools/$tool" "$root/bin/$tool"
	fi
done
for pair; do
	install -D "${pair%%=*}" "$root/${pair#*=}"
done
find "$root" -exec touch -h -d @1735689600 {} +
(cd "$root" && find . -mindepth 1 | LC_ALL=C sort |
	cpio -o -H newc -R 0:0 --reproducible --quiet | gzip -n -6) >"$result.new"
if cmp -s "$result.new" "$result"; then
	rm "$result.new"
else
	mv "$result.new" "$result"
	printf '  %-7s %s\n' INITRD "$result, $(stat -c %s "$result") bytes"
fi
