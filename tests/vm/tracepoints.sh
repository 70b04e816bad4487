#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel's tracepoints show the system calls of the gate as those of the instruction and of user mode.
. "$(dirname "$0")/lib.sh"
needs distribution
machine distribution --user-mode --append "$distinct_pids" --add /trusted/traced="$programs/traced" --add /usr/bin/traced="$programs/traced" \
	--add /tracepoints.sh="$top/tests/vm/programs/tracepoints.sh" /bin/busybox sh /tracepoints.sh
