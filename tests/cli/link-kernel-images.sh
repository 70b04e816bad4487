#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A kernel may be given in every form in which there is one; what is linked is the same.
. "$(dirname "$0")/link.sh"

cat >prog.c <<'END'
extern long schedule_timeout(long), sys_getpid(void);
extern unsigned long jiffies;
int main(void) { return schedule_timeout(jiffies) + sys_getpid(); }
END
cc -O1 -c prog.c
"$tool" --kernel vmlinux prog.o -o expected
nm -n vmlinux | grep -v ' [aU] ' >System.map

same() { # image: links the same, but for the build-id
	"$tool" --kernel "$1" prog.o -o prog || fail "$1"
	"$tool" --show prog | grep -v ^kernel >shown
	"$tool" --show expected | grep -v ^kernel | cmp - shown || fail "$1: another program"
}

# With debug information and without, compressed as modules and kernels are, and as a list.
objcopy --strip-debug vmlinux small
same small
gzip -kn vmlinux && same vmlinux.gz
for compressor in xz zstd bzip2 lz4 lzop; do
	command -v $compressor >/dev/null || continue
	case $compressor in lz4) flag=-l ;; *) flag= ;; esac
	$compressor $flag -c vmlinux >packed.$compressor 2>/dev/null
	same packed.$compressor
done
same System.map
mkdir build
cp vmlinux build
same build
# The end of a list is looked at, too, and an empty one is none.
{ cat System.map; echo "nonsense"; } >bad.map
ends_with 1 "$tool" --kernel bad.map prog.o
said_one_line
said "bad.map: line $(wc -l <bad.map): not \"address letter name\""
sed 's/^[0-9a-f]*/0000000000000000/' System.map >zeros
ends_with 1 "$tool" --kernel zeros prog.o
said_one_line
said "zeros: all addresses are zero, as the kernel shows it to ordinary users: make a copy as root"

# A list tells as much as the file that it was made of.
refuses() { # name, text
	printf 'extern long %s(); int main(void) { return %s(); }\n' "$1" "$1" >wrong.c
	cc -c wrong.c
	ends_with 1 "$tool" --kernel System.map wrong.o
	said_one_line
	said "'$1'"
	said "$2"
}
refuses several "ambiguous"
refuses only_suffixed "only as 'only_suffixed.constprop.0'"
refuses sys_acct "built without this system call"
refuses schedule_timout "did you mean 'schedule_timeout'?"

# Of the list of the kernel that runs, only what the program names is kept at first; suggestions need the others.
if grep -q '^0*[1-9a-f][0-9a-f]* T schedule_timeout$' /proc/kallsyms; then
	echo 'extern long schedule_timeout(long); int main(void) { return schedule_timeout(1); }' >one.c
	cc -O1 -c one.c
	cat /proc/kallsyms >copy
	"$tool" --kernel /proc/kallsyms --lookup=schedule_timeout --lookup=sys_getpid | tail -n +5 >found
	"$tool" --kernel copy --lookup=schedule_timeout --lookup=sys_getpid | tail -n +5 | cmp - found || fail "not what its copy has"
	"$tool" --kernel copy one.o -o from-copy
	"$tool" --kernel /proc/kallsyms one.o -o from-kernel
	cmp from-copy from-kernel || fail "not the program of its copy"
	ends_with 1 "$tool" --kernel /proc/kallsyms wrong.o
	said_one_line
	said "did you mean 'schedule_timeout'?"
fi

# Modules have names, too.
cat >module.c <<'END'
const char info[] __attribute__((section(".modinfo"), used)) = "license=GPL\0name=example";
char __this_module[64] __attribute__((section(".gnu.linkonce.this_module")));
long example_function(void) { return 1; }
END
cc -O1 -fno-pic -mcmodel=kernel -c module.c -o example.ko
cat >uses.c <<'END'
extern long example_function(void);
int main(void) { return example_function(); }
END
cc -c uses.c
ends_with 1 kml_link uses.o
kml_link --module example.ko uses.o
"$tool" --show uses | grep -q '^example_function  function' || fail "not imported from a module"
xz -k example.ko && kml_link --module=example.ko.xz uses.o
ends_with 1 kml_link --module=prog.o uses.o
said "prog.o: not a module of the kernel, but an object file"
ends_with 1 kml_link --module=vmlinux uses.o
said "vmlinux: not a module of the kernel"
ends_with 1 "$tool" --kernel example.ko uses.o
said "example.ko: is a module: give it with --module"

