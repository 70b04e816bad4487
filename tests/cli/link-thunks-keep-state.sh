#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every form of instruction does with the kernel's variable what it does with
# one of the program's own: same registers, flags, red zone and memory.
. "$(dirname "$0")/link.sh"

compare() { # name of the variant, flags for the objects, arguments for the link
	flags=$2
	gcc $flags -O1 -c "$here/thunk-main.c" -o main.o
	gcc $flags -O1 -DNATIVE -c "$here/thunk-main.c" -o native.o
	gcc $flags -c "$here/thunk-cases.S" -o cases.o
	gcc -c "$here/thunk-end.S" -o end.o
	# The cases lie between the label in main.o and the end.
	gcc $3 native.o cases.o end.o -o native
	./native >expected
	kml_link main.o cases.o -o linked -- $3 end.o pretend-kernel.o
	pretend ./linked >got
	diff -U0 expected got || fail "$1: results differ"
	echo "$1: $(wc -l <got) instructions"
}

avx=
grep -q ' bmi1 ' /proc/cpuinfo && avx=-DAVX
CC=gcc
compare "static" "-fPIE $avx" "-static"
compare "static-pie" "-fPIE $avx" "-static-pie"
compare "dynamic PIE" "-fPIE $avx" "-pie"
compare "dynamic, absolute" "-fno-pie -DABSOLUTE $avx" "-no-pie"
compare "static, absolute" "-fno-pie -DABSOLUTE $avx" "-static"
