#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# /proc shows root the same of a sleeping process in both modes, and shows others no address of the kernel.
. "$(dirname "$0")/lib.sh"
needs demo
machine demo --user-mode --add /usr/bin/strace --add /trusted/traced="$programs/traced" --add /usr/bin/traced="$programs/traced" \
	--add /usr/bin/search-proc="$programs/search-proc" --add /proc.sh="$top/tests/vm/programs/proc.sh" /bin/busybox sh /proc.sh
