#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The user can take the kernel's version of a name that libc has, under another name too, and call without the gate.
. "$(dirname "$0")/link.sh"

cat >prog.c <<'END'
#include <stdio.h>
#include <string.h>
extern void *memcpy(void *, const void *, size_t), *kernel_memcpy(void *, const void *, size_t);
extern long int_sqrt(long);
static void *my_memcpy(void *to, const void *from, size_t size) { (void)from; memset(to, 'k', size); return to; }
static long my_int_sqrt(long time) { return time * 2; }
const struct { const char *name; void *function; unsigned long offset; } pretend_symbols[] = {
	{ "memcpy", my_memcpy, 0 }, { "int_sqrt", my_int_sqrt, 0 }, { 0, 0, 0 } };
int main(void)
{
	char one[4] = "", other[4] = "";

	memcpy(one, "abc", 3);
	kernel_memcpy(other, "abc", 3);
	printf("%s %s %ld\n", one, other, int_sqrt(21));
	return 0;
}
END
for output in -static -pie -no-pie; do
	cc -O1 -fno-builtin -c prog.c
	kml_link --import=kernel_memcpy=memcpy prog.o -- $output pretend-kernel.o
	[ "$(pretend ./prog)" = "abc kkk 42" ] || { pretend ./prog; fail "$output: a new name"; }
	kml_link --import=memcpy --import=kernel_memcpy=memcpy prog.o -- $output pretend-kernel.o
	[ "$(pretend ./prog)" = "kkk kkk 42" ] || { pretend ./prog; fail "$output: the kernel's version"; }
	kml_link --import=kernel_memcpy=memcpy --direct=int_sqrt prog.o -- $output pretend-kernel.o
	"$tool" --show prog | grep -q '^int_sqrt  *function  *direct' || fail "$output: not direct"
	[ "$(pretend ./prog)" = "abc kkk 42" ] || fail "$output: direct"
done

# The same for programs that were linked before, from what the dynamic linker needs alone.
cat >id.c <<'END'
#include <stdio.h>
#include <unistd.h>
int main(void) { printf("%d\n", getppid() == getpid()); return 0; }
END
for linker in bfd lld gold; do
	command -v ld.$linker >/dev/null || continue
	cc -O1 id.c -o id -fuse-ld=$linker
	[ "$(./id)" = 0 ] || fail "$linker: before"
	kml_link --import=getppid=sys_getpid id || fail "$linker"
	[ "$(./id)" = 1 ] || fail "$linker: not the other call"
	[ "$(LD_BIND_NOW=1 ./id)" = 1 ] || fail "$linker: bound at once"
	"$tool" --show id | grep -q '^sys_getpid  *system call' || fail "$linker: --show"
	strip id
	[ "$(./id)" = 1 ] || fail "$linker: stripped"
done

# Asked for twice is no mistake.
kml_link --import=kernel_memcpy=memcpy --import=kernel_memcpy=memcpy prog.o -- pretend-kernel.o || fail "the same twice"

# What the plan is, without making anything.
rm -f prog
kml_link --dry-run --import=kernel_memcpy=memcpy --direct=int_sqrt prog.o -- pretend-kernel.o >plan
[ ! -e prog ] || fail "--dry-run made something"
grep -q '^prog: 2 imports from vmlinux 6.12.0-fake (' plan || { cat plan; fail "--dry-run"; }
grep -qE "^kernel_memcpy: the kernel's memcpy, function, through the call gate; 0xf[0-9a-f]* in the image.*; asked for$" plan ||
	{ cat plan; fail "--dry-run: function"; }
grep -q "^int_sqrt: function, called directly, on the program's stack; 0xf" plan || fail "--dry-run: direct"
kml_link --dry-run --json --import=kernel_memcpy=memcpy --direct=int_sqrt prog.o -- pretend-kernel.o |
	jq -e '[.imports[].binding] == ["direct", "gate"]' >plan || fail "--dry-run --json: bindings"
kml_link --explain --import=kernel_memcpy=memcpy prog.o -- pretend-kernel.o >plan
[ -x prog ] || fail "--explain made nothing"
grep -q 'int_sqrt: function, through the call gate' plan || fail "--explain"
cc -O1 id.c -o id
cp id before
kml_link --dry-run --import=getpid=sys_getpid id >plan
grep -q "^getpid: the kernel's sys_getpid, system call 39, through the system-call gate; asked for$" plan || { cat plan; fail "plan"; }
cmp id before || fail "--dry-run changed a program"

# Wrong choices.
ends_with 1 kml_link --import=nothing_of_it --import=kernel_memcpy=memcpy prog.o -o other -- pretend-kernel.o
said "--import=nothing_of_it: nothing leaves 'nothing_of_it' undefined"
ends_with 1 kml_link --import=getpid=runqueues id
said "'runqueues' is a per-CPU variable"
ends_with 1 kml_link --direct=getpid --import=getpid=sys_getpid id
said "'sys_getpid' is a system call: it cannot be called directly"
cmp id before || fail "changed a program"
ends_with 64 kml_link --import== prog.o
ends_with 64 kml_link --direct=a=b prog.o

# An ambiguous name is told with its source files.
echo 'extern long several(void); int main(void) { return several(); }' >several.c
cc -c several.c
ends_with 1 kml_link several.o
said "has 2 symbols of that name (fake-vmlinux.c, fake-vmlinux.c): choose with --import=several@FILE or @0xADDRESS"
