#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Malformed, truncated and foreign inputs are refused or harmless; nothing crashes.
. "$(dirname "$0")/link.sh"

cc -O1 -g -c "$here/program.c" -o good.o
ar rcs good.a good.o
size=$(stat -c %s good.o)
alive() { # a command that may fail, but not of a signal
	status=0
	timeout 20 "$@" >out 2>said || status=$?
	[ $status -le 1 ] || { cat said; fail "status $status: $*"; }
	grep -q 'AddressSanitizer\|runtime error' said && { cat said; fail "$*"; }
	return 0
}

# Cut everywhere that a structure may end, and some.
for cut in 0 1 4 15 16 40 63 64 65 200 $((size / 2)) $((size - 64)) $((size - 1)); do
	head -c $cut good.o >bad.o
	ends_with 1 kml_link bad.o
	said "kml-link: bad.o: "
	head -c $((cut + 8)) good.a >bad.a
	alive "$tool" --kernel vmlinux good.o bad.a -o prog
done
# Overwrite words of the headers, of the section table and of what lies between.
table=$(readelf -h good.o | sed -n 's/.*Start of section headers: *\([0-9]*\).*/\1/p')
for offset in 16 18 20 40 42 52 58 60 62 $(seq $table 92 $((table + 1400))) $(seq 64 1021 $size); do
	for bytes in '\377\377\377\377' '\0\0\0\0' '\177\0\0\200'; do
		cp good.o bad.o
		printf "$bytes" | dd of=bad.o bs=1 seek=$offset conv=notrunc status=none
		alive "$tool" --kernel vmlinux bad.o -o prog -- pretend-kernel.o
	done
done
printf 'int main(void) { return 0; }' >c.c
cc -flto -c c.c -o lto.o
ends_with 1 kml_link lto.o
said "compile without -flto"
if command -v clang >/dev/null; then
	clang -flto -c c.c -o bitcode.o
	ends_with 1 kml_link bitcode.o
	said "LLVM bitcode"
fi
ends_with 1 kml_link missing.o
said "missing.o: No such file or directory"
ends_with 1 kml_link /dev/null -o prog
said "not a regular file"
