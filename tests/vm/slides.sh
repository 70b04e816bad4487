#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# One linked program works wherever KASLR puts the kernel, and on a kernel that it was not linked against.
. "$(dirname "$0")/lib.sh"
needs demo debug
link demo gates -- -lcmocka
touch "$scratch/slides"
for boot in 1 2 3 4 5 6 7 8 9; do
	machine demo --add /bin/mode="$programs/mode" "$scratch/gates" >"$scratch/out"
	sed -n 's/^slide //p' "$scratch/out" >>"$scratch/slides"
	[ "$(sort -u "$scratch/slides" | wc -l)" -ge 3 ] && break
done
[ "$(sort -u "$scratch/slides" | wc -l)" -ge 3 ] || fail "KASLR did not come up with three slides in $boot boots"
machine debug --add /bin/mode="$programs/mode" "$scratch/gates"
