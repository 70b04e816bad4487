#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A called kernel function that faults is an oops and the end of its caller, and of nothing else: the machine goes on,
# with kernel mode, and no lock stays behind.
. "$(dirname "$0")/lib.sh"
needs debug
machine debug --user-mode --tolerate=Oops: --tolerate='BUG: unable to handle page fault' \
	--tolerate='BUG: kernel NULL pointer dereference' --add /trusted/calls="$programs/calls" \
	--add /trusted/mode="$programs/mode" /bin/busybox sh -ec '
		/trusted/calls faulty
		started=$(cat /sys/kernel/kml/started)
		/trusted/mode && echo "kernel mode goes on"
		[ "$(cat /sys/kernel/kml/started)" -gt "$started" ] && echo "and is counted"
		dmesg | grep -c "Oops: .*\[#"' >"$scratch/out"
diff - "$scratch/out" <<'EOF' || fail "< is expected, > what happened"
kernel_hole: killed by KILL
kernel_data: killed by KILL
kernel_constants: killed by KILL
function_reads_kernel_hole: killed by KILL
function_reads_not_canonical: killed by SEGV
function_reads_null: killed by KILL
function_reads_unmapped: killed by KILL
function_writes_read_only: killed by KILL
function_writes_constants: killed by KILL
function_of_a_thread: 5
kernel mode goes on
and is counted
10
EOF
