#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# --check tells beforehand what would stop a program on another kernel; --index writes what the binder compares with.
. "$(dirname "$0")/types.sh"

make_kernel after -DCHANGED
cat >prog.c <<'END'
struct timer;
extern long ksleep(long);
extern void *kalloc(unsigned long, unsigned);
extern int ktimer_start(struct timer *, int), kgone(void);
extern unsigned long jiffies;
int main(void) { return ksleep(jiffies) + !kalloc(1, 2) + ktimer_start((void *)0, 1) + kgone(); }
END
gcc -c prog.c
for output in -static -pie -no-pie; do
	kml_link prog.o -- $output
	ends_with 0 kml_link --check prog
	said_nothing
	ends_with 1 "$tool" --kernel after --check prog
	said "kml-link: prog: the kernel (after 6.12.0-types) has another type for 'kalloc': 'void *kalloc(long unsigned int size, gfp_t flags, int node)'"
	said "kml-link: prog: the kernel (after 6.12.0-types) has no symbol 'kgone'"
	[ "$(wc -l <said)" = 2 ] || { cat said; fail "other lines"; }
done
# Types that are told to be the same are. What a program was linked without, nobody can compare.
ends_with 1 "$tool" --kernel after --btf vmlinux --check prog
said_one_line
said "no symbol 'kgone'"
objcopy --remove-section=.BTF vmlinux bare
"$tool" --kernel bare prog.o -o untyped
ends_with 1 "$tool" --kernel after --check untyped
said_one_line
said "no symbol 'kgone'"

# What is there under the name has to be of the same kind, and one.
nm vmlinux | sed 's/ T ksleep/ D ksleep/; s/ [BD] jiffies/ T jiffies/' >System.map
nm vmlinux | grep ' kgone$' | sed 's/^ffffffff810/ffffffff811/' >>System.map
ends_with 1 "$tool" --kernel System.map --check prog
said "has something else under the name 'ksleep': no function that a program can call"
said "has something else under the name 'jiffies': no data that a program can use"
said "has several symbols 'kgone'"

# System calls, by their functions.
printf 'extern long sys_getpid(void);\nint main(void) { return sys_getpid(); }\n' >call.c
gcc -c call.c
make_vmlinux
kml_link call.o
ends_with 0 kml_link --check call
ends_with 1 "$tool" --kernel after --check call
said "is built without the system call 'sys_getpid'"

ends_with 1 kml_link --check /bin/true
said "/bin/true: has no KML note, and needs nothing of the vDSO"
ends_with 64 kml_link --check prog prog.o
ends_with 64 kml_link --check prog --show prog

# The index has what can be imported, and the build-id before it.
ends_with 0 "$tool" --kernel after --index=index
said_nothing
id=$(readelf -n after | sed -n 's/.*Build ID: //p')
[ "$(od -An -tx1 -N20 -j8 index | tr -d ' \n')" = "$id" ] || fail "another build-id in the index"
address=$(nm after | sed -n 's/^ffffffff\(.*\) T ksleep$/\1/p' | sed 's/\(..\)\(..\)\(..\)\(..\)/\4\3\2\1/')
od -An -v -tx1 -w16 -j32 index | tr -d ' ' | grep -q "^................$address[0-9a-f]*$" || fail "no address of ksleep"
[ "$(od -An -v -tx1 -w16 -j32 index | tr -d ' ' | grep -vc '^0*$')" -ge 15 ] || fail "too little in the index"
"$tool" --kernel after --index=again
cmp index again || fail "not the same index for the same kernel"
ends_with 1 "$tool" --kernel System.map --index=other
said "System.map: does not tell its build-id"
[ ! -e other ] || fail "left an output"
ends_with 1 "$tool" --kernel after --index=/nowhere/index
said_one_line

# What has a name that several have, or is nothing to import, is not in it: the kernel is asked, and says so.
"$tool" --kernel vmlinux --index=index
od -An -v -tx1 -w16 -j32 index | tr -d ' ' >entries
in_index() {
	nm vmlinux | sed -n "s/^ffffffff\(..\)\(..\)\(..\)\(..\) . $1\$/\4\3\2\1/p" >addresses
	[ -s addresses ] || fail "the kernel has no $1"
	grep -qE "^.{16}($(paste -sd'|' addresses))" entries
}
in_index schedule_timeout || fail "no schedule_timeout in the index"
! in_index several || fail "one of several in the index"
! in_index start_kernel || fail "what is gone after boot in the index"
