#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Names that the vDSO has, taken from there: by objects and by programs that libc had linked before, and in a way that
# linkers, loaders and nm agree on. Such a program runs on any kernel whose vDSO has them.
. "$(dirname "$0")/link.sh"

# One like ours, and that of this machine, which has nothing of kernel mode.
cat >vdso.c <<'END'
int clock_gettime(int clock, void *time) { return clock || time; }
int gettimeofday(void *time, void *zone) { return time || zone; }
int sched_yield(void) { return 0; }
int nanosleep(const void *time, void *left) { return time || left; }
long schedule_timeout(long time) { return time; }
long __vdso_getrandom(void *to, long size, int flags, void *state, long state_size) { return to || state; }
long getrandom(void *, long, int, void *, long) __attribute__((weak, alias("__vdso_getrandom")));
END
cat >vdso.map <<'END'
LINUX_2.6 { global: clock_gettime; gettimeofday; getrandom; __vdso_getrandom; local: *; };
KML_1 { global: sched_yield; nanosleep; schedule_timeout; };
END
cc -O1 -w -fno-builtin -shared -nostdlib -fPIC -Wl,-soname,linux-vdso.so.1,--version-script=vdso.map vdso.c -o vdso.so
strip vdso.so
cat >own.c <<'END'
#include <elf.h>
#include <stdio.h>
#include <sys/auxv.h>
int main(void)
{
	const Elf64_Ehdr *vdso = (void *)getauxval(AT_SYSINFO_EHDR);

	return !vdso || fwrite(vdso, vdso->e_shoff + vdso->e_shnum * vdso->e_shentsize, 1, stdout) != 1;
}
END
cc own.c -o own
./own >own.so || skip "this kernel gives processes no vDSO"

cat >prog.c <<'END'
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/time.h>
#include <time.h>
#ifdef SCHEDULE
extern long schedule_timeout(long);
#else
#define schedule_timeout(time) 0
#endif
int main(void)
{
	struct timespec now = { 0 }, nap = { 0, 1000 };
	struct timeval day = { 0 };
	char bytes[8];

	if (clock_gettime(CLOCK_MONOTONIC, &now) || gettimeofday(&day, NULL) || sched_yield() || nanosleep(&nap, NULL))
		return 1;
	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes) || schedule_timeout(1))
		return 2;
	return printf("%d %d\n", now.tv_sec || now.tv_nsec, day.tv_sec > 0) < 0;
}
END

# taken PROGRAM NAME@VERSION...: this and nothing else of the vDSO, as nm and the loader's tables say it
taken() {
	program=$1
	shift
	nm -D "$program" | awk '$2 ~ /@(LINUX_2.6|KML_1)$/ { print $2 }' | LC_ALL=C sort >names
	printf '%s\n' "$@" | LC_ALL=C sort | diff - names >&2 || fail "$program: > is taken from the vDSO"
	readelf -dW "$program" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | head -n 1 | grep -qx linux-vdso.so.1 ||
		fail "$program: the vDSO is not the first library that it needs"
	for taken; do
		# ld.bfd has versions in the names of all symbols.
		! nm "$program" | grep " ${taken%@*}@" | grep -qv " $taken$" || fail "$program: nm shows another ${taken%@*}"
	done
	nm -D "$program" | grep -q ' getrandom@GLIBC_' || fail "$program: getrandom() is not libc's"
}

# needed PROGRAM: the versions of libraries that it needs, and those that its symbols have
check_versions() {
	readelf -VW "$1" | sed -n 's/.* Name: \([^ ]*\).*/\1/p' | LC_ALL=C sort >needed
	nm -D --with-symbol-versions "$1" | sed -n 's/.*@//p' | LC_ALL=C sort -u >used
	LC_ALL=C comm -23 needed used | grep -v '^GLIBC_ABI_' >stale || :
	[ ! -s stale ] || { cat stale >&2; fail "$1: stale versions"; }
	LC_ALL=C comm -13 needed used >missing
	[ ! -s missing ] || { cat missing >&2; fail "$1: versions that nothing says where to find"; }
}

all='clock_gettime@LINUX_2.6 gettimeofday@LINUX_2.6 nanosleep@KML_1 sched_yield@KML_1'
there='clock_gettime@LINUX_2.6 gettimeofday@LINUX_2.6'

# Objects, with the vDSO among them; and with a compiler alone, that would be all there is to it but for getrandom().
cc -O1 -DSCHEDULE -c prog.c
ends_with 0 kml_link prog.o vdso.so
said_nothing
taken prog $all schedule_timeout@KML_1
"$tool" --show prog | grep -q '^imports   0$' || fail "it imports from the kernel"
ends_with 0 kml_link vdso.so prog.o -o other
taken other $all schedule_timeout@KML_1
# The kernel's, if it is asked for.
ends_with 0 kml_link --import=schedule_timeout prog.o vdso.so -o other
taken other $all
"$tool" --show other | grep -q '^schedule_timeout  *function' || fail "no import"
cc -O1 -c prog.c
for linker in bfd gold lld; do
	command -v ld.$linker >/dev/null || continue
	ends_with 0 kml_link prog.o own.so -o prog -- -fuse-ld=$linker
	said_nothing
	taken prog $there
	[ "$(./prog)" = "1 1" ] || fail "$linker: does not run"
