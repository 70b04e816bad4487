#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Programs that were linked before, with what is at odds with moving things about: thread-local storage, functions that
# are chosen at start (IFUNC), exceptions of C++, threads; and programs of another libc.
. "$(dirname "$0")/link.sh"

cat >kinds.c <<'END'
#include <pthread.h>
#include <stdint.h>
struct pretend { const char *name; long (*function)(long); unsigned long offset; };
static long pretend_schedule(long time) { return time * 2; }
const struct pretend pretend_symbols[] = { { "schedule_timeout", pretend_schedule, 0 }, { "jiffies", 0, 0 }, { 0, 0, 0 } };
extern long schedule_timeout(long);
extern unsigned long jiffies;
static unsigned long *volatile pointer = &jiffies;

static __thread long counter = 3;
static __thread char zeros[100] __attribute__((aligned(64)));
static long twice(long value) { return schedule_timeout(value); }
#ifdef IFUNC
static long (*resolve(void))(long) { return twice; }
long chosen(long) __attribute__((ifunc("resolve")));
#else
#define chosen twice
#endif

static void *count(void *sum)
{
	counter += chosen(2);
	zeros[99]++;
	*(long *)sum = counter + zeros[99] + ((uintptr_t)zeros & 63);
	return sum;
}

int main(void)
{
	pthread_t thread;
	long sum = 0;

	for (int i = 0; i < 3; i++)
		if (pthread_create(&thread, 0, count, &sum) || pthread_join(thread, 0) || sum != 8)
			return 1;
	return counter != 3 || zeros[99] || pointer != &jiffies;
}
END
cat >throws.cc <<'END'
#include <stdexcept>
#include <string>
extern "C" {
	struct pretend { const char *name; long (*function)(long); unsigned long offset; };
	static long pretend_schedule(long time) { return time * 2; }
	extern const struct pretend pretend_symbols[] = { { "schedule_timeout", pretend_schedule, 0 }, { 0, 0, 0 } };
	long schedule_timeout(long);
}
struct guard { long *left; ~guard() { *left += 1; } };
static void wait(long time, long *left)
{
	guard guard{left};

	if (schedule_timeout(time) > 4)
		throw std::runtime_error("waited " + std::to_string(time));
}
int main()
{
	static long left;

	wait(1, &left);
	try {
		wait(3, &left);
	} catch (const std::exception &e) {
		return left != 2 || e.what() != std::string("waited 3");
	}
	return 3;
}
END

count=0
try() { # what it is, compiler and all
	name=$1
	shift
	"$@" pretend-kernel.o -o prog -Wl,-u,pretend_lookup -Wl,--unresolved-symbols=ignore-all,--emit-relocs 2>ld.log ||
		{ cat ld.log >&2; fail "$name: does not link"; }
	cp prog before
	ends_with 0 "$tool" --kernel vmlinux prog
	said_nothing
	pretend ./prog || fail "$name: status $?"
	strip -o stripped prog
	ends_with 126 ./stripped
	said "stripped: needs kernel mode"
	[ $(($(stat -c %s prog) - $(stat -c %s before))) -le $((4096 + 2 * 64)) ] || fail "$name: grew too much"
	count=$((count + 1))
}

for kind in "-fPIE -pie" -no-pie -static "-fPIC -static-pie"; do
	try "IFUNC $kind" gcc -O1 -DIFUNC kinds.c $kind
	try "exceptions $kind" g++ -O1 throws.cc $kind
done
if command -v musl-gcc >/dev/null; then
	cc -O1 -fPIC -fno-stack-protector -U_FORTIFY_SOURCE -c "$here/pretend-kernel.c" -o pretend-kernel.o
	for kind in "-fPIE -pie" -no-pie -static; do
		try "musl $kind" musl-gcc -O1 kinds.c $kind
	done
fi
echo "$count programs"
[ $count -ge 8 ] || fail "only $count programs"

# objcopy leaves empty segments behind, at any offset: loaders pass over them.
cat >empty.S <<'END'
	.section .note.GNU-stack, "", @progbits
	.section .rodata
	.ascii "to be removed"
	.text
	.globl _start
_start:	call sys_getpid
	mov %eax, %ebx
	mov $39, %eax
	syscall
	mov %eax, %edi
	sub %ebx, %edi
	mov $60, %eax
	syscall
END
cc -nostdlib -static empty.S -o empty -Wl,--unresolved-symbols=ignore-all,--emit-relocs,-z,separate-code
objcopy -R .rodata empty 2>/dev/null
readelf -lW empty | awk '$1 == "LOAD" && $6 == "0x000000" && substr($2, 6) != substr($3, 16)' | grep -q . || fail "objcopy left no empty segment"
kml_link empty || fail "empty segment"
./empty || fail "empty segment: the program"
