#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel's one fault with the GS base of a program, while switching from a kernel-mode process, is the kernel's; so
# for a thread of an ordinary process, and for one of a kernel-mode process.
. "$(dirname "$0")/lib.sh"
needs demo
program=$programs/stale-segment
for where in /bin /trusted; do
	limit=60 machine demo --user-mode --add /trusted/stale-segment="$program" --add /bin/stale-segment="$program" \
		/bin/busybox sh -c "/trusted/stale-segment yield 8 & sleep 1; $where/stale-segment; status=\$?; wait; exit \$status"
done
