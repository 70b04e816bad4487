#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Returning from a signal with a wild frame hurts the program alone, and in the same way as in user mode. But segments
# in a frame have no effect in kernel mode, and so are no fault either.
. "$(dirname "$0")/lib.sh"
needs debug demo
limit=400
cat >"$scratch/exceptions" <<'EOF'
no_segments: 0
no_ss: 0
kernel_ss: 0
wild_ss: 0
user_cs_32: 0
kernel_cs: 0
wild_cs: 0
everything_00: SEGV, code 1, at 0, cs 0x33, ss 0x2b, flags 0x200
frame_misaligned: SEGV, code 1, at 0, cs 0x33, ss 0x2b, flags 0x200
frame_that_ends_too_early: SEGV, code 1, at 0, cs 0x33, ss 0x2b, flags 0x200
EOF
# With all checks there is no quick way through the gate.
for flavour in debug demo; do
	three_ways $flavour frames --icount
	expect_as_ordinary instruction <"$scratch/exceptions"
	expect_as_ordinary gate <"$scratch/exceptions"
done
