#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Of several symbols of one name, the user chooses by source file or address; never does the tool.
. "$(dirname "$0")/link.sh"

# several FILE SCOPE OBJECT: an object with a function "twice"
several() {
	printf '.file "%s"\n.text\n.%s twice\n.type twice, @function\ntwice: ret\n' "$1" "$2" | cc -x assembler -c - -o "$3"
}
several one.c local 1.o
several two.c local 2.o
several two.c local 3.o
several four.c globl 4.o
ld -e 0xffffffff81000000 -T "$here/fake-vmlinux.lds" --build-id=sha1 fake.o 1.o 2.o 3.o 4.o -o vmlinux 2>ld.log
address() { # line of the list
	nm -n vmlinux | awk -v line="$1" '/ twice$/ && ++seen == line { print $1 }'
}

cat >prog.c <<'END2'
extern int twice(void), other(void);
static int mine(void) { return 7; }
const struct { const char *name; int (*function)(void); unsigned long offset; } pretend_symbols[] = {
	{ "twice", mine, 0 }, { 0, 0, 0 } };
int main(void)
{
#ifdef OTHER
	return other();
#else
	return twice();
#endif
}
END2
cc -c prog.c
cc -DOTHER -c prog.c -o renamed.o

# plan ADDRESS ARGUMENTS...: the plan has that address
plan() {
	expected_address=$1
	shift
	ends_with 0 kml_link --dry-run "$@"
	grep -q "; 0x$expected_address in the image" out || { cat out; fail "not 0x$expected_address: $*"; }
}
plan "$(address 1)" --import=twice@one.c prog.o
plan "$(address 1)" --import=other=twice@kernel/one.c renamed.o
plan "$(address 2)" --import=twice@0x"$(address 2)" prog.o
plan "$(address 3)" --import=twice@0x"$(address 3)" prog.o
plan "$(address 4)" --import=other=twice@global renamed.o

ends_with 1 kml_link prog.o
said_one_line
said "'twice' is ambiguous: the kernel (vmlinux 6.12.0-fake) has 4 symbols of that name (one.c, two.c, two.c, global): choose \
with --import=twice@FILE or @0xADDRESS (--lookup=twice lists all)"
ends_with 1 kml_link --import=other=twice renamed.o
said "choose with --import=other=twice@FILE"
ends_with 1 kml_link --import=twice@two.c prog.o
said_one_line
said "'twice@two.c': the kernel (vmlinux 6.12.0-fake) has several there: choose one by its address, as \
twice@0x$(address 2) or twice@0x$(address 3)"
ends_with 1 kml_link --import=twice@five.c prog.o
said_one_line
said "'twice@five.c': the kernel (vmlinux 6.12.0-fake) has 4 symbols of that name (one.c, two.c, two.c, global), but none there"
ends_with 64 kml_link --import=twice@ prog.o
ends_with 64 kml_link --import=@one.c prog.o
ends_with 64 kml_link '--import=twice@one".c' prog.o

# The name in the program says which, so that another kernel is not asked for any of the name.
for name in prog renamed; do
	[ $name = prog ] && choice=twice@one.c || choice=other=twice@one.c
	ends_with 0 kml_link --import=$choice $name.o -o prog -- pretend-kernel.o
	"$tool" --show prog | grep -q '^twice@one.c  *function' || fail "--show does not say which"
	ends_with 126 pretend ./prog
	said "the running kernel"
	said "has no symbol 'twice@one.c'"
done

# What says no addresses, or none that hold at run time, cannot tell them apart.
nm -n vmlinux >System.map
ends_with 1 "$tool" --kernel System.map prog.o
said "and nothing can tell them apart at run time"
ends_with 1 kml_link --import=twice@0x"$(address 2)zzz" prog.o
said "but none there"
ends_with 1 "$tool" --kernel System.map --import=twice@0x"$(address 1)" prog.o
said "only a vmlinux with a build-id says where it is, and that is System.map (list of symbols)"
objcopy --remove-section=.notes vmlinux
ends_with 1 kml_link --import=twice@one.c prog.o
said "only a vmlinux with a build-id says"
