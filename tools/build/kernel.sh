#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds the test kernel of one architecture in a cached tree of Debian's source.
#
#   kernel.sh ARCH OUT [--variant NAME] [MAKE-TARGET...]
#
# ARCH is x86_64 or arm64; OUT/ARCH receives the kernel image, vmlinux (a link),
# the embedded image and what the tests of kdump build with the kernel
# (tests/qemu/module). With MAKE-TARGETs only those are built, with whole
# output: kernel/kexec_pe/ is the quick way to compile our folders.
#
# A variant has the options of tests/qemu/config/variant-NAME.config besides, which
# win; it goes to OUT/ARCH/NAME.
#
# The tree lies in ${XDG_CACHE_HOME:-~/.cache}/kexec-pe/linux-ARCH-KEY, that of a
# variant in linux-ARCH+NAME-KEY; KEY changes with the source package, the
# configuration and the hook patches. A new key starts from a copy of the newest
# tree of the same source package, a variant's first from the plain kernel's, and
# the kernel's own dependency tracking decides what to compile again.
set -euo pipefail

arch=$1
out=$2
shift 2
variant=
if [ "${1:-}" = --variant ]; then
	variant=$2
	shift 2
fi
top=$(cd "$(dirname "$0")/../.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kexec-pe
jobs=${JOBS:-$(nproc)}
tarball=/usr/src/linux-source-6.12.tar.xz
folders=(include image stage kernel purgatory emulator arch Kbuild Kconfig)
keep=${variant:+1}
keep=${keep:-3}
name=$arch${variant:++$variant}
dir=$out/$arch${variant:+/$variant}

say() { printf '  %-7s %s\n' "$1" "$2"; }

case $arch in
x86_64)
	config=(common x86 trust)
	image=arch/x86/boot/bzImage
	karch=x86_64 cross='' ;;
arm64)
	config=(common arm64 trust)
	image=arch/arm64/boot/vmlinuz.efi
	karch=arm64 cross=aarch64-linux-gnu- ;;
*)
	echo "kernel.sh: unknown architecture $arch" >&2
	exit 2 ;;
esac
[ -z "$variant" ] || config+=("variant-$variant")
fragments=("${config[@]/#/$top/tests/qemu/config/}")
fragments=("${fragments[@]/%/.config}")
patches=()
for p in "$top"/tools/kexec-patch/linux-6.12/*.patch; do
	[ -e "$p" ] && [ -e "$top/Kconfig" ] && patches+=("$p")
done

# kmake TARGET...: the kernel's make, with nothing of this machine in the result
# and nothing of our make's own variables, O= above all
kmake() {
	env -u MAKEFLAGS -u MAKELEVEL -u O -u V make -C "$tree" \
		--no-print-directory -j"$jobs" ARCH=$karch \
		CROSS_COMPILE=$cross KBUILD_BUILD_USER=kexec-pe \
		KBUILD_BUILD_HOST=build KBUILD_BUILD_TIMESTAMP=2025-01-01 \
		V="${V:-0}" "$@"
}

# quiet COMMAND...: output only after a failure, or all of it with V=1
quiet() {
	if [ "${V:-0}" = 1 ]; then
		"$@"
	elif ! "$@" >"$tree.log" 2>&1; then
		grep -nE 'error:|Error |undefined|check-image' "$tree.log" |
			sed "s,$tree/,,; 20q" >&2 || tail -30 "$tree.log" >&2
		echo "kernel.sh: failed; the whole output is in $tree.log" >&2
		return 1
	fi
}

# unpack: the source without the largest folders that no test kernel compiles
unpack() {
	say UNPACK "linux-source-6.12 $version, about a minute"
	rm -rf "$tree.new"
	mkdir -p "$tree.new"
	tar -C "$tree.new" --strip-components=1 -xf "$tarball" \
		--exclude='*/drivers/gpu/drm/amd/include' \
		--exclude='*/tools/testing' --exclude='*/tools/perf'
	mkdir "$tree.new/.kexec-pe"
}

# clone OLD: a copy of an older tree with its patches taken back
clone() {
	say COPY "kernel tree $(basename "$1") as a start"
	rm -rf "$tree.new"
	cp -a --reflink=auto "$1" "$tree.new"
	local p
	while read -r p; do
		patch -d "$tree.new" -s -R -p1 <"$p"
	done < <(find "$tree.new/.kexec-pe" -name '*.patch' | sort -r)
	rm -f "$tree.new"/.kexec-pe/*.patch
	# objtool is built with whole paths; a new objtool builds all anew.
	find "$tree.new/tools" \( -name ".*.cmd" -o -name "*.d" \) -print0 |
		xargs -0 -r sed -i "s,$1/,$tree/,g"
}

create() {
	local old p
	# A variant may copy a tree in which the plain kernel is being built.
	exec 8>"$cache/lock-$arch"
	[ -z "$variant" ] || flock 8
	# shellcheck disable=SC2012 # the names are ours
	old=$({ ls -td "$cache/linux-$name-"*/
		ls -td "$cache/linux-$arch-"*/; } 2>/dev/null | while read -r t; do
		[ "$(cat "$t/.kexec-pe/version" 2>/dev/null)" = "$version" ] &&
			echo "${t%/}" && break
	done) || true
	if [ -n "$old" ]; then clone "$old"; else unpack; fi
	for p in "${patches[@]}"; do
		say PATCH "$(basename "$p")"
		patch -d "$tree.new" -s -p1 <"$p"
		cp "$p" "$tree.new/.kexec-pe/"
	done
	echo "$version" >"$tree.new/.kexec-pe/version"
	mv "$tree.new" "$tree"
	exec 8>&-
}