done

# Programs that were linked before.
count=0
for linker in bfd gold lld mold; do
	command -v ld.$linker >/dev/null || continue
	for kind in -pie -no-pie "-Wl,-z,now" "-Wl,--hash-style=both" "-Wl,-z,pack-relative-relocs"; do
		# mold 1.10 packs relocations, but makes programs that cannot be loaded.
		cc -O1 prog.c -o before $kind -fuse-ld=$linker 2>/dev/null && ./before >/dev/null 2>&1 || continue
		cp before prog
		case "$linker $kind" in
		# One entry of the dynamic section is free nowhere, and there is none that could be done without.
		"lld -no-pie")
			ends_with 1 kml_link prog own.so
			said_one_line
			said "kml-link: prog: no room in its dynamic section to need the vDSO: link it with vdso.so"
			cmp prog before || fail "changed"
			continue
			;;
		esac
		ends_with 0 kml_link prog own.so
		said_nothing
		taken prog $there
		check_versions prog
		[ "$(./prog)" = "1 1" ] || fail "$linker $kind: does not run"
		eu-elflint --gnu-ld before | sed 's/[0-9]\+/N/g' | sort -u >lint.before
		eu-elflint --gnu-ld prog | grep -v "owner name 'KML'" | sed 's/[0-9]\+/N/g' | sort -u >lint.after
		[ -z "$(comm -13 lint.before lint.after)" ] || { comm -13 lint.before lint.after; fail "$linker $kind: eu-elflint"; }
		strip -o stripped prog
		[ "$(./stripped)" = "1 1" ] || fail "$linker $kind: stripped"
		objcopy prog copied
		[ "$(./copied)" = "1 1" ] || fail "$linker $kind: after objcopy"
		ends_with 0 kml_link -o again prog own.so
		said "takes nothing from the vDSO, or does so already"
		cmp prog again || fail "$linker $kind: changed the second time"
		kml_link -o other before own.so
		cmp prog other || fail "$linker $kind: not the same bytes"
		grown=$(($(stat -c %s prog) - $(stat -c %s before)))
		[ $grown -le 4096 ] || fail "$linker $kind: grew by $grown bytes"
		kml_link -o other before vdso.so
		taken other $all
		check_versions other
		count=$((count + 1))
	done
done
[ $count -ge 8 ] || fail "only $count programs"
# What is the program's own stays: a version that no symbol of libc had is not taken away.
cc -O1 prog.c -o before -Wl,-z,pack-relative-relocs 2>/dev/null && readelf -V before | grep -q GLIBC_ABI_DT_RELR && {
	kml_link -o other before own.so
	readelf -V other | grep -q GLIBC_ABI_DT_RELR || fail "a version without symbols is lost"
}

# A name of its own that libc does not have, left open for the dynamic linker; with imports from the kernel beside it.
cat >open.c <<'END'
#include <time.h>
extern long schedule_timeout(long), int_sqrt(long);
int main(void) { return schedule_timeout(int_sqrt(time(0))); }
END
if command -v ld.lld >/dev/null; then
	cc -O1 -fPIC open.c -o open -fuse-ld=lld -Wl,--unresolved-symbols=ignore-all
	ends_with 0 kml_link -o prog open vdso.so
	nm -D prog | grep -q ' schedule_timeout@KML_1$' || fail "schedule_timeout is not the vDSO's"
	"$tool" --show prog | grep -q '^imports   1$' || fail "other imports"
	"$tool" --kernel vmlinux --explain -o prog open vdso.so >plan
	grep -qx 'schedule_timeout: from the vDSO, version KML_1' plan || { cat plan; fail "--explain"; }
	"$tool" --kernel vmlinux --json --dry-run open vdso.so |
		jq -e '.vdso == [{ name: "schedule_timeout", version: "KML_1" }]' >/dev/null || fail "--json"
	ends_with 0 kml_link --import=schedule_timeout -o prog open vdso.so
	"$tool" --show prog | grep -q '^imports   2$' || fail "the kernel's own is not taken"
fi
cc -O1 open.c -o open -Wl,--unresolved-symbols=ignore-all,--emit-relocs 2>/dev/null
cp open before
ends_with 1 kml_link open vdso.so
said_one_line
said "kml-link: open: 'schedule_timeout' is undefined, but not for the dynamic linker"
cmp open before || fail "changed"
"$tool" --kernel vmlinux --json --dry-run prog.o vdso.so | jq -e '.vdso | length == 4' >/dev/null || fail "--json of objects"

