#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Damaged programs that were linked before are refused or changed; nothing crashes, hangs, or is left behind.
. "$(dirname "$0")/link.sh"
. "$here/mutate.sh"

open=-Wl,--unresolved-symbols=ignore-all
cc -O1 -c "$here/program.c"
cc program.o pretend-kernel.o -o first $open,--emit-relocs
cc -fno-pie -no-pie -O1 "$here/program.c" pretend-kernel.o -o second $open,--emit-relocs
cc -O2 -fPIC -shared -x c - -o third <<'END'
extern long schedule_timeout(long);
extern unsigned long jiffies;
unsigned long *pointer = &jiffies;
long wait_for(void) { return schedule_timeout(jiffies); }
END
for turn in $(seq 40); do
	for program in first second third; do
		mutate $program
		cp bad expected
		alive "$tool" --kernel vmlinux bad -o changed
		cmp bad expected || fail "changed its input"
		[ -z "$(ls -A | grep '^\.kml-link')" ] || fail "left something behind"
	done
done
# Every entry of the headers, and words of the tables that the headers lead to.
size=$(stat -c %s first)
table=$(readelf -h first | sed -n 's/.*Start of section headers: *\([0-9]*\).*/\1/p')
for offset in $(seq 16 4 60) $(seq 64 28 840) $(seq $table 364 $size); do
	for bytes in '\377\377\377\377' '\0\0\0\0' '\0\0\0\200'; do
		cp first bad
		printf "$bytes" | dd of=bad bs=1 seek=$offset conv=notrunc status=none
		alive "$tool" --kernel vmlinux bad -o changed
	done
done
for cut in 0 64 200 1000 $((size / 2)) $((size - 64)); do
	head -c $cut first >bad
	ends_with 1 "$tool" --kernel vmlinux bad -o changed
	said_one_line
done
