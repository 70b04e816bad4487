# SPDX-License-Identifier: GPL-2.0-or-later
# For tests of types, to be sourced: a small kernel with BTF, as a real one gets it. A kernel "after" is the same after
# an update.
. "$(dirname "$0")/link.sh"

command -v pahole >/dev/null || skip "there is no pahole (package dwarves)"

# make_kernel FILE CFLAG...
make_kernel() {
	made=$1
	shift
	gcc -O1 -g -c -fno-pic -mcmodel=kernel "$@" "$here/fake-types.c" -o types.o
	gcc -g -c "$here/fake-types-asm.S" -o types-asm.o
	ld -e 0xffffffff81000000 -T "$here/fake-vmlinux.lds" --build-id=sha1 types.o types-asm.o -o "$made" 2>ld.log ||
		{ cat ld.log >&2; fail "cannot make a vmlinux"; }
	pahole -J "$made" || fail "pahole makes no BTF"
	readelf -SW "$made" | grep -q ' \.BTF ' || fail "no BTF in $made"
}

make_kernel vmlinux
