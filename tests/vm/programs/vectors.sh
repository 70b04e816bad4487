# SPDX-License-Identifier: GPL-2.0-or-later
# vectors.sh SECONDS PROCESS...: all of them at the same time, each for so many seconds
seconds=$1
shift
for process; do
	$process "$seconds" &
	pids="$pids $!"
done
for pid in $pids; do
	wait "$pid" || failed=1
done
exit ${failed:-0}
