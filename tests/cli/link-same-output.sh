#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Same input, same bytes, wherever it is linked; no path of the build is inside.
. "$(dirname "$0")/link.sh"

cc -O2 -g -c "$here/program.c" -o prog.o
mkdir one other
for output in -static -static-pie -pie -no-pie; do
	(cd one && kml_link ../prog.o -- $output ../pretend-kernel.o)
	(cd other && kml_link ../prog.o -- $output ../pretend-kernel.o)
	cmp one/prog other/prog || fail "$output: two links differ"
	grep -aqF kml-link. one/prog && fail "$output: name of a temporary file inside"
done
[ -z "$(ls -A one | grep -v '^prog$')" ] || fail "left something behind: $(ls -A one)"
