#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A weak name that no library has is NULL and not the kernel's, as the manual says.
. "$(dirname "$0")/link.sh"

cat >prog.c <<'END_OF_C'
extern __attribute__((weak)) long schedule_timeout(long);
extern __attribute__((weak)) unsigned long jiffies;
int main(void) { return schedule_timeout != 0 || &jiffies != 0; }
END_OF_C
for CC in gcc clang; do
	command -v $CC >/dev/null || continue
	for output in -static -pie; do
		$CC -O1 -c prog.c
		kml_link prog.o -- $output
		"$tool" --show prog | grep -qx 'imports   0' || fail "$CC $output: imported a weak name"
		./prog || fail "$CC $output: not NULL"
	done
done
grep -q "NULL when no" "${KML_SOURCE:-$here/../..}/man/kml-link.1.scd" || fail "is not in the manual"
