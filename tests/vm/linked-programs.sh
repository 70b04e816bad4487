#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Programs that were linked before kml-link saw them run in kernel mode: C++ with exceptions, static and dynamic, with a
# shared library that imports for itself; one without any libc; and Debian's own, with a call of libc replaced.
. "$(dirname "$0")/lib.sh"
needs demo

kernel=${kernels[demo]}
cd "$scratch"
cp "$top/tests/vm/programs/linked-library.c" library.c
cat >ticks.cc <<'EOC'
#include <cstdio>
#include <stdexcept>
extern "C" {
	extern volatile unsigned long jiffies;
	extern const char linux_banner[];
	long schedule_timeout_uninterruptible(long);
	long library_ticks(long);
}
static volatile unsigned long *where = &jiffies;
static void wait(long time)
{
	unsigned long before = jiffies;

	schedule_timeout_uninterruptible(time);
	if (*where - before >= (unsigned long)time)
		throw std::runtime_error("slept");
}
int main()
{
	try {
		wait(5);
	} catch (std::exception &e) {
		printf("%s, %.13s, %d\n", e.what(), linux_banner, library_ticks(3) >= 3);
	}
	return 0;
}
EOC
open=-Wl,--unresolved-symbols=ignore-all,--emit-relocs
gcc -O2 -fPIC -shared library.c -Wl,-soname,libticks.so -o libticks.so
"$build/src/kml-link" --kernel "$kernel" libticks.so
g++ -O2 ticks.cc -L. -lticks -Wl,-rpath,"$scratch" -o ticks $open 2>ld.log
"$build/src/kml-link" --kernel "$kernel" ticks
gcc -O2 -c library.c
g++ -O2 -static ticks.cc library.o -o ticks-static $open 2>ld.log
"$build/src/kml-link" --kernel "$kernel" ticks-static
# Packed relocations: the loader's before the binder, the program's own behind it.
g++ -O2 ticks.cc -L. -lticks -Wl,-rpath,"$scratch" -o ticks-packed $open,-z,pack-relative-relocs 2>ld.log
g++ -O2 -fPIC -static-pie ticks.cc -x c library.c -o ticks-packed-static $open,-z,pack-relative-relocs 2>ld.log
for program in ticks-packed ticks-packed-static; do
	readelf -dW $program | grep -q '(RELR)' || fail "$program has no packed relocations"
	"$build/src/kml-link" --kernel "$kernel" $program
done
for program in ticks ticks-static ticks-packed ticks-packed-static; do
	said=$(LD_LIBRARY_PATH=$scratch machine demo "./$program")
	[ "$said" = "slept, Linux version, 1" ] || fail "$program: $said"
done

# No libc at all, as programs of Go are: its own start, its own system calls, a stack that it has made itself.
cat >alone.c <<'EOC'
extern volatile unsigned long jiffies;
extern long schedule_timeout_uninterruptible(long);
static long system_call(long number, long first, const void *second, long third)
{
	long result;

	__asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(first), "S"(second), "d"(third) : "rcx", "r11", "memory");
	return result;
}
__attribute__((used, noreturn)) void go(void)
{
	unsigned long before = jiffies;

	schedule_timeout_uninterruptible(3);
	if (jiffies - before >= 3)
		system_call(1, 1, "alone\n", 6);
	system_call(231, 0, 0, 0);
	for (;;)
		;
}
static char stack[65536] __attribute__((aligned(16), used));
__asm__(".globl _start\n_start: lea stack + 65536(%rip), %rsp\n	call go\n");
EOC
gcc -O2 -static -nostdlib -fno-stack-protector alone.c -o alone $open -Wl,--build-id
"$build/src/kml-link" --kernel "$kernel" alone
said=$(machine demo ./alone)
[ "$said" = alone ] || fail "alone: $said"

# Debian's own cat makes a system call of the kernel's in the place of one of libc's.
cp /bin/cat cat
"$build/src/kml-link" --kernel "$kernel" --import=read=sys_read cat
"$build/src/kml-link" --show cat | grep -q '^sys_read  *system call' || fail "no import in cat"
said=$(machine demo ./cat /sys/kernel/kml/self)
[ "$said" = kernel ] || fail "cat: $said"