# A shared library: glibc's loader has two lists, and fails when the vDSO is the last but one in one of them.
echo 'extern int clock_gettime(); int f(void) { return clock_gettime(0, 0); }' | cc -O1 -shared -fPIC -w -x c - -o library.so
cp library.so before
ends_with 1 kml_link library.so own.so
said_one_line
said "kml-link: library.so: is a shared library: glibc's loader takes names from the vDSO for programs only"
cmp library.so before || fail "changed"

# Out of the kernel itself.
echo '.section .rodata; .balign 4096; .incbin "vdso.so"; .balign 4096' | cc -x assembler -c - -o inside.o
ld -e 0xffffffff81000000 -T "$here/fake-vmlinux.lds" --build-id=sha1 --defsym=absolute_number=42 fake.o fake2.o inside.o \
	-o whole 2>/dev/null
ends_with 0 "$tool" --kernel whole --extract-vdso=extracted.so
said_nothing
[ "$(nm -D extracted.so | grep -c ' getrandom@')" = 0 ] || fail "getrandom is still there"
[ "$(nm -D extracted.so | wc -l)" = "$(nm -D vdso.so | wc -l)" ] || fail "more is missing"
cc -O1 -DSCHEDULE prog.c extracted.so -o prog
taken prog $all schedule_timeout@KML_1
ends_with 0 "$tool" --kernel whole --vdso prog.o
taken prog $all
cc -O1 prog.c -o prog
ends_with 0 "$tool" --kernel whole --vdso prog
taken prog $all
ends_with 1 "$tool" --kernel vmlinux --vdso prog.o
said_one_line
said "vmlinux: has no vDSO in it: give the vmlinux or the bzImage, or name the vdso.so"

# --check tells of a kernel whose vDSO has less, or has it under another version; and only a kernel's image can tell.
ends_with 0 "$tool" --kernel whole --check prog
said_nothing
sed 's/ nanosleep;//; s/KML_1/KML_2/' vdso.map >other.map
sed '/nanosleep/d' vdso.c >other.c
cc -O1 -w -fno-builtin -shared -nostdlib -fPIC -Wl,-soname,linux-vdso.so.1,--version-script=other.map other.c -o less.so
strip less.so
echo '.section .rodata; .balign 4096; .incbin "less.so"; .balign 4096' | cc -x assembler -c - -o inside.o
ld -e 0xffffffff81000000 -T "$here/fake-vmlinux.lds" --build-id=sha1 --defsym=absolute_number=42 fake.o fake2.o inside.o \
	-o less 2>/dev/null
ends_with 1 "$tool" --kernel less --check prog
said "kml-link: prog: the vDSO of the kernel (less 6.12.0-fake) has no 'nanosleep' of version KML_1"
said "kml-link: prog: the vDSO of the kernel (less 6.12.0-fake) has no 'sched_yield' of version KML_1"
[ "$(wc -l <said)" = 2 ] || { cat said; fail "other lines"; }
ends_with 1 "$tool" --kernel vmlinux --check prog
said_one_line
said "vmlinux: has no vDSO in it"

gzip -k whole
ends_with 0 "$tool" --kernel whole.gz --extract-vdso=other.so
cmp extracted.so other.so || fail "another one in what is compressed"

# No vDSO without a dynamic linker that knows of it.
ends_with 1 kml_link prog.o vdso.so -- -static
said_one_line
said "kml-link: a static program has no dynamic linker, which alone can take names from the vDSO"
cc -O1 -static prog.c -o static
cp static before
ends_with 1 kml_link static vdso.so
said_one_line
said "kml-link: static: is static: it has no dynamic linker"
cmp static before || fail "changed"
if command -v musl-gcc >/dev/null; then
	musl-gcc -O1 -c prog.c -o musl.o
	rm -f prog
	ends_with 1 "$tool" --kernel vmlinux --cc musl-gcc musl.o vdso.so -o prog
	said_one_line
	said "kml-link: prog: musl's loader takes no names from the vDSO"
	[ ! -e prog ] || fail "made a program"
	musl-gcc -O1 prog.c -o prog
	ends_with 1 kml_link prog vdso.so
	said_one_line
	said "kml-link: prog: musl's loader takes no names from the vDSO"
fi

# What makes no sense.
ends_with 1 kml_link vdso.so
said "kml-link: vdso.so: is the vDSO: give the objects or the program, too, that are to use it"
ends_with 1 kml_link prog.o vdso.so own.so
said "kml-link: own.so: is a second vDSO beside vdso.so"
ends_with 1 kml_link --vdso prog.o vdso.so
said "kml-link: vdso.so: is a second vDSO beside that of --vdso"
ends_with 64 "$tool" --extract-vdso=x prog.o
echo 'int main(void) { return 0; }' | cc -x c - -o prog
ends_with 0 kml_link prog vdso.so
said "kml-link: prog: warning: takes nothing from the vDSO, or does so already"
ends_with 1 kml_link --fatal-warnings prog vdso.so
