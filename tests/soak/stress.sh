#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Ten minutes of stress-ng in kernel mode, on two processors and the kernel with all checks: all that it has for processes,
# memory, signals, the scheduler and file systems.
. "$(dirname "$0")/../vm/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
seconds=2 # of each, to which come its start and its end
# stress-ng has processes among the scheduler's, and signals among the interrupts
classes='memory vm scheduler interrupt filesystem'

members() {
	local class
	for class in $classes; do
		stress-ng --class "$class?" | sed -n "s/^class '$class' stressors: //p" | tr ' ' '\n'
	done | sed '/^$/d' | LC_ALL=C sort -u
}

# What the list says, and what it says is left out
known() { sed -e '/^#/d' -e 's/^- //' -e 's/:.*//' "$here/stressors" | LC_ALL=C sort; }
run() { sed -e '/^#/d' -e '/^-/d' "$here/stressors" | LC_ALL=C sort; }

needs debug
if [ "${1:-}" != now ]; then
	"$top/tests/once" stress "$here/stress" "$here/stress.sh" "$here/stressors" "$top/tests/vm/lib.sh" \
		"$build/src/kml-run" "$(command -v stress-ng)" "$(command -v qemu-system-x86_64)" "${kernels[debug]}/bzImage" -- \
		"$0" now
	exit
fi

members >"$scratch/members"
LC_ALL=C comm -23 "$scratch/members" <(known) >"$scratch/unknown"
[ ! -s "$scratch/unknown" ] || fail "tests/soak/stressors says nothing of $(tr '\n' ' ' <"$scratch/unknown")"
LC_ALL=C comm -12 "$scratch/members" <(run) >"$scratch/stressors"

limit=3600 in_parallel debug --memory 2048 --append "$writes_code watchdog_thresh=60 rcupdate.rcu_cpu_stall_timeout=300" --user-mode \
	--add /trusted/stress-ng="$(command -v stress-ng)" --add /stressors="$scratch/stressors" --add /stress="$here/stress" \
	/bin/busybox sh /stress $seconds 600
