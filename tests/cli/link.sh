# SPDX-License-Identifier: GPL-2.0-or-later
# For tests of kml-link, to be sourced: a small file that looks like a kernel, and the tool. CC chooses the compiler.
. "$(dirname "$0")/common.sh"

# Data of a real kernel is far away from every program, and so is that of this one.
make_vmlinux() {
	cc -O1 -c -fno-pic -mcmodel=kernel -fcommon "$here/fake-vmlinux.c" -o fake.o
	cc -O1 -c -fno-pic -mcmodel=kernel -DSECOND "$here/fake-vmlinux.c" -o fake2.o
	ld -e 0xffffffff81000000 -T "$here/fake-vmlinux.lds" --build-id=sha1 --defsym=absolute_number=42 fake.o fake2.o -o vmlinux 2>ld.log || { cat ld.log >&2; fail "cannot make a vmlinux"; }
}

tool=$KML_BUILD/src/kml-link

kml_link() {
	"$tool" --kernel "$work/vmlinux" --cc "$CC" "$@"
}

# Runs a program as the kernel would start it; "pretend-kernel.o" has to be in it.
pretend() {
	"$KML_BUILD/tests/cli/pretend" "$@"
}

make_vmlinux
cc -O1 -fPIC -fno-stack-protector -c "$here/pretend-kernel.c" -o pretend-kernel.o
