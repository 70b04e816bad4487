#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every way in which the usual means (nm and a cast, ld -R vmlinux, a linker script from System.map) make wrong programs in
# silence, by name: here the program is right, or there is an error that says what to do.
. "$(dirname "$0")/link.sh"

traps=0
trap_is() { # what the others do
	echo "trap: $*"
	traps=$((traps + 1))
}

program() { # source: prog.o
	printf '%s\n' "$1" >prog.c
	cc -O1 -w -fno-builtin -c prog.c
}

refuses() { # name, what is said
	program "extern int $1(); int main(void) { return $1(); }"
	rm -f prog
	ends_with 1 kml_link prog.o
	said_one_line
	said "kml-link: prog.o: "
	said "$2"
	[ ! -e prog ] || fail "$1: made a program"
}

# runs ARGUMENTS...: links prog.o with what pretends to be a kernel, and runs it
runs() {
	ends_with 0 kml_link prog.o -o prog -- "$@" pretend-kernel.o
	said_nothing
	pretend ./prog || fail "status $?: $*"
}

pretending='
struct pretend { const char *name; long (*function)(long); unsigned long offset; };
static long pretend_schedule(long time) { return time * 2; }
const struct pretend pretend_symbols[] = { { "schedule_timeout", pretend_schedule, 0 }, { "jiffies", 0, 0 }, { 0, 0, 0 } };
extern long schedule_timeout(long);
extern unsigned long jiffies;
'

