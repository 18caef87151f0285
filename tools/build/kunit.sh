#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs the KUnit tests that the patches for Linux bring, in a user-mode kernel.
#
#   kunit.sh OUT
#
# The patches are those of tools/kexec-patch/linux-6.12 that add a *_kunit.c; the
# tree lies beside those of kernel.sh, in ${XDG_CACHE_HOME:-~/.cache}/kexec-pe.
# Writes OUT/kunit.log and ends with "kunit: N passed, N failed".
set -euo pipefail

out=$1
top=$(cd "$(dirname "$0")/../.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kexec-pe
tarball=/usr/src/linux-source-6.12.tar.xz

say() { printf '  %-7s %s\n' "$1" "$2"; }

mapfile -t patches < <(grep -l '^+++ b/.*_kunit\.c$' \
	"$top"/tools/kexec-patch/linux-6.12/*.patch)
config='
CONFIG_64BIT=y
CONFIG_PRINTK=y
CONFIG_TTY=y
CONFIG_STDERR_CONSOLE=y
CONFIG_STDIO_CONSOLE=y
CONFIG_KUNIT=y
CONFIG_MODULES=y
CONFIG_MODULE_SIG=y
CONFIG_KEYS=y
CONFIG_ASYMMETRIC_KEY_TYPE=y
CONFIG_ASYMMETRIC_PUBLIC_KEY_SUBTYPE=y
CONFIG_X509_CERTIFICATE_PARSER=y
CONFIG_PKCS7_MESSAGE_PARSER=y
CONFIG_SIGNED_PE_FILE_VERIFICATION=y
CONFIG_SIGNED_PE_FILE_KUNIT_TEST=y'

key=$({ dpkg-query -W -f '${Version}' linux-source-6.12
	cat "${patches[@]}"; echo "$config"; } | sha256sum | cut -c1-12)
tree=$cache/linux-um-$key

unpack() {
	say UNPACK "linux-source-6.12 for KUnit, about a minute"
	rm -rf "$cache"/linux-um-*
	mkdir -p "$tree.new"
	tar -C "$tree.new" --strip-components=1 -xf "$tarball" \
		--exclude='*/drivers/gpu/drm/amd/include' \
		--exclude='*/tools/testing' --exclude='*/tools/perf'
	local p
	for p in "${patches[@]}"; do
		patch -d "$tree.new" -s -p1 <"$p"
	done
	mv "$tree.new" "$tree"
}

# umake TARGET...: the kernel's make, with nothing of our make's own variables
umake() {
	env -u MAKEFLAGS -u MAKELEVEL -u O -u V make -C "$tree" ARCH=um \
		--no-print-directory -j"${JOBS:-$(nproc)}" "$@"
}

build() {
	umake tinyconfig
	echo "$config" >"$tree/.kunit.config"
	(cd "$tree" && ARCH=um scripts/kconfig/merge_config.sh -m .config \
		.kunit.config)
	umake olddefconfig
	umake linux
}

mkdir -p "$cache" "$out"
exec 9>"$cache/lock-um"
flock 9
[ -d "$tree" ] || unpack
if [ ! -x "$tree/linux" ]; then
	say KERNEL "user-mode, with ${#patches[@]} patches"
	build >"$tree.log" 2>&1 || {
		tail -30 "$tree.log" >&2
		exit 1
	}
fi
say KUNIT "$out/kunit.log"
# It ends itself when the tests are done; without a root file system, by panic.
timeout 120 "$tree/linux" mem=128M kunit_shutdown=halt >"$out/kunit.log" 2>&1 ||
	true
awk '/^    ok [0-9]+ / { passed++ }
	/^    not ok [0-9]+ / { failed++; print }
	END {
		printf "kunit: %d passed, %d failed\n", passed, failed
		exit failed || !passed
	}' "$out/kunit.log"
