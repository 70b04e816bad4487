#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What only a program at CPL 0 can do to itself stays its own affair: interrupts that it disables are on when the kernel
# returns, wild flags and stacks at the gates end in a signal, if at all, and from ring 3 it comes back up.
. "$(dirname "$0")/lib.sh"
needs debug
limit=400
machine debug --icount "$programs/ring0" >"$scratch/out"
diff - "$scratch/out" <<'EOF' || fail "< is expected, > what happened"
cli_and_syscall_gate: 1
cli_and_call_gate: 1
cli_and_system_call: 1
cli_and_system_call_that_sleeps: 1
cli_and_gate_that_sleeps: 1
cli_and_undefined: ILL, code 2, at somewhere in the program, cs 0x33, ss 0x2b, flags 0x200
cli_and_null: SEGV, code 1, at 0, cs 0x33, ss 0x2b, flags 0x200
halt: 1
cli_and_exit: 7
cli_and_fork: 7
cli_in_a_handler: 1
cli_through_a_tick: 1
gates_with_direction: 1
gates_with_nested_task: 1
gates_with_alignment_check: 1
gates_with_all: 1
gates_while_stepping: 1
gates_with_odd_stacks: 0
gates_in_interrupted_gates: 4
direct_call_of_a_leaf: 0
direct_call_of_another: SEGV, code 1, at somewhere in the program, cs 0x33, ss 0x2b, flags 0x200
sysret: 0
iret_to_ring_3: 0
syscall_gate_at_0: SEGV, code 1, at 0, cs 0x33, ss 0x2b, flags 0x200
call_gate_at_0: SEGV, code 1, at 0, cs 0x33, ss 0x2b, flags 0x200
syscall_gate_at_8: SEGV, code 1, at 0x8, cs 0x33, ss 0x2b, flags 0x200
call_gate_at_8: SEGV, code 1, at 0x8, cs 0x33, ss 0x2b, flags 0x200
syscall_gate_nowhere: SEGV, code 1, at somewhere in the program, cs 0x33, ss 0x2b, flags 0x200
call_gate_nowhere: SEGV, code 1, at somewhere in the program, cs 0x33, ss 0x2b, flags 0x200
syscall_gate_not_canonical: SEGV, code 128, at 0, cs 0x33, ss 0x2b, flags 0x200
call_gate_not_canonical: SEGV, code 128, at 0, cs 0x33, ss 0x2b, flags 0x200
syscall_gate_in_kernel: SEGV, code 1, at 0xffffffa000000000, cs 0x33, ss 0x2b, flags 0x200
call_gate_in_kernel: SEGV, code 1, at 0xffffff9ffffffff8, cs 0x33, ss 0x2b, flags 0x200
syscall_gate_last: SEGV, code 1, at 0xfffffffffffffff8, cs 0x33, ss 0x2b, flags 0x200
call_gate_last: SEGV, code 1, at 0xfffffffffffffff8, cs 0x33, ss 0x2b, flags 0x200
EOF