trap_is "names that libc has are taken from the kernel: memcpy, and 44 others"
program "#include <string.h>
$pretending
int main(int argc, char **argv) { char text[4]; memcpy(text, \"abc\", 4); return strcmp(text, \"abc\") || schedule_timeout(3) != 6; }"
for kind in -static -pie; do
	runs $kind
	"$tool" --show prog | grep -q '^imports   1$' || fail "more than the one import"
done

trap_is "and then they interpose libc for all libraries: .dynsym has what nobody named"
readelf --dyn-syms -W prog | awk 'NR > 4 { sub(/@.*/, "", $8); if ($8 != "") print $8 }' | sort -u >exported
cc -O1 -w -c -o without.o -x c - <<'END2'
#include <string.h>
int main(int argc, char **argv) { char text[4]; memcpy(text, argv[0], 4); return strcmp(text, "abc"); }
END2
cc -pie without.o -o without
readelf --dyn-syms -W without | awk 'NR > 4 { sub(/@.*/, "", $8); if ($8 != "") print $8 }' | sort -u >allowed
[ -z "$(comm -23 exported allowed | grep -v '^memcpy$\|^strcmp$')" ] || { comm -23 exported allowed; fail "new dynamic symbols"; }

trap_is "position-independent programs get wrong addresses"
program "$pretending
static unsigned long *const volatile pointer = &jiffies;
static long (*volatile function)(long) = schedule_timeout;
int main(void) { return pointer != &jiffies || function(5) != 10; }"
runs -pie
runs -static-pie

trap_is "the address of data in a program at a fixed address: relocation truncated to fit: R_X86_64_32"
cc -O1 -fno-pic -w -c prog.c
runs -no-pie
runs -no-pie -static

trap_is "per-CPU variables are offsets, and are taken for addresses"
refuses runqueues "'runqueues' is a per-CPU variable: its symbol is no address; use a kernel function that reads it"

trap_is "absolute symbols are numbers, and are taken for addresses"
refuses absolute_number "'absolute_number' is an absolute symbol, a number and not a place in memory"

trap_is "what is gone after boot is called all the same"
refuses start_kernel "'start_kernel' belongs to the kernel's start and is gone after boot (__init)"

trap_is "KASLR: the kernel is not where it was linked to"
program "$pretending
int main(void) { return schedule_timeout(1) != 2; }"
ends_with 0 kml_link prog.o -o prog -- pretend-kernel.o
address=$(nm vmlinux | sed -n 's/ T schedule_timeout$//p')
objdump -d prog | grep -qi "$address" && fail "the program calls the address in the image"
pretend ./prog || fail "not bound to where the kernel is"

trap_is "nobody looks at the build-id"
build_id=$(readelf -n vmlinux | sed -n 's/.*Build ID: //p')
"$tool" --show prog | grep -q "$build_id" || fail "the program does not know its kernel"

trap_is "one of several symbols of a name is taken: several"
refuses several "'several' is ambiguous: the kernel (vmlinux 6.12.0-fake) has 2 symbols of that name (fake-vmlinux.c, fake-vmlinux.c)"

trap_is "the global one of several is taken, or a local one"
printf '.globl jiffies_of_all\n.text\njiffies_of_all: ret\n' | cc -x assembler -c - -o global.o
printf '.file "local.c"\n.text\n.type jiffies_of_all, @function\njiffies_of_all: ret\n' | cc -x assembler -c - -o local.o
ld -e 0xffffffff81000000 -T "$here/fake-vmlinux.lds" --build-id=sha1 fake.o global.o local.o -o vmlinux 2>ld.log
refuses jiffies_of_all "has 2 symbols of that name (local.c, global): choose with --import=jiffies_of_all@FILE"
make_vmlinux

trap_is "names that exist only with a suffix: .isra, .constprop"
refuses only_suffixed "'only_suffixed' exists in the kernel (vmlinux 6.12.0-fake) only as 'only_suffixed.constprop.0'"
trap_is "names that exist only with a suffix: .part, .cold"
refuses only_part "has only a part of it, 'only_part.part.0'"
refuses only_cold "has only a part of it, 'only_cold.cold'"

trap_is "__x64_sys_clock_gettime takes registers, not arguments"
refuses __x64_sys_clock_gettime "'__x64_sys_clock_gettime' is the kernel's inner side of a system call"
said "call 'sys_clock_gettime'"

trap_is "sys_clock_gettime is in no kernel"
program '#include <time.h>
extern long sys_clock_gettime(int, struct timespec *);
int main(void) { struct timespec now = { 0 }; return sys_clock_gettime(0, &now) != 0 || now.tv_sec == 0; }'
ends_with 0 kml_link prog.o -o prog
said_nothing
./prog || fail "sys_clock_gettime as a system call"

trap_is "printk is _printk"
refuses printk "did you mean '_printk'?"

trap_is "a variable is called, a function is read"
refuses jiffies "calls or jumps to a variable of the kernel"

trap_is "/proc/kallsyms shows zeros to the unprivileged"
nm -n vmlinux | sed 's/^[0-9a-f]*/0000000000000000/' >kallsyms
program "extern long schedule_timeout(long); int main(void) { return schedule_timeout(1); }"
ends_with 1 "$tool" --kernel kallsyms prog.o
said_one_line
said "root"

trap_is "/proc/kallsyms has no data without CONFIG_KALLSYMS_ALL"
{
	nm -n vmlinux | grep ' [tT] '
	for i in $(seq 100 199); do
		echo "ffffffff82000$i t function_$i"
	done
} >kallsyms
program "extern long jiffies_of_it; int main(void) { return jiffies_of_it; }"
ends_with 1 "$tool" --kernel kallsyms prog.o
said_one_line
said "this kernel lists functions only (no CONFIG_KALLSYMS_ALL): for data give its vmlinux"

trap_is "Debian's System.map in /boot is none"
echo 'ffffffffffffffff B The real System.map is in the linux-image-6.1.0-1-amd64-dbg package' >System.map
ends_with 1 "$tool" --kernel System.map prog.o
said_one_line
said "System.map: "

trap_is "objects for another machine, or of the other endianness"
# e_machine, e_ident[EI_DATA], e_ident[EI_CLASS]
for change in '18 \267 machine' '5 \2 big-endian' '4 \1 .'; do
	set -- $change
	cp prog.o other.o
	printf "$2" | dd of=other.o bs=1 seek="$1" conv=notrunc status=none
	ends_with 1 kml_link other.o -o prog
	said_one_line
	grep -q "^kml-link: other.o: .*$3" said || { cat said; fail "other.o: byte $1"; }
done
trap_is "a kernel for another machine"
cp vmlinux other
printf '\267' | dd of=other bs=1 seek=18 conv=notrunc status=none
ends_with 1 "$tool" --kernel other prog.o
said_one_line
said "arm64"

trap_is "a misspelt name links, or fails with what only linkers understand"
refuses schedule_timout "did you mean 'schedule_timeout'?"

trap_is "patched programs crash, grow without bounds, or differ every time"
program "$pretending
int main(void) { return schedule_timeout(1) != 2 || !&jiffies; }"
cc -O1 prog.o pretend-kernel.o -o linked -Wl,--unresolved-symbols=ignore-all,--emit-relocs
kml_link linked -o one
kml_link linked -o two
cmp one two || fail "not the same bytes"
pretend ./one || fail "the patched program: status $?"
strip one
objcopy two copied
pretend ./copied || fail "after objcopy: status $?"
ends_with 126 ./one
grown=$(($(stat -c %s two) - $(stat -c %s linked)))
[ $grown -le $((4096 + 2 * 64)) ] || fail "grew by $grown bytes"

echo "$traps traps"
