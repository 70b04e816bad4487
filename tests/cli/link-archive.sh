#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Members of archives are linked as the linker would, and rewritten where they use data.
. "$(dirname "$0")/link.sh"

cat >symbols.c <<'END'
struct { const char *name; void *function; unsigned long offset; } pretend_symbols[] = { { "jiffies", 0, 0 }, { 0, 0, 0 } };
END
cat >prog.c <<'END'
extern long ticks_of_the_system_with_a_long_member_name(void);
int main(void) { return ticks_of_the_system_with_a_long_member_name() != 2; }
END
cat >first_member_with_a_long_name.c <<'END'
extern unsigned long jiffies;
extern long other(void);
long ticks_of_the_system_with_a_long_member_name(void) { jiffies += 1; return jiffies + other(); }
END
cat >odd.c <<'END'
extern unsigned long jiffies;
unsigned long *where = &jiffies;
char odd_size[3] = "ab";
long other(void) { return *where; }
END
cat >unused.c <<'END'
extern unsigned long kflag, nobody_has_this;
unsigned long unused_member(void) { return kflag + nobody_has_this; }
END
for compiler in gcc clang; do
	command -v $compiler >/dev/null || continue
	$compiler -O1 -c prog.c first_member_with_a_long_name.c odd.c unused.c symbols.c
	rm -f lib.a
	ar rcs lib.a unused.o first_member_with_a_long_name.o odd.o
	for output in -static -pie; do
		kml_link prog.o lib.a -- $output symbols.o pretend-kernel.o
		"$tool" --show prog >shown
		grep -qx 'imports   1' shown || { cat shown; fail "wrong members"; }
		pretend ./prog || fail "$compiler $output: status $?"
	done
done
# Two members of one name, both rewritten.
mkdir same
cp odd.o same/first_member_with_a_long_name.o
rm -f lib.a
ar qcs lib.a first_member_with_a_long_name.o unused.o same/first_member_with_a_long_name.o
kml_link prog.o lib.a -- symbols.o pretend-kernel.o
pretend ./prog || fail "two members of one name: status $?"
ar rcsT thin.a odd.o
ends_with 1 kml_link prog.o thin.a
said "thin archive"
