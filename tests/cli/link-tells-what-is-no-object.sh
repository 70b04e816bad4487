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
cc -shared -fPIC miss.c -o libmiss.so
for output in "" "-o prog"; do
	ends_with 1 kml_link libmiss.so $output
	said_one_line
	said "kml-link: libmiss.so: a shared library or program, not an object file"
	said "give libraries behind '--'"
done

# The signature of a bzImage, and an ordinary file.
cc -c miss.c
{ head -c 514 /dev/zero; printf HdrS; } >bzImage
ends_with 1 kml_link -k bzImage miss.o -o prog
said_one_line
said "kml-link: bzImage: is a compressed kernel image: give the vmlinux beside it"
ends_with 1 kml_link -k miss.c miss.o -o prog
said "miss.c: not an ELF file"
