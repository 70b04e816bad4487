#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Where there is debug information, messages about a use of a name say the line of the source.
. "$(dirname "$0")/link.sh"

mkdir source
cat >source/prog.c <<'END2'
extern int jiffies(), jiffie(), runqueues;
long unused;

int other(void) { return unused; }
#ifdef WRONG_KIND
int main(void)
{
	return jiffies();
}
#elif defined(CHOSEN)
#include <unistd.h>
int main(void)
{
	return getpid();
}
#else
int main(void)
{
	return other() +
		jiffie() + runqueues;
}
#endif
END2

for CC in gcc clang; do
	command -v $CC >/dev/null || continue
	for debug in -g -gdwarf-4 "-g -gz" "-g -ffunction-sections"; do
		$CC $debug -c source/prog.c
		ends_with 1 kml_link prog.o
		said "kml-link: prog.o: prog.c:20: undefined name 'jiffie'"
		said "kml-link: prog.o: prog.c:20: 'runqueues' is a per-CPU variable"
		[ "$(wc -l <said)" = 2 ] || fail "$CC $debug: more than two lines"
		ar rcs prog.a prog.o
		echo 'extern int main(void); int (*start)(void) = main;' >start.c
		$CC -c start.c
		ends_with 1 kml_link start.o prog.a
		said "kml-link: prog.a(prog.o): prog.c:20: undefined name 'jiffie'"
		$CC $debug -DWRONG_KIND -c source/prog.c
		ends_with 1 kml_link prog.o
		said "kml-link: prog.o: prog.c:8: section "
		# What libc has, no linker complains of.
		$CC $debug -DCHOSEN -c source/prog.c
		ends_with 1 kml_link --import=getpid=runqueues prog.o
		said "kml-link: prog.o: prog.c:14: 'runqueues' is a per-CPU variable"
	done
	$CC -g -DWRONG_KIND source/prog.c -o prog -Wl,--unresolved-symbols=ignore-all,--emit-relocs
	ends_with 1 kml_link prog
	said "kml-link: prog: prog.c:8: .text: address 0x"
	# Without it, there is none.
	$CC -c source/prog.c
	ends_with 1 kml_link prog.o
	said "kml-link: prog.o: undefined name 'jiffie'"
done
