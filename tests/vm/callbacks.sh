#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Kernel functions may call functions of the program back, which may touch fresh memory, be preempted, sleep and use the
# red zone; signals come afterwards. And the memory that a kernel function touches may come from userfaultfd.
. "$(dirname "$0")/lib.sh"
needs debug
limit=400
machine debug --icount "$programs/callbacks" >"$scratch/out"
diff - "$scratch/out" <<'EOF' || fail "< is expected, > what happened"
sorts: 1
searches: 1
memory_that_is_not_there: 0
signals_come_afterwards: 0
preemption: 0
red_zone: 0
sleeps: 0
many_times: 0
user_fault_of_a_function: 1
user_fault_with_signals: 1
killed_in_a_user_fault: 9
EOF
