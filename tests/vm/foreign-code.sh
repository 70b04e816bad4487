#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Libraries, interpreters and loaders that somebody else than root could change do not get into a program in kernel mode;
# the same programs as ordinary processes show that each way leads there.
. "$(dirname "$0")/lib.sh"
needs debug
loader=$(readelf -l /bin/true | sed -n 's/.*interpreter: \(.*\)]/\1/p')
sources=$top/tests/vm/programs
make_program() { cc -O2 -I "$top/include" "$sources/$1.c" -o "$scratch/$2" "${@:3}"; }
make_program foreign foreign.so -shared -fPIC -Wl,-soname,foreign.so
make_program opener opener
make_program mode mode
make_program mode runpath -Wl,--no-as-needed "$scratch/foreign.so" -Wl,-rpath,/tmp/libs
make_program mode searches -Wl,--no-as-needed "$scratch/foreign.so"
make_program mode interpreter -Wl,--dynamic-linker=/tmp/libs/loader
# In a box: outside of the machine they lack their library and their interpreter
tar -C "$scratch" -cf "$scratch/box" runpath searches interpreter
machine debug --user-mode --add /bin/busybox --add /foreign.so="$scratch/foreign.so" --add /loader="$(readlink -f "$loader")" \
	--add /bin/mode="$scratch/mode" --add /trusted/mode="$scratch/mode" \
	--add /bin/opener="$scratch/opener" --add /trusted/opener="$scratch/opener" --add /box="$scratch/box" \
	--add /script="$sources/foreign-code.sh" /bin/busybox sh /script
