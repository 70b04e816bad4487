#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Whoever gives a file of another kind in place of an object or a kernel hears what to give.
. "$(dirname "$0")/link.sh"

for name in miss.c miss.cc miss.S; do
	echo 'int main(void) { return 0; }' >$name
	for output in "" "-o prog"; do
		ends_with 1 kml_link $name $output
		said_one_line
		case $name in
		miss.c) said "kml-link: miss.c: is C source: compile it first: cc -c miss.c" ;;
		miss.cc) said "kml-link: miss.cc: is C++ source: compile it first: c++ -c miss.cc" ;;
		miss.S) said "kml-link: miss.S: is assembler source: compile it first: cc -c miss.S" ;;
		esac
	done
done
# The beginning of a bzImage and no more, and an ordinary file.
cc -c miss.c
{ head -c 514 /dev/zero; printf HdrS; } >bzImage
for name in bzImage miss.c; do
	ends_with 1 kml_link -k $name miss.o -o prog
	said_one_line
	said "kml-link: $name: not a kernel: neither an ELF file (vmlinux), nor a list of symbols"
done
