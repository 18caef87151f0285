# SPDX-License-Identifier: GPL-2.0-or-later
# Prints the targets that carry a "##" comment, under their "##@" headings.
BEGIN {
	print "make TARGET [ARCH=x86_64|arm64] [O=build] [V=1]"
}
/^##@/ {
	heading = substr($0, 5)
	if (!(heading in text))
		order[++headings] = heading
}
/^[a-z-]+( [a-z-]+)*:.* ## / {
	name = $0
	sub(/:.*/, "", name)
	what = $0
	sub(/.* ## /, "", what)
	where = FILENAME == "Makefile" ? heading : "Test"
	text[where] = text[where] sprintf("  %-16s %s\n", name, what)
}
END {
	for (i = 1; i <= headings; i++)
		printf "\n%s\n%s", order[i], text[order[i]]
}
