#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Wrong addresses, stacks, flags, instructions and system calls end as they do for any program. The exceptions: what is
# privileged works in kernel mode, and a stack that cannot take the return address ends the call of a gate.
. "$(dirname "$0")/lib.sh"
needs debug
limit=400
three_ways debug wild --icount
cat >"$scratch/exceptions" <<'EOF'
read_unknown_msr: 0
write_unknown_msr: 0
EOF
expect_as_ordinary instruction <"$scratch/exceptions"
cat >>"$scratch/exceptions" <<'EOF'
getpid_with_stack_0: SEGV, code 1, at 0xfffffffffffffff8, cs 0x33, ss 0x2b, flags 0x200
getpid_with_unmapped_stack: SEGV, code 1, at 0xfff8, cs 0x33, ss 0x2b, flags 0x200
getpid_with_stack_not_canonical: SEGV, code 128, at 0, cs 0x33, ss 0x2b, flags 0x200
getpid_with_stack_in_kernel: SEGV, code 1, at 0xffffff9ffffffff8, cs 0x33, ss 0x2b, flags 0x200
getpid_with_read_only_stack: SEGV, code 2, at somewhere in the program, cs 0x33, ss 0x2b, flags 0x200
EOF
expect_as_ordinary gate <"$scratch/exceptions"
