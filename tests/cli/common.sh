# SPDX-License-Identifier: GPL-2.0-or-later
# What all tests of the tools begin with, to be sourced: a directory of their own, and ways to say what is expected.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
: "${KML_BUILD:?is the meson build directory}" "${CC:=cc}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
	echo "FAIL: $*" >&2
	exit 1
}

skip() {
	echo "SKIP: $*"
	exit 77
}

# Runs a command that has to end with this status; its output is in the files "out" and "said".
ends_with() {
	expected=$1
	shift
	status=0
	"$@" >out 2>said || status=$?
	[ "$status" = "$expected" ] || { cat said >&2; fail "status $status, not $expected: $*"; }
}

said() {
	grep -qF -- "$1" said || { cat said >&2; fail "did not say: $1"; }
}

said_nothing() {
	[ ! -s said ] || { cat said >&2; fail "said something"; }
}

said_one_line() {
	[ "$(wc -l <said)" = 1 ] || { cat said >&2; fail "said not exactly one line"; }
}
