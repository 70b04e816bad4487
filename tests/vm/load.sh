#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Forks, execs, threads, signals, stack growth and gates at once, for a while on 2 CPUs, beside the same load in
# ordinary processes, on the kernel with all checks.
. "$(dirname "$0")/lib.sh"
needs debug
case $arch in x86) seconds=20 ;; *) seconds=5 ;; esac
limit=${limit:-200} in_parallel debug --user-mode --add /bin/mode="$programs/mode" --add /trusted/mode="$programs/mode" \
	--add /trusted/load="$programs/load" --add /bin/load="$programs/load" --add /run.sh="$top/tests/vm/programs/load.sh" \
	"$busybox" sh /run.sh $seconds
