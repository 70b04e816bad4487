#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Forks, execs, threads, signals, stack growth and gates at once, for 20 s on 2 CPUs, beside the same load in
# ordinary processes, on the kernel with all checks.
. "$(dirname "$0")/lib.sh"
needs debug
load() {
	limit=200 machine debug --parallel --user-mode --add /bin/mode="$programs/mode" --add /trusted/mode="$programs/mode" \
		--add /trusted/load="$programs/load" --add /bin/load="$programs/load" \
		--add /run.sh="$top/tests/vm/programs/load.sh" /bin/busybox sh /run.sh 20
}

# This is about what two processors do to each other, so they run in parallel here; see kml-run(1), --parallel,
# for a fault of QEMU's that is not ours and that must not be taken for one.
for try in 1 2 3; do
	status=0
	load 2>"$scratch/err" || status=$?
	cat "$scratch/err" >&2
	grep -q 'int3: 0000' "$scratch/err" || exit $status
	echo "try $try ran into QEMU's fault" >&2
done
exit 1
