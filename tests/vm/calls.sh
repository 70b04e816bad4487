#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Addresses of the program given to the call gate are plain calls. A called kernel function that faults is an oops and the end of its caller, and of nothing else: the machine goes on,
# with kernel mode, and no lock stays behind.
. "$(dirname "$0")/lib.sh"
needs debug
limit=400
machine debug --icount --user-mode --tolerate=Oops: --tolerate='BUG: unable to handle page fault' \
	--tolerate='BUG: kernel NULL pointer dereference' --add /trusted/calls="$programs/calls" \
	--add /trusted/mode="$programs/mode" /bin/busybox sh -ec '
		/trusted/calls
		/trusted/calls faulty
		started=$(cat /sys/kernel/kml/started)
		/trusted/mode && echo "kernel mode goes on"
		[ "$(cat /sys/kernel/kml/started)" -gt "$started" ] && echo "and is counted"
		dmesg | grep -c "Oops: .*\[#"' >"$scratch/out"
diff - "$scratch/out" <<'EOF' || fail "< is expected, > what happened"
null: SEGV, code 1, at 0, cs 0x33, ss 0x2b, flags 0x200
first_page: SEGV, code 1, at 0x10, cs 0x33, ss 0x2b, flags 0x200
the_programs_own: 7
the_programs_data: SEGV, code 2, at somewhere in the program, cs 0x33, ss 0x2b, flags 0x200
last_of_programs: SEGV, code 1, at near the stack, cs 0x33, ss 0x2b, flags 0x200
above_programs: SEGV, code 1, at 0x800000000000, cs 0x33, ss 0x2b, flags 0x200
not_canonical: SEGV, code 128, at 0, cs 0x33, ss 0x2b, flags 0x200
small_negative: killed by KILL
kernel_hole: killed by KILL
kernel_data: killed by KILL
kernel_constants: killed by KILL
function_reads_kernel_hole: killed by KILL
function_reads_not_canonical: killed by SEGV
function_reads_null: killed by KILL
function_reads_unmapped: killed by KILL
function_writes_read_only: killed by KILL
function_writes_constants: killed by KILL
callback_that_faults: killed by KILL
callback_with_undefined_instruction: killed by SEGV
function_of_a_thread: 5
kernel mode goes on
and is counted
13
EOF