# forget: removes all but the newest trees of this architecture, or variant
forget() {
	# shellcheck disable=SC2012
	ls -td "$cache/linux-$name-"*/ | tail -n +$((keep + 1)) |
		while read -r t; do
			say REMOVE "old kernel tree $(basename "$t")"
			rm -rf "${t%/}" "${t%/}.log"
		done
}

copy_sources() {
	local f have=()
	for f in "${folders[@]}"; do
		[ -e "$top/$f" ] && have+=("$top/$f")
	done
	mkdir -p "$tree/kernel/kexec_pe/tools"
	rsync -rlpc --delete --exclude=/tools --exclude='*.o' --exclude='.*' \
		--filter='P *.o' --filter='P *.a' --filter='P *.bin' \
		--filter='P *.elf' --filter='P *.lds' --filter='P .*' \
		--filter='P modules.order' --filter='P *.mod' \
		"${have[@]}" "$tree/kernel/kexec_pe/"
	if [ -e "$top/tools/check-image.sh" ]; then
		rsync -c -p "$top/tools/check-image.sh" \
			"$tree/kernel/kexec_pe/tools/"
	fi
}

# configure: tinyconfig + fragments, only when something it is made of changed
configure() {
	local sum option
	sum=$({
		cat "${fragments[@]}" "${patches[@]}"
		cat "$tree/kernel/kexec_pe/Kconfig" 2>/dev/null || true
	} | sha256sum)
	[ "$(cat "$tree/.kexec-pe/config" 2>/dev/null)" = "$sum" ] && return
	say CONFIG "$arch: tinyconfig ${config[*]}"
	quiet kmake tinyconfig
	(cd "$tree" && quiet scripts/kconfig/merge_config.sh -m .config \
		"${fragments[@]}")
	quiet kmake olddefconfig
	while read -r option; do
		case $option in
		*=n) grep -q "^${option%=n}=[ym]" "$tree/.config" || continue ;;
		*) grep -qxF "$option" "$tree/.config" && continue ;;
		esac
		case $option in
		CONFIG_KEXEC_PE*) [ ${#patches[@]} = 0 ] && continue ;;
		esac
		echo "kernel.sh: $option did not survive olddefconfig" >&2
		return 1
	done < <(sed -n '/^CONFIG_/p' "${fragments[@]}" |
		awk -F= '{v[$1]=$0} END {for (k in v) print v[k]}')
	echo "$sum" >"$tree/.kexec-pe/config"
}

# build_module: a module that crashes the kernel and an object with its types
build_module() {
	local module=$tree/.kexec-pe/module f changed
	mkdir -p "$module"
	changed=$(rsync -rci --out-format=%n "$top/tests/qemu/module/" "$module/")
	if [ -n "$changed" ] || [ "$tree/vmlinux" -nt "$module/types.o" ]; then
		cp "$tree/vmlinux.symvers" "$tree/Module.symvers"
		quiet kmake modules_prepare
		rm -f "$module/types.o"
		quiet kmake M="$module" modules types.o
	fi
	for f in kpe_crash.ko types.o; do
		cmp -s "$module/$f" "$dir/$f" || cp "$module/$f" "$dir/"
	done
}

publish() {
	mkdir -p "$dir"
	cmp -s "$tree/$image" "$dir/$(basename $image)" ||
		cp "$tree/$image" "$dir/"
	if [ "$arch" = arm64 ]; then
		cp -u "$tree/arch/arm64/boot/Image" "$dir/"
	fi
	ln -sfn "$tree/vmlinux" "$dir/vmlinux"
	echo "$tree" >"$dir/kernel-tree"
	publish_emulator
}

# publish_emulator: the embedded image, which kernel/kexec_pe/Kbuild has proved
publish_emulator() {
	local here=kernel/kexec_pe
	mkdir -p "$dir"
	if [ -e "$tree/$here/emulator.bin" ]; then
		cp "$tree/$here"/emulator.{bin,elf} "$dir/"
		(cd "$tree" && NM=${cross}nm READELF=${cross}readelf \
			"$top/tools/check-image.sh" $here/emulator.elf \
			$here/emulator.bin $here/.emulator.map)
	fi
}

[ -e $tarball ] || {
	echo "kernel.sh: $tarball is missing: make packages" >&2
	exit 2
}
version=$(dpkg-query -W -f '${Version}' linux-source-6.12)
key=$({ echo "$version"; cat "${fragments[@]}" "${patches[@]}"; } |
	sha256sum | cut -c1-12)
tree=$cache/linux-$name-$key
mkdir -p "$cache"

# One build of an architecture at a time, whichever checkout it comes from.
exec 9>"$cache/lock-$name"
flock -n 9 || { say WAIT "another build of the $name kernel"; flock 9; }

[ -d "$tree" ] || create
touch "$tree"
forget
copy_sources
configure
if [ "${1:-}" = emulator ]; then
	say KERNEL "$arch: kernel/kexec_pe only"
	quiet kmake kernel/kexec_pe/
	publish_emulator
	exit
elif [ $# -gt 0 ]; then
	kmake "$@"
	exit
fi
[ -e "$tree/$image" ] || say KERNEL "$arch, the first build takes 6 to 8 minutes"
say KERNEL "$arch in $tree"
quiet kmake "$(basename $image)"
publish
build_module
