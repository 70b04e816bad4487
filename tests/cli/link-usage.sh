#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Misuse is one line and status 64; the kernel is found as documented.
. "$(dirname "$0")/link.sh"

ends_with 64 "$tool"
said "no object file given"
ends_with 64 "$tool" --lookup=jiffies prog.o
said "--lookup takes no object files"
ends_with 64 "$tool" --show prog prog.o
ends_with 64 "$tool" --no-such-option
"$tool" --version | grep -q '^kml-link ' || fail "--version"
cc -x c -c - -o prog.o <<'END'
extern long schedule_timeout(long);
int main(void) { return schedule_timeout(1); }
END
mkdir -p cache/kernels/one
cp vmlinux cache/kernels/one
ln -s one cache/kernels/current
KML_CACHE=$work/cache "$tool" prog.o
rm prog
mkdir -p home/.cache
mv cache home/.cache/kml
env -u KML_CACHE -u XDG_CACHE_HOME HOME="$work/home" "$tool" prog.o
"$tool" --kernel home/.cache/kml/kernels/one prog.o -o other
cmp prog other || fail "--kernel with a directory"
# Without a build it is the kernel that runs, if that tells its symbols.
status=0
KML_CACHE=$work/nothing "$tool" prog.o -o running 2>said || status=$?
[ $status = 0 ] || [ -e /sys/kernel/kml ] || said "build one with 'kernel/build demo', or name one with --kernel"
ends_with 1 "$tool" --kernel nowhere prog.o
said "nowhere: neither a file nor a build in "
ends_with 1 "$tool" --kernel ./nowhere prog.o
said "./nowhere: No such file or directory"
# As the builds of kernel/build are called there
mkdir -p named/kernels/stock
cp vmlinux named/kernels/stock/
status=0
KML_CACHE=$work/named "$tool" --kernel stock prog.o -o named-prog 2>said || { cat said; fail "no kernel by its name"; }
strip vmlinux -o stripped
ends_with 1 "$tool" --kernel stripped prog.o
said "stripped: has no symbol table and no tables of kallsyms: give a vmlinux that is not stripped"
"$tool" --kernel vmlinux --verbose prog.o 2>&1 | grep -q '^+ cc .*-o ' || fail "--verbose"
