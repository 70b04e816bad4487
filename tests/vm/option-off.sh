#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Without the option nothing runs in ring 0; a linked program says so and does nothing, unless it needs no kernel mode.
. "$(dirname "$0")/lib.sh"
mapfile -t prefixes < <("$top/kernel/build" --prefixes)
off=${prefixes[-1]}
needs demo "$off"
expect_status 3 machine "$off" "$programs/mode"
machine "$off" "$programs/faults"
link demo gates -- -lcmocka
expect_status 126 machine "$off" "$scratch/gates"
[ ! -s "$scratch/out" ] || fail "the program ran"
[ "$(wc -l <"$scratch/err")" = 1 ] || fail "not one line: $(cat "$scratch/err")"
grep -q 'needs kernel mode' "$scratch/err" || fail "an unclear line: $(cat "$scratch/err")"
expect_status 126 machine demo --user-mode "$scratch/gates"
link demo syscalls
expect_status 0 machine "$off" "$scratch/syscalls"
expect_status 0 machine demo --user-mode "$scratch/syscalls"
expect_status 0 machine demo "$scratch/syscalls"
