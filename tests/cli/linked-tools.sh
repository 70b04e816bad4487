# SPDX-License-Identifier: GPL-2.0-or-later
# For tests of programs that were linked before, to be sourced behind link.sh: "before" has become "prog".

# eu-elflint does not know notes of others, and says so of every program that kml-link makes.
lint() {
	eu-elflint --gnu-ld "$1" 2>&1 | grep -v "owner name 'KML'" |
		sed 's/^section \[[0-9 ]*\] //; s/0x[0-9a-f]\+/N/g; s/[0-9]\+/N/g' | sort -u
}

# Four KiB, and 64 bytes for an import
check_growth() { # what it is, how many imports
	grown=$(($(stat -c %s prog) - $(stat -c %s before)))
	[ $grown -le $((4096 + $2 * 64)) ] || fail "$1: grew by $grown bytes"
}

# Other tools take it for what it is, and so does kml-link. Leaves "shown", "stripped" and "copied".
check_tools() { # what it is, what the tools' names begin with, kml-link and its arguments
	what=$1 prefix=$2
	shift 2
	lint before >lint.before
	lint prog >lint.after
	[ -z "$(comm -13 lint.before lint.after)" ] || { comm -13 lint.before lint.after; fail "$what: eu-elflint"; }
	"$tool" --show prog >shown
	${prefix}strip -o stripped prog || fail "$what: strip"
	"$tool" --show stripped | cmp - shown || fail "$what: stripped"
	${prefix}objcopy prog copied || fail "$what: objcopy"
	"$tool" --show copied | cmp - shown || fail "$what: after objcopy"
	"$@" prog -o again 2>said || { cat said; fail "$what: again"; }
	said "leaves no name to the kernel: nothing to change"
	cmp prog again || fail "$what: changed the second time"
	"$@" before -o other 2>/dev/null
	cmp prog other || fail "$what: not the same bytes"
}
