#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Shared libraries, and programs of musl, that were linked before get what they left open, too.
. "$(dirname "$0")/link.sh"

cat >calls.c <<'END'
extern long sys_getpid(void), sys_getppid(void);
long (*pointer)(void) = sys_getpid;
static long (*const constant[])(void) = { sys_getpid, sys_getppid };
long own_process(void) { return sys_getpid() == pointer() ? constant[0]() : -1; }
END
cat >main.c <<'END'
#include <stdio.h>
#include <unistd.h>
extern long own_process(void);
int main(void) { printf("%d\n", own_process() == getpid()); return own_process() != getpid(); }
END
sed 's/__x64_sys_getpid/__x64_sys_getppid/' "$here/fake-vmlinux.c" | grep __x64_sys_getppid >more.c
cc -O1 -c -fno-pic -mcmodel=kernel more.c
ld -r fake.o more.o -o both.o
ld -e 0xffffffff81000000 -T "$here/fake-vmlinux.lds" --build-id=sha1 both.o fake2.o -o vmlinux 2>/dev/null

# What needs nothing but system calls runs here as well: it is the whole way, but for the gate.
library() { # what it is, compiler, arguments
	$2 -O2 -fPIC -shared calls.c -o libcalls.so $3 2>ld.log || return 0
	cp libcalls.so before.so
	kml_link libcalls.so || fail "$1"
	nm -D libcalls.so | grep -q ' w sys_getpid$' || fail "$1: still undefined"
	$2 main.c ./libcalls.so -o main || fail "$1: does not link"
	[ "$(./main)" = 1 ] || fail "$1: does not run"
	[ "$(LD_BIND_NOW=1 ./main)" = 1 ] || fail "$1: does not run when bound at once"
	strip libcalls.so
	[ "$(./main)" = 1 ] || fail "$1: does not run when stripped"
	count=$((count + 1))
}
count=0
for linker in bfd gold lld mold; do
	command -v ld.$linker >/dev/null || continue
	library "$linker" gcc "-fuse-ld=$linker"
	library "$linker now" gcc "-fuse-ld=$linker -Wl,-z,now,-z,relro,--hash-style=gnu"
	library "$linker -z undefs" gcc "-fuse-ld=$linker -Wl,-z,undefs,--emit-relocs"
done
[ $count -ge 4 ] || fail "only $count libraries"
# A library may have its own initialization, and need the kernel.
cat >init.c <<'END'
#include <stdio.h>
extern long schedule_timeout(long);
void begin(void) { puts("begins"); }
long wait_for(long time) { return schedule_timeout(time); }
END
gcc -O2 -fPIC -shared init.c -o libinit.so -Wl,-init=begin
echo 'int main(void) { return 0; }' >empty.c
gcc empty.c -Wl,--no-as-needed ./libinit.so -Wl,--unresolved-symbols=ignore-all -o empty
ends_with 0 ./empty
kml_link libinit.so
ends_with 126 ./empty
said "shared library: needs kernel mode (imports schedule_timeout)"
sed -i 's/schedule_timeout(time)/sys_getpid()/; s/schedule_timeout(long)/sys_getpid(void)/' init.c
gcc -O2 -fPIC -shared init.c -o libinit.so -Wl,-init=begin
kml_link libinit.so
ends_with 0 ./empty
grep -qx begins out || fail "its own initialization does not run"

command -v musl-gcc >/dev/null || exit 0
for output in -static "" -static-pie; do
	musl-gcc -O2 -fPIC main.c calls.c -o main $output -Wl,--unresolved-symbols=ignore-all,--emit-relocs 2>ld.log || continue
	kml_link main || fail "musl $output"
	[ "$(./main)" = 1 ] || fail "musl $output: does not run"
	strip main
	[ "$(./main)" = 1 ] || fail "musl $output: does not run when stripped"
done
library musl musl-gcc "-Wl,--hash-style=gnu"
