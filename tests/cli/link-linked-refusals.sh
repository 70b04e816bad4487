#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What cannot be right in a program that was linked before is told; then the file is as it was.
. "$(dirname "$0")/link.sh"

cat >prog.c <<'END'
#include <string.h>
extern long schedule_timeout(long);
extern unsigned long jiffies;
extern __attribute__((weak)) long kadd6(long, long, long, long, long, long);
volatile int size = 3;
int main(void) { char text[4]; memcpy(text, "abc", size); return kadd6 ? 2 : schedule_timeout(text[0]) + jiffies; }
END
open=-Wl,--unresolved-symbols=ignore-all
make() { # arguments
	cc -O1 -fno-builtin prog.c -o prog $open "$@" 2>ld.log || { cat ld.log; fail "cc $*"; }
	cp prog before
}
refuses() { # text
	ends_with 1 "$tool" --kernel vmlinux prog
	said_one_line
	said "kml-link: prog: $1"
	cmp prog before || fail "changed: $1"
	[ -z "$(ls -A | grep '^\.kml-link')" ] || fail "left something behind"
}

# Libc's names are libc's, and weak ones stay what they are; the mode stays, too.
make -Wl,--emit-relocs
chmod 750 prog
ends_with 0 "$tool" --kernel vmlinux prog
said_nothing
said_nothing
[ "$(stat -c %a prog)" = 750 ] || fail "another mode"
"$tool" --show prog >shown
grep -qx 'imports   2' shown || { cat shown; fail "other imports"; }
nm -D prog | grep -q ' U memcpy' || fail "memcpy is not libc's"
# Beside it, with another name.
cp before prog
"$tool" --kernel vmlinux prog -o other
cmp prog before || fail "changed its input"
"$tool" --show other | cmp - shown || fail "another output"

# Linkers that keep nothing of the names.
make
refuses "the linker has dropped the names that it left undefined: link with -Wl,--emit-relocs"
if command -v ld.gold >/dev/null; then
	make -fuse-ld=gold -fPIC -pie
	refuses ".text: address 0x"
	said "the linker has bound an undefined name to address 0 and kept nothing of it: link with -Wl,--emit-relocs"
	make -fuse-ld=gold -static
	ends_with 1 "$tool" --kernel vmlinux prog
	said "prog: 'schedule_timeout' is undefined, but the linker has left no relocation that tells where it is used"
fi
sed -i 's/schedule_timeout/schedule_timout/g' prog.c
make -Wl,--emit-relocs
refuses "undefined name 'schedule_timout': neither the libraries nor the kernel (vmlinux 6.12.0-fake) has it; did you mean 'schedule_timeout'?"
sed -i 's/schedule_timout/start_kernel/g' prog.c
make -Wl,--emit-relocs
refuses "'start_kernel' belongs to the kernel's start and is gone after boot (__init)"
sed -i 's/start_kernel(text/kflag(text/; s/long start_kernel/long kflag/' prog.c
make -Wl,--emit-relocs
refuses ".text: address 0x"
said "use of 'kflag' (R_X86_64_PLT32) is in an instruction that calls or jumps to a variable of the kernel"

# Uses that are not of the kind that the kernel has.
cat >prog.c <<'END'
extern long schedule_timeout;
int main(void) { return schedule_timeout; }
END
make -Wl,--emit-relocs
refuses ".text: address 0x"
said "treats it as a variable, but the kernel has a function of that name"

