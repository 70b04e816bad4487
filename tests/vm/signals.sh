#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Whatever blocks in the kernel is interrupted and restarted by signals in the same way, whether an ordinary process
# does it or one in kernel mode, by the instruction or by the gate.
# The clock of the machine counts instructions, so that a busy host makes no call late.
. "$(dirname "$0")/lib.sh"
needs demo
limit=400
three_ways demo signals --icount
grep -q HANGS "$scratch/ordinary" && fail "the table itself is wrong: $(grep HANGS "$scratch/ordinary")"
[ "$(wc -l <"$scratch/ordinary")" -ge 390 ] || fail "a table of $(wc -l <"$scratch/ordinary") lines"
expect_as_ordinary instruction </dev/null
expect_as_ordinary gate </dev/null
