#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# --direct is refused, with the reason, for functions that cannot do without the gate, as far as their code tells.
. "$(dirname "$0")/link.sh"

cc -c "$here/fake-direct.S" -o direct.o
ld -e 0xffffffff81000000 -T "$here/fake-vmlinux.lds" --build-id=sha1 direct.o -o direct-vmlinux 2>ld.log

try() { # expected status, name, further options
	expected_of_link=$1 name=$2
	shift 2
	printf 'extern int %s(); int main(void) { return %s(); }\n' "$name" "$name" >prog.c
	cc -c prog.c
	ends_with "$expected_of_link" "$tool" --kernel direct-vmlinux --direct="$name" "$@" prog.o
}

allows() { # name
	try 0 "$1"
	said_nothing
}

refuses() { # name, reason
	try 1 "$1"
	said_one_line
	said "kml-link: prog.o: '$1' cannot be called without the gate, as it $2; leave out --direct=$1 (kernel: direct-vmlinux)"
	rm -f prog
}

warns() { # name, reason
	try 0 "$1"
	said_one_line
	said "kml-link: prog.o: warning: --direct=$1: not all that '$1' does is known: it $2 (kernel: direct-vmlinux)"
	rm prog
	try 1 "$1" --fatal-warnings
	said "prog: not made, as warnings are errors (--fatal-warnings)"
	[ ! -e prog ] || fail "$1: made something in spite of a warning"
}

allows harmless
allows harmless_to_its_end
allows calls_itself
refuses mutex_lock "may sleep: that is what it is for"
refuses at_the_end "may sleep: it calls 'mutex_lock'"
refuses sleeps_deep_down "may sleep: it calls 'in_the_middle', which calls 'at_the_end', which calls 'mutex_lock'"
refuses uses_current "needs 'current': it uses the running task's descriptor"
refuses in_a_part "needs 'current': it calls 'uses_current', which uses the running task's descriptor"
refuses uses_per_cpu "needs per-CPU data: it uses runqueues"
refuses uses_canary "needs per-CPU data: it uses the canary of the stack protector"
warns calls_a_pointer "calls a function by a pointer"
warns calls_a_thunk "calls a function by a pointer"
warns unreadable "has code that cannot be read"

# Without code, nothing can be told but that.
nm -n direct-vmlinux >System.map
printf 'extern int harmless(); int main(void) { return harmless(); }\n' >prog.c
cc -c prog.c
ends_with 0 "$tool" --kernel System.map --direct=harmless prog.o
said "kml-link: prog.o: warning: --direct=harmless: not all that 'harmless' does is known: it has code that cannot be read"

# The gate is for all of them.
printf 'extern int mutex_lock(); int main(void) { return mutex_lock(); }\n' >prog.c
cc -c prog.c
ends_with 0 "$tool" --kernel direct-vmlinux --fatal-warnings prog.o
said_nothing
