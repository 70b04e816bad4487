#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A name that nobody has is one clear line with the object and the nearest name.
. "$(dirname "$0")/link.sh"

cat >prog.c <<'END'
extern long schedule_timout(long), sys_clock_getime(void), nobody_has_anything_like_it(void), _Z7jiffiesv(void);
int main(void) { return schedule_timout(1) + sys_clock_getime() + nobody_has_anything_like_it() + _Z7jiffiesv(); }
END
for CC in gcc clang; do
	command -v $CC >/dev/null || continue
	for linker in bfd gold lld; do
		[ $linker = bfd ] || command -v ld.$linker >/dev/null || continue
		$CC -c prog.c
		ends_with 1 kml_link prog.o -- -fuse-ld=$linker
		has="neither the libraries nor the kernel (vmlinux 6.12.0-fake) has it"
		said "kml-link: prog.o: undefined name 'schedule_timout': $has; did you mean 'schedule_timeout'?"
		said "kml-link: prog.o: undefined name 'sys_clock_getime': $has; did you mean 'sys_clock_gettime'?"
		said "kml-link: prog.o: undefined name 'nobody_has_anything_like_it': $has"
		said 'C++ needs extern "C"'
		[ "$(wc -l <said)" = 4 ] || fail "more or less than a line for each name"
		[ ! -e prog ] || fail "left an output"
	done
done

# Debug information tells the line.
mkdir -p source
printf '\nextern long jiffie(void);\nlong more(void) { return jiffie(); }\nint main(void) { return more(); }\n' >source/prog.c
gcc -g -c "$PWD/source/prog.c"
ends_with 1 kml_link prog.o --cc gcc
said "kml-link: prog.o: prog.c:3: undefined name 'jiffie'"

# An object of C++ needs the libraries of C++: one line for all the names; wrong names still have their own.
if command -v c++ >/dev/null; then
	cat >cplusplus.cc <<'END'
#include <iostream>
#include <stdexcept>
#include <vector>
extern "C" long schedule_timeout(long);
struct Base { virtual ~Base() {} virtual int number() { return 1; } };
int main()
{
	std::vector<int> list(3);
	Base *base = new Base;
	try {
		std::cout << list.at(5) << schedule_timeout(1) << base->number();
	} catch (std::out_of_range &e) {
		std::cout << e.what();
	}
	delete base;
#ifdef WRONG
	extern long wrong();
	return wrong();
#endif
}
END
	for CC in gcc clang; do
		command -v $CC >/dev/null || continue
		for level in -O0 -O2; do
			c++ $level -c cplusplus.cc
			ends_with 1 kml_link cplusplus.o
			said_one_line
			said "kml-link: cplusplus.o: C++ object: link with --cc=c++"
		done
	done
	kml_link --cc=c++ cplusplus.o
	c++ -DWRONG -c cplusplus.cc
	ends_with 1 kml_link --cc=cc cplusplus.o
	said "cplusplus.o: C++ object: link with --cc=c++"
	said "undefined name '_Z5wrongv'"
	[ "$(wc -l <said)" = 2 ] || fail "more than two lines"
fi

# Without main there is no program.
echo 'extern long schedule_timeout(long); long start(void) { return schedule_timeout(1); }' >nomain.c
cc -c nomain.c
for linker in bfd gold lld; do
	[ $linker = bfd ] || command -v ld.$linker >/dev/null || continue
	ends_with 1 kml_link --cc=cc nomain.o -- -fuse-ld=$linker
	said_one_line
	said "kml-link: no object, archive or library defines 'main'"
done
