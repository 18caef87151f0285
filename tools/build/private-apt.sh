#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs apt with a root of its own, so that source packages, other suites and
# other architectures can be fetched while the machine's own sources and
# architectures stay as they are.
#
# Usage: private-apt.sh SUITE apt-get|apt-cache ARGUMENT...
#
#	private-apt.sh bookworm apt-get source --download-only kexec-tools
#	private-apt.sh trixie apt-get download systemd-boot-efi:arm64
#	private-apt.sh bookworm-security apt-cache policy linux-image-6.12-arm64
#
# The mirror is the one that the machine uses for its own Debian release; a
# suite named *-security is looked for on the mirror of <release>-security.
# Package lists live in ${XDG_CACHE_HOME:-~/.cache}/kexec-pe/apt/SUITE and are
# read again when they are older than a week, or with REFRESH=1. Nothing is
# installed, and no root rights are needed.
set -euo pipefail

die()
{
	echo "private-apt.sh: $*" >&2
	exit 2
}

# The base address of the release $1, as the machine's own apt has it.
mirror_of()
{
	apt-get indextargets --format '$(REPO_URI) $(RELEASE)' \
		'Created-By: Packages' |
		awk -v release="$1" '$2 == release && !uri { uri = $1 }
			END { print uri }'
}

# Writes the one sources file of the private root.
write_sources()
{
	local release uri

	release=$(. /etc/os-release && echo "$VERSION_CODENAME")
	case $suite in
	*-security) uri=$(mirror_of "$release-security") ;;
	*) uri=$(mirror_of "$release") ;;
	esac
	[ -n "$uri" ] || die "no Debian mirror for $suite in apt's sources"
	cat >"$root/private.sources" <<-END
		Types: deb deb-src
		URIs: $uri
		Suites: $suite
		Components: main
		Architectures: amd64 arm64
		Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
	END
}

# apt with nothing of the machine but its key rings and its network settings.
private()
{
	local tool=$1

	shift
	"$tool" -q \
		-o Dir::Etc::sourcelist="$root/private.sources" \
		-o Dir::Etc::sourceparts="$root/none" \
		-o Dir::Etc::preferences=/dev/null \
		-o Dir::Etc::preferencesparts="$root/none" \
		-o Dir::State="$root" \
		-o Dir::State::lists="$root/lists" \
		-o Dir::State::status="$root/status" \
		-o Dir::Cache="$root/cache" \
		-o APT::Architectures::=amd64 \
		-o APT::Architectures::=arm64 \
		-o APT::Default-Release= \
		-o APT::Sandbox::User="$(id -un)" \
		"$@"
}

[ $# -ge 2 ] || die "usage: private-apt.sh SUITE apt-get|apt-cache ARGUMENT..."
suite=$1
shift
case $1 in
apt-get | apt-cache) ;;
*) die "$1: only apt-get and apt-cache" ;;
esac

root=${XDG_CACHE_HOME:-$HOME/.cache}/kexec-pe/apt/$suite
mkdir -p "$root/none" "$root/lists/partial" "$root/cache/archives/partial"
touch "$root/status"

# Two builds may run at once: one of them reads the lists, the other waits.
exec 9>"$root/lock"
flock 9
if [ -n "${REFRESH:-}" ] || [ -z "$(find "$root/updated" -mtime -7 2>/dev/null)" ]; then
	write_sources
	private apt-get update --error-on=any >&2
	touch "$root/updated"
fi
flock -u 9
exec 9>&-

private "$@"
