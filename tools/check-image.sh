#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Proves what the embedded image promises, then prints where its bytes go.
#
# check-image.sh ELF BIN MAP: the linked image, the same as a flat file, and the
# linker's map. Tools: $READELF, $NM. Exit status 1 and one line per broken
# promise:
#
#	only base-relative relocations, none of them in code or in what K2 keeps
#	no undefined symbol
#	code that K2 keeps (emulator/runtime) refers to nothing outside of it
#	no segment that is writable and executable
#	header with magic at offset 0, as long as it says, not over 96 KiB

set -eu
LC_ALL=C
export LC_ALL
elf=$1
bin=$2
map=$3
READELF=${READELF:-readelf}
NM=${NM:-nm}
SIZE_MAX=98304
bad=0

broken() {
	echo "check-image.sh: $elf: $*" >&2
	bad=1
}

# symbol NAME: its address in hexadecimal, 16 digits as nm prints it
symbol() {
	"$NM" "$elf" | awk -v name="$1" '$3 == name { print $1 }'
}

# number OFFSET: the 64-bit integer there, in decimal
number() {
	od -An -t u8 -j "$1" -N 8 "$bin" | tr -d ' '
}

# Both are 16 digits, so that comparing text compares numbers.
text_end=$(symbol text_end)
runtime_start=$(symbol __runtime_start)
runtime_end=$(symbol __runtime_end)
case "$text_end,$runtime_start,$runtime_end" in
,* | *,,* | *,)
	broken "symbols of the linker script are missing" ;;
esac

relocations=$("$READELF" -rW "$elf" | awk '/^[0-9a-f]+ +[0-9a-f]+ +R_/')
alien=$(echo "$relocations" | awk '$3 ~ /^R_/ &&
	$3 != "R_X86_64_RELATIVE" && $3 != "R_AARCH64_RELATIVE"')
[ -z "$alien" ] || broken "relocations that are not base-relative: $alien"
inside=$(echo "$relocations" |
	awk -v end="$text_end" '$3 ~ /^R_/ && ($1 "") < end')
[ -z "$inside" ] || broken "relocations in code: $inside"

undefined=$("$NM" -u "$elf")
[ -z "$undefined" ] || broken "undefined: $undefined"

segments=$("$READELF" -lW "$elf" | awk '$1 == "LOAD"')
writable_code=$(echo "$segments" | grep 'W *E' || true)
[ -z "$writable_code" ] || broken "writable and executable: $writable_code"
[ "$(echo "$segments" | wc -l)" -eq 3 ] ||
	broken "not three segments: $segments"

# Objects of emulator/runtime, together: what they do not define themselves may
# only be the bounds of the section.
objects=$(sed -n 's,^LOAD \(.*emulator/runtime/.*\.o\)$,\1,p' "$map")
if [ -n "$objects" ]; then
	# shellcheck disable=SC2086 # a list of files
	escapes=$("$NM" $objects | awk '
		NF == 2 && $1 == "U" { used[$2] }
		NF == 3 { defined[$3] }
		END {
			for (name in used)
				if (!(name in defined) &&
				    name != "__runtime_start" &&
				    name != "__runtime_end")
					print name
		}')
	[ -z "$escapes" ] ||
		broken "emulator/runtime refers to what K2 does not keep:" \
			"$escapes"
fi

size=$(wc -c <"$bin" | tr -d ' ')
[ "$(head -c 8 "$bin")" = "xiKPEEMU" ] || broken "no magic at offset 0"
[ "$(number 40)" = "$size" ] ||
	broken "header.file_size is not the file's: $size bytes"
[ "$size" -le $SIZE_MAX ] ||
	broken "$size bytes, more than $SIZE_MAX"
[ "$bad" -eq 0 ] || exit 1

# The linker's map names section, address, size and object of every piece, on
# two lines where the name of the section is long.
awk -v size="$size" '
	function folder(file) {
		if (file ~ /(hash|sha[0-9_-]+[a-z_-]+)\.emu/)
			return "hashes"
		if (match(file, /(purgatory|image|arch)\/|emulator\/(protocol\/|runtime\/|tpm\/)?/))
			return substr(file, RSTART, RLENGTH - 1)
		return "other"
	}
	function count(column, bytes, file) {
		f = folder(file)
		if (!(f in known)) {
			known[f]
			order[++folders] = f
		}
		sum[f, column] += bytes
		total[column] += bytes
	}
	function hex(text,  i, value) {
		value = 0
		for (i = 3; i <= length(text); i++)
			value = value * 16 + \
				index("0123456789abcdef", substr(text, i, 1)) - 1
		return value
	}
	/^Linker script and memory map/ { started = 1 }
	!started { next }
	/^[^ ]/ { output = $1 }
	/^ [.][^ ]+$/ { section = $1; next }
	/^ [.][^ ]+ +0x/ { $0 = $2 " " $3 " " $4 }
	/^ +0x[0-9a-f]+ +0x[0-9a-f]+ [^ ]+[.]o$/ || /^0x[0-9a-f]+ 0x[0-9a-f]+ [^ ]+[.]o$/ {
		bytes = hex($2)
		if (output == ".text" || output == ".runtime")
			count("text", bytes, $3)
		else if (output == ".rodata" || output == ".data.rel.ro")
			count("rodata", bytes, $3)
		else if (output == ".data")
			count("data", bytes, $3)
		else if (output == ".bss")
			count("bss", bytes, $3)
	}
	END {
		line = "  %-20s %7s %7s %7s %7s\n"
		printf line, "embedded image", "text", "rodata", "data", "bss"
		for (i = 1; i <= folders; i++) {
			f = order[i]
			printf line, f, sum[f, "text"] + 0, sum[f, "rodata"] + 0,
				sum[f, "data"] + 0, sum[f, "bss"] + 0
		}
		printf line, "all", total["text"] + 0, total["rodata"] + 0,
			total["data"] + 0, total["bss"] + 0
		printf "  %-20s %7d bytes, at most '"$SIZE_MAX"'\n", "file", size
	}' "$map"