# What the kernel has can be asked for, whatever machine it is for; programs are for one.
"$tool" --kernel vmlinux --module example.ko --lookup jiffies --lookup several --lookup example_function \
	--lookup sys_getpid --lookup runqueues >shown
grep -q '^machine   x86-64$' shown || fail "machine"
grep -q '^release   6.12.0-fake$' shown || fail "release"
grep -q "^build-id  $(readelf -n vmlinux | sed -n 's/.*Build ID: //p')$" shown || fail "build-id"
grep -q "$(nm vmlinux | sed -n 's/ . jiffies$//p')  data  *global" shown || fail "jiffies"
[ "$(grep -c 'function  *local  *file fake-vmlinux.c' shown)" = 2 ] || { cat shown; fail "files of 'several'"; }
grep -q 'function  *global  module example' shown || fail "module"
grep -q '^sys_getpid: system call 39, __x64_sys_getpid$' shown || fail "system call"
grep -q 'per-CPU  *global' shown || fail "per-CPU"
ends_with 1 "$tool" --kernel vmlinux --lookup nobody_has_this
grep -q '^nobody_has_this: is not there$' out || fail "what is not there"
said_nothing
sed 's/__x64_sys/__sys/g' "$here/fake-vmlinux.c" >other.c
printf 'SECTIONS { . = 0x80008000; .text : { *(.text*) } .rodata : { *(.rodata*) } .data : { *(.data .bss) }
	.data..percpu : { *(.data..percpu) } .init.text : { *(.init.text) } }\n' >other.lds
for machine in "armv7a-linux-gnueabi 32-bit.ARM armelf" "aarch64-linux-gnu arm64 aarch64elf" ; do
	command -v clang >/dev/null && command -v ld.lld >/dev/null || continue
	# shellcheck disable=SC2086
	set -- $machine
	clang --target="$1" -O1 -ffreestanding -c other.c -o other.o
	ld.lld -m "$3" -e 0 -T other.lds other.o -o other
	"$tool" --kernel other --lookup schedule_timeout --lookup runqueues --lookup start_kernel >shown || fail "$1"
	grep -q "^machine   $2$" shown || { cat shown; fail "$1: machine"; }
	grep -q 'function  *global' shown || fail "$1: function"
	grep -q 'per-CPU  *global' shown || fail "$1: per-CPU"
	grep -q 'init  *global' shown || fail "$1: init"
	ends_with 1 "$tool" --kernel other prog.o
	said "other: is a kernel for "
	said "but the program is for x86-64"
done

# The vDSO is no kernel, but it can be read.
echo 'long __vdso_time(void) { return 1; }' >vdso.c
cc -shared -nostdlib -Wl,-soname,linux-vdso.so.1 -fPIC vdso.c -o vdso.so
strip vdso.so
"$tool" --kernel vdso.so --lookup __vdso_time | grep -q 'vDSO  *global' || fail "vdso.so"
ends_with 1 "$tool" --kernel vdso.so prog.o
said "vdso.so: is a vDSO, code for ordinary programs, and not the kernel"

# A real one, if there is a build: what boots has the same functions as vmlinux, and the build-id.
image=$(readlink -f "${KML_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kml}/kernels/current" || :)
[ -r "$image/bzImage" ] || exit 0
cp "$image/bzImage" packed
"$tool" --kernel packed --lookup schedule_timeout --lookup runqueues --lookup start_kernel --lookup jiffies | tail -n +2 >shown
"$tool" --kernel "$image/vmlinux" --lookup schedule_timeout --lookup runqueues --lookup start_kernel --lookup jiffies |
	tail -n +2 | cmp - shown || { cat shown; fail "bzImage and vmlinux differ"; }
for cut in 100 1000 100000 3000000; do
	head -c $cut "$image/bzImage" >cut
	ends_with 1 "$tool" --kernel cut prog.o
	said_one_line
	said "kml-link: cut: "
done
