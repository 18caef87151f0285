# SPDX-License-Identifier: GPL-2.0-or-later
# What the guest's init and the job scripts share. Sourced, by busybox sh.

# say TEXT: one whole line on the console, whatever the kernel prints meanwhile.
# The kernel cuts records at 1024 bytes, and prints one without a newline only
# when the next one comes.
say() {
	local text="$*"
	# One write with the newline in it, which printf does not do.
	echo "<1>${text:0:900}" >/dev/kmsg
}

# fact KEY VALUE: in pieces ("key+=") where the value is long.
fact() {
	local key=$1 value=$2
	say "$prefix $key=$(printf '%.700s' "$value")"
	while [ ${#value} -gt 700 ]; do
		value=${value:700}
		say "$prefix $key+=$(printf '%.700s' "$value")"
	done
}

# content FILE: its text on one line, nothing when there is none
content() {
	[ -r "$1" ] && tr '\n\0' '  ' <"$1" | sed 's/ *$//'
}

# ram: bytes of System RAM that this kernel knows, whoever uses them
ram() {
	local range rest sum=0
	while read -r range rest; do
		case $rest in
		': System RAM')
			sum=$((sum + 0x${range#*-} - 0x${range%-*} + 1)) ;;
		esac
	done </proc/iomem
	echo $sum
}

# efi_variable NAME: its bytes in hex, without the four of its attributes
efi_variable() {
	local file=/sys/firmware/efi/efivars/$1-8be4df61-93ca-11d2-aa0d-00e098032b8c
	[ -r "$file" ] && tail -c +5 "$file" | xxd -p | tr -d '\n'
}

facts_of_firmware() {
	local efi=/sys/firmware/efi acpi=/sys/firmware/acpi/tables
	fact efi "$([ -d $efi ] && echo "$(cat $efi/fw_platform_size) bit")"
	fact efi_systab "$(content $efi/systab)"
	fact efi_runtime_maps "$(ls $efi/runtime-map 2>/dev/null | wc -l)"
	fact acpi_tables "$(cd $acpi 2>/dev/null && find . -maxdepth 1 -type f |
		sed 's,./,,' | sort | tr '\n' ' ')"
	fact smbios "$(content /sys/class/dmi/id/product_name)"
	fact smbios_bytes "$(wc -c </sys/firmware/dmi/tables/DMI 2>/dev/null)"
	fact efivars "$(ls $efi/efivars 2>/dev/null | wc -l)"
	fact secure_boot "$(efi_variable SecureBoot)"
	fact setup_mode "$(efi_variable SetupMode)"
	fact tpm "$(ls /sys/class/tpm 2>/dev/null | tr '\n' ' ')"
}

# lpis: message interrupts that the GICv3's ITS has delivered
lpis() {
	awk '/ ITS-/ {for (i = 2; $i ~ /^[0-9]+$/; i++) sum += $i} END {print sum + 0}' \
		/proc/interrupts
}

# What only arm64 has: exception level, ACPI or device tree, interrupts.
facts_of_arm64() {
	local before rng=/sys/class/misc/hw_random
	fact el "$(dmesg | sed -n 's/.*CPU: All CPU(s) started at //p')"
	fact device_tree "$(content /sys/firmware/devicetree/base/compatible)"
	# Without one the fact is 0: no ITS, or firmware keeps the device for itself.
	before=$(lpis)
	grep -o 'virtio_rng[.0-9]*' $rng/rng_available 2>/dev/null >$rng/rng_current
	dd if=/dev/hwrng of=/dev/null bs=64 count=8 2>/dev/null
	fact lpis $(($(lpis) - before))
	fact gic "$(dmesg | grep -q 'GICv3: ' && echo 3 || echo 2)"
}

facts_of_trust() {
	local lockdown
	read -r lockdown </sys/kernel/security/lockdown
	lockdown=${lockdown#*[}
	fact lockdown "${lockdown%%]*}"
	# In /proc/keys: ID flags uses expiry permissions uid gid type description
	fact keyrings "$(awk '$8 == "keyring" && $9 ~ /^\./ {print $9 $10}' \
		/proc/keys | sort | tr '\n' ' ')"
	fact keys "$(awk '$8 ~ /^asym/ {sub(/.*asymmetri */, ""); sub(/: .*/, "");
		print}' /proc/keys | sort | tr '\n' ';')"
	fact blacklist "$(awk '$8 ~ /^blackl/' /proc/keys | wc -l)"
}

# Warnings and worse that name EFI: a kernel that our emulator started must have
# none that the firmware's own start does not have.
facts_of_log() {
	local line
	fact efi_warnings "$(dmesg -r | grep -ciE '^<[0-4]>.*(efi|runtime service)')"
	dmesg -r | grep -iE '^<[0-4]>.*(efi|runtime service)' | sed 's/^<.>\[[^]]*\] //' |
		while read -r line; do
			fact efi_warning "$line"
		done
}

# port NAME: the device of that virtio port, nothing without it
port() {
	local port
	for port in /sys/class/virtio-ports/*; do
		[ "$(cat $port/name 2>/dev/null)" = "$1" ] && echo /dev/${port##*/}
	done
}

# send NAME FILE: to the host's dump file, as "NAME SIZE", newline, content
send() {
	local copy=/tmp/send.$$
	cat "$2" >$copy
	{ echo "$1 $(wc -c <$copy)"; cat $copy; } >"$(port kpe.dump)"
	rm $copy
}

# tpm_state NAME: PCRs of every bank, and the event log, to the host
tpm_state() {
	local file
	for file in /sys/class/tpm/tpm0/pcr-sha*/*; do
		echo "$file:$(cat $file)"
	done >/tmp/pcrs
	send "$1.pcrs" /tmp/pcrs
	file=/sys/kernel/security/tpm0/binary_bios_measurements
	[ -e $file ] && send "$1.log" $file
}

# tpm_bridge NAME: the host's tpm2-tools talk to the TPM until they end it
tpm_bridge() {
	say "BRIDGE $1"
	tpmbridge "$(port kpe.tpm)" /dev/tpm0 || say "JOB-FAIL bridge $1"
}

# facts PREFIX: how this kernel was started, one "PREFIX key=value" each
facts() {
	local prefix=$1 file
	fact boot_seconds "$(cut -d' ' -f1 /proc/uptime)"
	facts_of_log
	fact cmdline "$(content /proc/cmdline)"
	fact uname "$(uname -srv)"
	fact kaslr "$(grep -m1 ' _text$' /proc/kallsyms | cut -d' ' -f1)"
	fact la57 "$(grep -m1 -cw la57 /proc/cpuinfo)"
	fact cpus "$(nproc)"
	# AT_PAGESZ
	fact page_size "$(od -An -t u8 -w16 /proc/self/auxv | awk '$1 == 6 {print $2}')"
	fact ram "$(ram)"
	fact mem_total "$(awk '$1 == "MemTotal:" {print $2}' /proc/meminfo)"
	facts_of_firmware
	[ "$(uname -m)" = aarch64 ] && facts_of_arm64
	facts_of_trust
	for file in /marker*; do
		[ -r "$file" ] && fact "${file#/}" "$(content "$file")"
	done
}
