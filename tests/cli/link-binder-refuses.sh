#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The binder names what the running kernel cannot give, and starts nothing.
. "$(dirname "$0")/link.sh"

cat >symbols.c <<'END'
struct { const char *name; void *function; unsigned long offset; } pretend_symbols[] = { { "jiffies", 0, 0 }, { 0, 0, 0 } };
END
cat >prog.c <<'END'
#include <stdio.h>
extern unsigned long jiffies;
int main(void) { printf("%lu\n", jiffies); return 0; }
END
cc -c symbols.c prog.c
sed 's/jiffies/kflag/g' prog.c | cc -x c -c - -o other.o
kml_link prog.o -- symbols.o pretend-kernel.o
[ "$(pretend ./prog)" = 0 ] || fail "does not run"
ends_with 126 pretend --abi 77 ./prog
said_one_line
said "prog: linked for interface 1, this kernel has 77"
kml_link other.o -- symbols.o pretend-kernel.o
ends_with 126 pretend ./other
said_one_line
said "other: the running kernel ($(uname -r)) has no symbol 'kflag'"

# What needs nothing but system calls does not need this version of the gates.
cat >calls.c <<'END'
extern long sys_getpid(void), getpid(void);
int main(void) { return sys_getpid() != getpid(); }
END
cc -c calls.c
kml_link calls.o -- symbols.o pretend-kernel.o
pretend --abi 77 ./calls || fail "system calls on a kernel of another version"
pretend ./calls || fail "system calls through the gate"
