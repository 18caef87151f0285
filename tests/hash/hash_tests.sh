#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The hash functions of the embedded image, its own object files, against
# mbedTLS: by the processor's instructions for hashes and without them.
#
#   hash_tests.sh OUT [--count]
#
# Needs the kernel trees that "make emulator" has built, and for arm64's
# qemu-aarch64 (package qemu-user); what is not there is said and left out. With
# --count: instructions per byte, by qemu's log of what it executes; not those of
# SHA-NI, which it does not have.
set -euo pipefail

out=$1/hash
cflags=(-std=gnu11 -O1 -Wall -Wextra -Werror -fshort-wchar -I. -Iinclude -Iarch/host)
mkdir -p "$out"
passed=0
failed=0

gcc "${cflags[@]}" -o "$out/oracle" tests/hash/hash_lines.c arch/host/hash.c \
	-lmbedcrypto
"$out/oracle" >"$out/oracle.txt"

# build ARCH CC: two programs of the image's objects
build() {
	local here objects
	here=$(cat "$1_tree")/kernel/kexec_pe
	objects=("$here"/purgatory/{hash,sha1_blocks,sha256_blocks,sha512_blocks}.emu.o)
	$3 "${cflags[@]}" -static -Wl,--gc-sections -o "$out/$2-generic" \
		tests/hash/hash_lines.c tests/hash/generic.c "${objects[@]}"
	$3 "${cflags[@]}" -static -Wl,--gc-sections -o "$out/$2-own" \
		tests/hash/hash_lines.c "${objects[@]}" \
		"$here/arch/$4/sha.emu.o" "$here"/purgatory/sha*-ce-core.emu.o \
		"$here"/purgatory/sha*_ni_asm.emu.o
}

# compare NAME COMMAND...
compare() {
	local name=$1
	shift
	if "$@" | cmp -s - "$out/oracle.txt"; then
		echo "ok $name"
		passed=$((passed + 1))
	else
		echo "FAIL $name: other digests than mbedTLS"
		failed=$((failed + 1))
	fi
}

# count NAME COMMAND...: what 16 KiB take more than nothing
count() {
	local name=$1 alg size steps=()
	shift
	for alg in 0x4 0xb 0xc 0xd; do
		steps=()
		for size in 0 16384; do
			"$@" -singlestep -d exec,nochain -D "$out/steps" \
				"$out/$name" $alg $size >/dev/null
			steps+=("$(grep -c ^Trace "$out/steps")")
		done
		echo "$name $alg $((${steps[1]} - ${steps[0]}))" |
			awk '{ printf "%s %s: %.2f instructions per byte\n", $1, $2, $3 / 16384 }'
	done
	rm -f "$out/steps"
}

shopt -s nullglob
for arch in x86_64 arm64; do
	case $arch in
	x86_64) cc=gcc sub=x86 run=() qemu=qemu-x86_64 ;;
	arm64) cc=aarch64-linux-gnu-gcc sub=arm64 run=(qemu-aarch64 -cpu max)
		qemu='qemu-aarch64 -cpu max' ;;
	esac
	if [ ! -e "$1/$arch/kernel-tree" ] || { [ $arch = arm64 ] &&
		! command -v qemu-aarch64 >/dev/null; }; then
		echo "hash_tests.sh: $arch left out: no kernel tree or no qemu-user"
		continue
	fi
	cp "$1/$arch/kernel-tree" "$out/${arch}_tree"
	build "$out/$arch" $arch $cc $sub
	for kind in generic own; do
		compare $arch-$kind "${run[@]}" "$out/$arch-$kind"
		if [ "${2:-}" = --count ] && [ $arch-$kind != x86_64-own ]; then
			# shellcheck disable=SC2086 # a command with options
			count $arch-$kind $qemu
		fi
	done
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
