#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# strace prints the same of the gate, of the instruction and of user mode.
. "$(dirname "$0")/lib.sh"
needs demo
machine demo --user-mode --append "$distinct_pids" --add /usr/bin/strace --add /trusted/traced="$programs/traced" --add /usr/bin/traced="$programs/traced" \
	--add /strace.sh="$top/tests/vm/programs/strace.sh" /bin/busybox sh /strace.sh
