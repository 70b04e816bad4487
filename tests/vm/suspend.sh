#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The machine sleeps and wakes up, and hibernates, on the word of a process in kernel mode and of an ordinary one,
# with both kinds running.
. "$(dirname "$0")/lib.sh"
needs distribution
link distribution gates -- -lcmocka
limit=400 machine distribution --user-mode --add /trusted/gates="$scratch/gates" \
	--add /bin/load="$programs/load" --add /trusted/load="$programs/load" \
	--add /bin/mode="$programs/mode" --add /trusted/mode="$programs/mode" \
	--add /trusted/busybox=/bin/busybox --add /suspend.sh="$top/tests/vm/programs/suspend.sh" \
	/bin/busybox sh /suspend.sh
