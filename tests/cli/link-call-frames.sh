#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Debuggers unwind from what kml-link adds: there is call frame information for every stub and for the binder.
. "$(dirname "$0")/link.sh"

cat >prog.c <<'END2'
#include <stdio.h>
extern long sys_getpid(void), sys_write(int, const void *, unsigned long);
__attribute__((noinline)) static long inner(void) { return sys_getpid() + 1; }
__attribute__((noinline)) static long outer(void) { return inner() + 1; }
int main(void)
{
	sys_write(1, "started\n", 8);
	return outer() == 0;
}
END2

# covered PROGRAM NAME...: the address of each is in the range of a frame description
covered() {
	file=$1
	shift
	readelf --debug-dump=frames "$file" 2>/dev/null | sed -n 's/.* FDE .* pc=\([0-9a-f]*\)\.\.\([0-9a-f]*\).*/\1 \2/p' >ranges
	for name; do
		address=$(nm "$file" | awk -v name="$name" '$3 == name { print $1 }')
		[ -n "$address" ] || fail "$file: no symbol $name"
		# All of them have 16 digits, so they compare as text.
		LC_ALL=C awk -v address="$address" '"x" address >= "x" $1 && "x" address < "x" $2 { found = 1 } END { exit !found }' ranges ||
			fail "$file: no frame description for $name"
	done
}

# unwinds PROGRAM: from each instruction of the stub
unwinds() {
	for step in 0 1 2; do
		{
			echo "set startup-with-shell off"
			echo "set debuginfod enabled off"
			echo "break *(char *)&sys_getpid"
			echo run
			[ $step = 0 ] || echo "stepi $step"
			echo backtrace
		} >commands
		timeout 120 gdb -nx -q -batch -x commands "./$1" >trace 2>&1 </dev/null || { cat trace; fail "$1: gdb"; }
		grep '^#' trace | tail -n 4 | sed 's/^#[0-9]* *\(0x[0-9a-f]* in \)\?//; s/ (.*//' >names
		[ "$(tail -n 3 names | tr '\n' ' ')" = "inner outer main " ] || { cat trace; fail "$1: from instruction $step"; }
	done
}

for flags in "-O1" "-O1 -static" "-O1 -no-pie -fno-pic"; do
	cc $flags -g prog.c -c -o prog.o
	kml_link prog.o -- $(echo "$flags" | sed 's/-O1//; s/-fno-pic//')
	covered prog sys_getpid sys_write .kml.start .kml.user_syscall_gate
	command -v gdb >/dev/null && unwinds prog
	cc $flags -g prog.c -o linked -Wl,--unresolved-symbols=ignore-all,--emit-relocs
	kml_link linked
	covered linked sys_getpid sys_write
	command -v gdb >/dev/null && unwinds linked
done

# What has such a section already keeps it.
cc -O1 -g -fno-asynchronous-unwind-tables -fno-unwind-tables prog.c -o linked -Wl,--unresolved-symbols=ignore-all,--emit-relocs
readelf -SW linked | grep -q debug_frame || fail "no .debug_frame to begin with"
kml_link linked
[ "$(readelf -SW linked | grep -c ' \.debug_frame')" = 1 ] || fail "two sections .debug_frame"
covered linked sys_getpid main inner outer
eu-elflint --gnu-ld linked >lint || :
! grep -q debug_frame lint || { cat lint; fail "eu-elflint"; }
