#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs the Debian packages of tools/packages that this machine lacks.
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)

missing=()
while read -r package; do
	status=$(dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null |
		sort -u | grep -x installed) || true
	[ "$status" = installed ] || missing+=("$package")
done < <(grep -v '^#' "$top/tools/packages" | grep .)
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
	as_root=(sudo)
	command -v sudo >/dev/null || {
		echo "packages.sh: install as root: ${missing[*]}" >&2
		exit 1
	}
fi
echo "  INSTALL ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" apt-get -q update &&
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
		install --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
	tail -20 "$log" >&2
	exit 1
fi
