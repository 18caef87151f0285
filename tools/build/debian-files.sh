#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Fetches one file out of a Debian package that the machine does not have
# installed, keeps it in the cache, and prints its path.
#
# Usage: debian-files.sh NAME
#
# NAME			what			where Debian has it
# stub-252-x86_64	linuxx64.efi.stub	bookworm, systemd-boot-efi
# stub-252-arm64	linuxaa64.efi.stub	bookworm, systemd-boot-efi:arm64
# stub-257-x86_64	linuxx64.efi.stub	trixie, systemd-boot-efi
# stub-257-arm64	linuxaa64.efi.stub	trixie, systemd-boot-efi:arm64
# stub-newest-x86_64	linuxx64.efi.stub	forky, systemd-boot-efi
# stub-newest-arm64	linuxaa64.efi.stub	forky, systemd-boot-efi:arm64
# busybox-arm64		static busybox		bookworm, busybox-static:arm64
# vmlinuz-x86_64	signed 6.12 kernel	bookworm-security, linux-image-6.12*
# vmlinuz-arm64		signed 6.12 kernel	bookworm-security, linux-image-6.12*
# vmlinuz-arm64-16k	the same, 16 KiB pages	bookworm-security, linux-image-6.12*
# vmcore-dmesg		the log out of a dump	bookworm, kexec-tools
# efibind-arm64		efibind.h		bookworm, gnu-efi:arm64
# mbedcrypto-arm64	libmbedcrypto.a		bookworm, libmbedtls-dev:arm64
# qemu-arm64		QEMU >= 9.2 for arm64	bookworm-backports, qemu-system-arm
#
# The kernels are packages of about 100 and 90 MB, of which only /boot/vmlinuz
# is kept. "newest" is whatever the next Debian has, 258 at least: the first that
# loads its kernel by itself. Files live in
# ${XDG_CACHE_HOME:-~/.cache}/kexec-pe/debian; beside each, NAME.origin says
# package and version. What is there is used without a look at the network;
# REFRESH=1 fetches it anew.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kexec-pe/debian

die()
{
	echo "debian-files.sh: $*" >&2
	exit 2
}

# What the meta package $2 of suite $1 depends on: the kernel's real package.
real_package()
{
	"$here/private-apt.sh" "$1" apt-cache depends "$2" |
		awk '$1 == "Depends:" && $2 ~ /^linux-image-/ { print $2; exit }'
}

# fetch SUITE PACKAGE MEMBER: MEMBER is a shell pattern for one file. Where the
# package lists are older than the archive, they are read again, once.
fetch()
{
	local suite=$1 package=$2 member=$3 deb

	if ! (cd "$work" && "$here/private-apt.sh" "$suite" apt-get download \
		"$package" >&2); then
		(cd "$work" && REFRESH=1 "$here/private-apt.sh" "$suite" \
			apt-get download "$package" >&2)
	fi
	deb=$(echo "$work"/*.deb)
	dpkg-deb --fsys-tarfile "$deb" |
		tar -x -C "$work" -O --wildcards "$member" >"$work/file"
	[ -s "$work/file" ] || die "$package has no $member"
	dpkg-deb --show --showformat='${Package} ${Version} ${Architecture}\n' \
		"$deb" >"$work/origin"
}

fetch_stub()
{
	local version=$1 suite=$2 package=$3 file=$4

	fetch "$suite" "$package" "./usr/lib/systemd/boot/efi/$file"
	grep -qa "LoaderInfo: systemd-stub $version" "$work/file" ||
		die "$suite no longer has systemd-stub $version"
}

# The version is not asked for, only that it is new enough: the suite moves.
fetch_newest_stub()
{
	local version

	fetch forky "$1" "./usr/lib/systemd/boot/efi/$2"
	version=$(grep -ao 'LoaderInfo: systemd-stub [0-9]*' "$work/file" |
		head -1 | sed 's/.* //')
	[ "${version:-0}" -ge 258 ] ||
		die "forky has systemd-stub ${version:-of no version}, not >= 258"
}

fetch_kernel()
{
	local suite=bookworm-security package

	package=$(real_package $suite "linux-image-6.12-$1")
	[ -n "$package" ] || die "$suite has no linux-image-6.12-$1"
	fetch $suite "$package" './boot/vmlinuz-*'
}

# A program, whose libraries are those of Debian 12's package of that name.
fetch_qemu()
{
	fetch bookworm-backports "$1" "./usr/bin/$2"
	chmod +x "$work/file"
	"$work/file" --version | grep -q '[^0-9]\(9\.[2-9]\|[1-9][0-9]\)\.' ||
		die "bookworm-backports has no $2 >= 9.2 that runs here"
}

[ $# -eq 1 ] || die "usage: debian-files.sh NAME"
name=$1
result=$cache/$name
mkdir -p "$cache"

exec 9>"$cache/lock"
flock 9
if [ -n "${REFRESH:-}" ] || [ ! -e "$result" ]; then
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	case $name in
	stub-252-x86_64)
		fetch_stub 252 bookworm systemd-boot-efi linuxx64.efi.stub
		;;
	stub-252-arm64)
		fetch_stub 252 bookworm systemd-boot-efi:arm64 \
			linuxaa64.efi.stub
		;;
	stub-257-x86_64)
		fetch_stub 257 trixie systemd-boot-efi linuxx64.efi.stub
		;;
	stub-257-arm64)
		fetch_stub 257 trixie systemd-boot-efi:arm64 \
			linuxaa64.efi.stub
		;;
	stub-newest-x86_64)
		fetch_newest_stub systemd-boot-efi linuxx64.efi.stub
		;;
	stub-newest-arm64)
		fetch_newest_stub systemd-boot-efi:arm64 linuxaa64.efi.stub
		;;
	efibind-arm64)
		fetch bookworm gnu-efi:arm64 \
			./usr/include/efi/aarch64/efibind.h
		;;
	mbedcrypto-arm64)
		fetch bookworm libmbedtls-dev:arm64 \
			./usr/lib/aarch64-linux-gnu/libmbedcrypto.a
		;;
	busybox-arm64) fetch bookworm busybox-static:arm64 ./bin/busybox ;;
	vmlinuz-x86_64) fetch_kernel amd64 ;;
	vmlinuz-arm64) fetch_kernel arm64:arm64 ;;
	vmlinuz-arm64-16k) fetch_kernel arm64-16k:arm64 ;;
	vmcore-dmesg)
		fetch bookworm kexec-tools ./sbin/vmcore-dmesg
		chmod +x "$work/file"
		;;
	qemu-arm64) fetch_qemu qemu-system-arm qemu-system-aarch64 ;;
	*) die "$name: unknown; see the head of this script" ;;
	esac
	cp "$work/origin" "$result.origin"
	cp -p "$work/file" "$result.new"
	mv "$result.new" "$result"
fi
echo "$result"
