#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Programs that were linked before kml-link saw them run in kernel mode: C++ with exceptions, static and dynamic, with a
# shared library that imports for itself; and Debian's own, with a call of libc replaced.
. "$(dirname "$0")/lib.sh"
needs demo

kernel=${kernels[demo]}
cd "$scratch"
cat >library.c <<'EOC'
extern volatile unsigned long jiffies;
extern long schedule_timeout_uninterruptible(long);
volatile unsigned long *library_pointer = &jiffies;
long library_ticks(long time)
{
	unsigned long before = jiffies;

	schedule_timeout_uninterruptible(time);
	return *library_pointer - before;
}
EOC
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
for program in ticks ticks-static; do
	said=$(LD_LIBRARY_PATH=$scratch machine demo "./$program")
	[ "$said" = "slept, Linux version, 1" ] || fail "$program: $said"
done

# Debian's own cat makes a system call of the kernel's in the place of one of libc's.
cp /bin/cat cat
"$build/src/kml-link" --kernel "$kernel" --import=read=sys_read cat
"$build/src/kml-link" --show cat | grep -q '^sys_read  *system call' || fail "no import in cat"
said=$(machine demo ./cat /sys/kernel/kml/self)
[ "$said" = kernel ] || fail "cat: $said"
