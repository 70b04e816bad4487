#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The attacks of ATTACKS.md that need a machine: none succeeds on this kernel, most did with the old rule.
. "$(dirname "$0")/lib.sh"
needs debug
sources=$top/tests/vm/attacks
case $arch in
x86) loader=$(readelf -l /bin/true | sed -n 's/.*interpreter: \(.*\)]/\1/p') attackers=$build/tests/vm/attacks ;;
arm) loader=/usr/arm-linux-gnueabihf/lib/ld-linux-armhf.so.3 attackers=$programs ;;
esac
make_program() { "$cc" -O2 -D_GNU_SOURCE -I "$top/include" "$sources/$1.c" -o "$scratch/$2" "${@:3}"; }
make_program foreign foreign.so -shared -fPIC -Wl,-soname,foreign.so
make_program converter converter
make_program opener opener
make_program plain plain
make_program plain runpath -Wl,--no-as-needed "$scratch/foreign.so" -Wl,-rpath,/tmp/libs
make_program plain searches -Wl,--no-as-needed "$scratch/foreign.so"
make_program taken elsewhere
make_program taken interpreter -Wl,--dynamic-linker=/tmp/libs/loader
# In a box: outside of the machine they lack their library and their interpreter
tar -C "$scratch" -cf "$scratch/box" runpath searches interpreter

files=(--add /bin/busybox="$busybox" --add /attacks/loader="$(readlink -f "$loader")"
	--add /attacks/box="$scratch/box")
for name in foreign.so converter opener plain elsewhere; do
	files+=(--add /attacks/$name="$scratch/$name")
done
for name in taken memory-file race serve forge pointers toucher writer chain reach; do
	files+=(--add /attacks/$name="$attackers/$name")
done
for name in table.sh starts.sh code.sh reach.sh files.sh roots-files; do
	files+=(--add /attacks/$name="$sources/$name")
done
for name in code caller; do
	files+=(--add /attacks/$name="$programs/$name")
done
limit=${limit:-400} machine debug --icount --user-mode "${files[@]}" "$busybox" sh /attacks/table.sh
