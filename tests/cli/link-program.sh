#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A C program that uses functions, data and system calls of the kernel works,
# whatever compiler, optimization, kind of output and linker.
. "$(dirname "$0")/link.sh"

count=0
try() { # flags for the object, arguments for the link
	$CC $1 -c "$here/program.c" -o prog.o || fail "$CC $1"
	kml_link prog.o -- pretend-kernel.o -Wl,-u,pretend_lookup $2 || fail "kml-link: $CC $1, $2"
	pretend ./prog >out || { cat out; fail "$CC $1, $2: status $?"; }
	grep -qx 'printk 2 3 4 1000' out || fail "$CC $1, $2: no output"
	count=$((count + 1))
}

for CC in gcc clang; do
	command -v $CC >/dev/null || continue
	for level in -O0 -O1 -O2 -O3 -Os; do
		for output in -static -static-pie -pie -no-pie; do
			try "$level -fPIE" $output
			try "$level -fPIC" $output
		done
		try "$level -fno-pie" -static
		try "$level -fno-pie" -no-pie
	done
	try "" ""
	try "-g3 -O2" ""
	try "-O2 -ffunction-sections -fdata-sections" "-Wl,--gc-sections"
	try "-O2 -mcmodel=large -fno-pie" "-no-pie"
	try "-O2 -fno-plt" ""
	try "-O2 -march=haswell" ""
	try "-O2" "-Wl,-z,now,-z,relro,-z,text"
	try "-O2" "-Wl,--fatal-warnings,--unresolved-symbols=ignore-all"
	for linker in gold lld; do
		command -v ld.$linker >/dev/null || continue
		try -O2 "-fuse-ld=$linker"
		try "-O2 -ffunction-sections -fdata-sections" "-fuse-ld=$linker -Wl,--gc-sections"
		try "-O2 -fno-pie" "-fuse-ld=$linker -no-pie"
		try -O2 "-fuse-ld=$linker -static"
	done
done
echo "$count programs"
