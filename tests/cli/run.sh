# SPDX-License-Identifier: GPL-2.0-or-later
# For tests of kml-run and kml-install, to be sourced: a directory of their own, and the tools.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
: "${KML_BUILD:?is the meson build directory}" "${CC:=cc}"
PATH=$KML_BUILD/src:$PATH
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

# To be called by tests that boot a machine.
needs_machine() {
	cache=${KML_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kml}
	[ -r "$cache/kernels/current/bzImage" ] || skip "no kernel has been built (kernel/build demo)"
	command -v qemu-system-x86_64 >/dev/null || skip "no QEMU (apt install qemu-system-x86)"
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

# Its first line; the rest is the console.
said_first() {
	[ "$(head -n 1 said)" = "$1" ] || { cat said >&2; fail "did not say first: $1"; }
}

# A program from the C text on standard input.
compile() {
	"$CC" -O1 -x c - -o "$@"
}
