#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# --show survives damaged programs.
. "$(dirname "$0")/link.sh"

cc -c "$here/program.c" -o prog.o
kml_link prog.o -- pretend-kernel.o
note=$(readelf -SW prog | awk '$2 == ".note.kml" || $3 == ".note.kml" { for (i = 1; i <= NF; i++) if ($i == "NOTE") print $(i + 2) }')
note=$((0x$note))
alive() {
	status=0
	timeout 20 "$tool" --show bad >out 2>said || status=$?
	[ $status -le 1 ] || fail "status $status, $1"
	grep -q 'AddressSanitizer\|runtime error' said && { cat said; fail "$1"; }
	return 0
}
for offset in $(seq $note 2 $((note + 64))) $(seq 32 6 700); do
	for bytes in '\377\377\377\377' '\0\0\0\0' '\177\0\0\200' '\377\377\377\177'; do
		cp prog bad
		printf "$bytes" | dd of=bad bs=1 seek=$offset conv=notrunc status=none
		alive "offset $offset"
	done
done
for cut in 0 10 64 100 $note $((note + 20)) $((note + 63)) 5000; do
	head -c $cut prog >bad
	alive "cut at $cut"
done
