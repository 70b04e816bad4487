# SPDX-License-Identifier: GPL-2.0-or-later
# For tests of kml-run and kml-install, to be sourced: the tools.
. "$(dirname "$0")/common.sh"
PATH=$KML_BUILD/src:$PATH

# To be called by tests that boot a machine.
needs_machine() {
	cache=${KML_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kml}
	[ -r "$cache/kernels/current/bzImage" ] || skip "no kernel has been built (kernel/build demo)"
	command -v qemu-system-x86_64 >/dev/null || skip "no QEMU (apt install qemu-system-x86)"
}

# Its first line; the rest is the console.
said_first() {
	[ "$(head -n 1 said)" = "$1" ] || { cat said >&2; fail "did not say first: $1"; }
}

# A program from the C text on standard input.
compile() {
	"$CC" -O1 -x c - -o "$@"
}
