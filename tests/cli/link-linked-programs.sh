#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Programs that were linked before, with names left open, get them: whatever compiler, linker and kind of program.
. "$(dirname "$0")/link.sh"
. "$here/linked-tools.sh"

open="-Wl,--unresolved-symbols=ignore-all"
imports=14
count=0
refused=0
# Linkers differ in what of this they can do at all: gold makes no static PIE, and lld no relocations in code.
refusal="ld.gold: --no-dynamic-linker: unknown option\|ld.lld: error: relocation R_X86_64_.* recompile with -fPIC"

# Other tools' results run, too.
check_runs() { # what it is
	# Without its symbols nothing pretends to be a kernel; the loader and the binder are what can go wrong.
	ends_with 126 ./stripped
	said "stripped: needs kernel mode (imports _printk and $((imports - 1)) more)"
	pretend ./copied >/dev/null || fail "$1: after objcopy: status $?"
}

try() { # what it is, flags for the object, arguments for the link
	$CC $2 -c "$here/program.c" -o prog.o || fail "$1: $CC $2"
	$CC prog.o pretend-kernel.o -o prog $open -Wl,-u,pretend_lookup $3 2>ld.log || {
		grep -q -e "$refusal" ld.log || { cat ld.log; fail "$1: not linked"; }
		refused=$((refused + 1))
		return 0
	}
	cp prog before
	case $1 in *packed*) readelf -dW before | grep -q '(RELR)' || fail "$1: it is not" ;; esac
	"$tool" --kernel vmlinux prog 2>said || {
		# mold 1.10 writes zeros over instructions that it cannot improve; gold has code and constants in one segment.
		case $1 in
		*mold*) grep -q "that the linker has destroyed" said && return 0 ;;
		*gold*no-pie*) grep -q "one segment with code, which nobody can write" said && return 0 ;;
		esac
		cat said
		fail "$1: kml-link"
	}
	case $1 in *mold*) ;; *) [ ! -s said ] || { cat said; fail "$1: said something"; } ;; esac
	pretend ./prog >out || { cat out; fail "$1: status $?"; }
	grep -qx 'printk 2 3 4 1000' out || fail "$1: no output"
	LD_BIND_NOW=1 pretend ./prog >/dev/null || fail "$1: bound at once: status $?"
	check_growth "$1" $imports
	case $1 in
	*tools*)
		check_tools "$1" '' "$tool" --kernel vmlinux
		check_runs "$1"
		;;
	esac
	count=$((count + 1))
}

for CC in gcc clang; do
	command -v $CC >/dev/null || continue
	for linker in bfd gold lld mold; do
		command -v ld.$linker >/dev/null || continue
		# The pretended kernel has to read its tables before a static program has relocated itself.
		case $linker in lld) keep=-Wl,--emit-relocs,--apply-dynamic-relocs ;; *) keep=-Wl,--emit-relocs ;; esac
		# As compiled by default, gcc's code has no relocations that lld and static PIE could keep.
		case $CC$linker in gcclld) default=-fPIC ;; *) default= ;; esac
		try "$CC $linker, tools" "-O2 -g $default" "-fuse-ld=$linker $keep"
		try "$CC $linker static, tools" "-O2" "-static -fuse-ld=$linker $keep"
		try "$CC $linker static-pie, tools" "-O1 -fPIC" "-static-pie -fuse-ld=$linker $keep"
		try "$CC $linker no-pie, tools" "-O1 -fno-pie" "-no-pie -fuse-ld=$linker $keep"
		try "$CC $linker no-pie static" "-O1 -fno-pie" "-static -fuse-ld=$linker $keep"
		try "$CC $linker PIC" "-O0 -fPIC" "-fuse-ld=$linker $keep"
		try "$CC $linker no-plt" "-O2 -fno-plt $default" "-fuse-ld=$linker $keep"
		try "$CC $linker now" "-O2 -fPIC" "-fuse-ld=$linker $keep,-z,now,-z,relro"
		case $linker in
		lld) pack=-Wl,--pack-dyn-relocs=relr ;;
		gold) pack= ;;
		*) pack=-Wl,-z,pack-relative-relocs ;;
		esac
		[ -z "$pack" ] || {
			# Dynamic ones of lld 14 and mold 1.10 do not run: glibc asks for a mark that these do not set.
			[ $linker != bfd ] || try "$CC $linker packed" "-O2 $default" "-fuse-ld=$linker $keep $pack"
			try "$CC $linker packed static-pie, tools" "-O1 -fPIC" "-static-pie -fuse-ld=$linker $keep $pack"
		}
		try "$CC $linker norelro" "-O2 $default" "-fuse-ld=$linker $keep,-z,norelro"
	done
	# What the dynamic linker needs is enough, if the linker keeps that.
	linker=lld
	command -v ld.lld >/dev/null || continue
	try "$CC $linker dynamic, tools" "-O2 -fPIC" "-fuse-ld=$linker"
	try "$CC $linker dynamic now" "-O2 -fPIC" "-fuse-ld=$linker -Wl,-z,now,-z,relro"
	try "$CC $linker dynamic no-plt" "-O2 -fPIC -fno-plt" "-fuse-ld=$linker"
	try "$CC $linker dynamic sysv hash" "-O2 -fPIC" "-fuse-ld=$linker -Wl,--hash-style=sysv"
done
CC=cc
try "noseparate-code" "-O2" "-Wl,--emit-relocs,-z,noseparate-code"
try "noseparate-code static, tools" "-O2" "-static -Wl,--emit-relocs,-z,noseparate-code"
try "hash both" "-O2" "-Wl,--emit-relocs,--hash-style=both"
echo "$count programs, $refused refused by their linkers"
[ $refused -le 4 ] || fail "$refused refused by their linkers"
[ $count -ge 40 ] || fail "only $count programs"