# Only programs, and alone.
echo 'extern long schedule_timeout(long); int main(void) { return schedule_timeout(1); }' >prog.c
make -Wl,--emit-relocs
cc -c prog.c
ends_with 1 "$tool" --kernel vmlinux prog prog.o
said "prog: a program or shared library that was linked already: give it alone, or a library behind '--'"
ends_with 1 "$tool" --kernel vmlinux prog -- -lm
said "prog: is linked already, so there is no use for linker arguments"
printf 'void needed(void) {}' | cc -x c - -shared -o libneeded.so
make -Wl,--emit-relocs -Wl,--no-as-needed ./libneeded.so
sed -i 's/libneeded/libmissed/g' prog
cp prog before
refuses "needs the library ./libmissed.so, which is not found, so nobody can tell its names from the kernel's"
# What a library defines is not the kernel's.
printf 'long schedule_timeout(long time) { return time != 1; }' | cc -x c - -shared -o libneeded.so
make -Wl,--emit-relocs -L. -Wl,-rpath,'$ORIGIN' -lneeded
ends_with 0 "$tool" --kernel vmlinux prog
said "prog: leaves no name to the kernel: nothing to change"
cmp prog before || fail "changed"
./prog || fail "does not run"
# Loaders pass over those of other machines.
mkdir foreign
printf 'void needed(void) {}' | arm-linux-gnueabihf-gcc -x c - -shared -nostdlib -o foreign/libneeded.so
ends_with 0 env LD_LIBRARY_PATH="$PWD/foreign" "$tool" --kernel vmlinux prog
said "prog: leaves no name to the kernel: nothing to change"
# What no longer says which names it has
drop_section_headers() { # ELF64: e_shoff, e_shnum, e_shstrndx
	for field in 40:8 60:2 62:2; do
		dd if=/dev/zero of="$1" bs=1 seek=${field%:*} count=${field#*:} conv=notrunc status=none
	done
}
cp before prog
drop_section_headers libneeded.so
ends_with 1 "$tool" --kernel vmlinux prog
said_one_line
said "libneeded.so: its section headers have been stripped off"
drop_section_headers prog
cp prog before
refuses "its section headers have been stripped off, which say what its names are: take it from before that"
# Linked already, and by this tool.
kml_link prog.o -o first
ends_with 0 "$tool" --kernel vmlinux first
said "first: leaves no name to the kernel: nothing to change"
# Nothing stands at the end of the file that a program could miss.
make -Wl,--emit-relocs
echo "what the program reads from itself" >>prog
"$tool" --kernel vmlinux prog
tail -n 1 prog | grep -q '^what the program reads from itself$' || { tail -c 100 prog; fail "the end is lost"; }

# An executable stack is nothing that kml-link could refuse, but the kernel will.
make -Wl,--emit-relocs,-z,execstack
ends_with 1 "$tool" --kernel vmlinux --fatal-warnings prog
said "prog: not made, as warnings are errors"
cmp prog before || fail "changed in spite of a warning"
ends_with 0 "$tool" --kernel vmlinux prog
said "kml-link: prog: warning: has memory that can be written and executed"

# What only the binder can write, in pages with code: the kernel would not let it
echo 'extern unsigned long jiffies; unsigned long *const pointer = &jiffies; int main(void) { return !*pointer; }' >prog.c
make -fno-pie -no-pie -Wl,--emit-relocs,-z,noseparate-code
refuses ".rodata: address 0x"
said "is in read-only data in one segment with code"
make -fno-pie -no-pie -Wl,--emit-relocs
ends_with 0 "$tool" --kernel vmlinux prog
said_nothing

# Names that are there for nothing, as in gcrt1.o, are no mistake; but it looks so, too, when relocations are gone.
echo 'extern long schedule_timeout(long); int main(void) { return schedule_timeout(1); }' >prog.c
printf '.globl not_there\n.section .note.GNU-stack,"",@progbits\n' | cc -x assembler -c - -o names.o
for linker in gold lld; do
	command -v ld.$linker >/dev/null || continue
	make -fPIC -fuse-ld=$linker -Wl,--emit-relocs names.o
	ends_with 1 "$tool" --kernel vmlinux --fatal-warnings prog
	ends_with 0 "$tool" --kernel vmlinux prog
	said_one_line
	said "prog: warning: 'not_there': undefined, but nothing in the program refers to it: left so"
	"$tool" --show prog | grep -qx 'imports   1' || fail "$linker: other imports"
done

# What ld.bfd has dropped, nobody can find; but a call to address 0 says that there was something.
echo 'extern long schedule_timeout(long); int main(void) { return schedule_timeout(1); }' >prog.c
make -fuse-ld=bfd -fno-pie -no-pie
ends_with 1 "$tool" --kernel vmlinux --fatal-warnings prog
ends_with 0 "$tool" --kernel vmlinux prog
said "prog: warning: "
said "the linker has bound an undefined name to address 0 and kept nothing of it: link with -Wl,--emit-relocs"
make -fuse-ld=bfd -fno-pie -static
ends_with 0 "$tool" --kernel vmlinux prog
said "prog: leaves no name to the kernel: nothing to change; names that its linker has dropped would be kept by -Wl,--emit-relocs"

# An address that no distance of 32 bits leads to
echo 'extern long schedule_timeout(long); char *far = (char *)schedule_timeout + (1L << 32); int main(void) { return !far; }' >prog.c
make -fPIE -pie -Wl,--emit-relocs
refuses ".data: address 0x"
said "is too far from the function"

# An instruction can be moved for one of its operands only.
cat >prog.c <<'END'
extern void *kvar_pointer __asm__("kvar");
extern int kflag;
int main(void) { kvar_pointer = &kflag; return kflag; }
END
make -fno-pie -no-pie -Wl,--emit-relocs
refuses ".text: address 0x"
said "is in an instruction that uses another name of the kernel's, too: compile with -fPIC"

# The address of a table's entry is not that of the variable, and what a linker has not made is none.
cat >prog.s <<'END'
	.section .note.GNU-stack, "", @progbits
	.text
	.globl main
main:	lea jiffies@GOTPCREL(%rip), %rax
	mov (%rax), %rax
	ret
END
cc -c prog.s -o lea.o
echo >prog.c
make lea.o -Wl,--emit-relocs
refuses ".text: address 0x"
said "takes the address of its entry in the global offset table"
sed -i 's/lea jiffies/push jiffies/; s/, %rax$//; s/mov (%rax)/pop %rax/' prog.s
cc -c prog.s -o push.o
make push.o -Wl,--emit-relocs
refuses ".text: address 0x"
said "reads the global offset table in a way that is not known here"
if command -v ld.mold >/dev/null; then
	cat >prog.c <<'END'
extern long schedule_timeout(long), kadd6(long, long, long, long, long, long);
struct pair { void *one, *other; } pair;
__attribute__((noinline)) void set(struct pair *to) { to->one = schedule_timeout; to->other = kadd6; }
int main(void) { set(&pair); return !pair.one; }
END
	make -O2 -fPIC -pie -fuse-ld=mold -Wl,--emit-relocs
	objdump -d --disassemble=set prog | grep -q xmm || fail "no load of two pointers at once"
	ends_with 1 "$tool" --kernel vmlinux prog
	said "reads an entry of the global offset table that the linker has not made: use another linker"
	cmp prog before || fail "mold: changed"
fi

# Pointers in data, of which gold keeps nothing: the calls alone are not all. In libraries it does.
if command -v ld.gold >/dev/null; then
	echo 'extern long schedule_timeout(long); long (*p)(long) = schedule_timeout; int main(void) { return schedule_timeout(1); }' >prog.c
	make -fPIC -fno-plt -pie -fuse-ld=gold
	refuses "gold keeps nothing of pointers in data to undefined names: link with -Wl,--emit-relocs"
	make -fPIC -fno-plt -shared -fuse-ld=gold
	ends_with 0 "$tool" --kernel vmlinux prog
fi

# Relocations of code that another tool has taken away, and odd names, which are no versions
cat >prog.c <<'END'
extern long schedule_timeout(long);
long (*pointer)(long) = schedule_timeout;
int main(void) { return schedule_timeout(1); }
END
make -static -Wl,--emit-relocs
objcopy --remove-relocations=.text prog
cp prog before
refuses ".text: address 0x"
said "the linker has bound an undefined name to address 0 and kept nothing of it"
printf '\t.section .note.GNU-stack, "", @progbits\n\t.text\n\t.globl main\nmain:\tcall "schedule_timeout@x"\n\tcall schedule_timeout\n\tret\n' >odd.s
cc -c odd.s
echo >prog.c
make odd.o -no-pie -Wl,--emit-relocs
refuses "undefined name 'schedule_timeout@x'"

# Another input beside it, that cannot be read; a plan that cannot be printed; whose the file is.
echo 'extern long schedule_timeout(long); int main(void) { return schedule_timeout(1); }' >prog.c
make -Wl,--emit-relocs
ends_with 1 "$tool" --kernel vmlinux prog nothing.o
cmp prog before || fail "changed beside an input that is not there"
if [ -c /dev/full ]; then
	for form in '' --json; do
		echo before >kept
		status=0
		"$tool" --kernel vmlinux --explain $form prog -o kept >/dev/full 2>said || status=$?
		[ $status = 1 ] || fail "status $status when the plan cannot be printed"
		said_one_line
		[ "$(cat kept)" = before ] || fail "replaced, and the plan was not printed"
	done
fi
if [ "$(id -u)" = 0 ]; then
	chown 1234:2345 prog
	chmod 4750 prog
	ends_with 0 "$tool" --kernel vmlinux prog
	[ "$(stat -c '%u:%g %a' prog)" = "1234:2345 750" ] || fail "owner and mode: $(stat -c '%u:%g %a' prog)"
fi
