#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What libc or a given library defines is never taken from the kernel.
. "$(dirname "$0")/link.sh"

cat >prog.c <<'END'
#include <string.h>
extern long schedule_timeout(long);
volatile int size = 3;
int main(void) { char text[4]; memcpy(text, "abc", size); return schedule_timeout(text[0]); }
END
cat >library.c <<'END'
long schedule_timeout(long value) { return value != 'a'; }
END
cc -O1 -fno-builtin -c prog.c library.c
ar rcs library.a library.o
kml_link prog.o library.a
"$tool" --show prog >shown
grep -qx 'imports   0' shown || { cat shown; fail "took a name from the kernel"; }
./prog || fail "does not run"
kml_link prog.o
"$tool" --show prog | grep memcpy && fail "memcpy is the kernel's"
nm prog | grep -q ' U memcpy' || fail "memcpy is not libc's"

# An archive before the object that needs it is not searched again; the kernel's name would be the wrong one.
for linker in bfd gold; do
	[ $linker = bfd ] || command -v ld.$linker >/dev/null || continue
	ends_with 1 kml_link library.a prog.o -o early -- -fuse-ld=$linker
	said_one_line
	said "kml-link: prog.o: undefined name 'schedule_timeout': library.a defines it: give library.a after prog.o"
done
kml_link library.a prog.o library.a -o early
"$tool" --show early | grep -qx 'imports   0' || fail "took a name from the kernel, not from the archive"
