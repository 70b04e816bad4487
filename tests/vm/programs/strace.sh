#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs in the machine: strace of the same program in user mode, and in kernel
# mode by the instruction and by the gate. What it prints must be the same.
PATH=/tools:/usr/bin
/bin/busybox mkdir -p /tools
/bin/busybox --install -s /tools
cd /tmp
failures=0

# normal FILE: without the start of libc, and with children numbered in the order of their appearance
normal() {
	sed -e '/^execve(.*traced"/,/^getuid()/d' -e '/^execve("\/bin\/busybox"/,/^+++/{//!d}' "$1" | awk -v pids="$pids" '
		BEGIN { count = split(pids, pid, " ") }
		{
			for (i = 1; i <= count; i++)
				gsub("\\<" pid[i] "\\>", "pid" i)
			gsub("0x7ff[0-9a-f]*", "stack")
			print
		}'
}

# shows NAME DIRECTORY WAY SCENE: all processes of that scene, into NAME
shows() {
	local name=$1 file
	rm -f trace.*
	strace -ff -e signal='!chld,usr2' -o trace "$2/traced" "$3" "$4"
	echo "status $?" >"$name"
	pids=$(ls trace.* | sed 's/trace\.//' | sort -n | tr '\n' ' ')
	for pid in $pids; do
		normal trace.$pid >>"$name"
	done
}

# in_call PID NUMBER: asleep in that system call, not stopped at it
in_call() { grep -q '^State:.S' /proc/$1/status && grep -q "^$2 " /proc/$1/syscall; }

# sleeper NAME DIRECTORY WAY: attached to one that sleeps already
sleeper() {
	local tracer pid
	"$2/traced" "$3" sleep & pid=$!
	until in_call $pid 35; do usleep 10000; done
	strace -o attached -p $pid 2>/dev/null & tracer=$!
	until in_call $pid 219; do usleep 10000; done
	kill -USR1 $pid
	until grep -q sigreturn attached && in_call $pid 35; do usleep 10000; done
	kill $pid
	wait $tracer
	sed "s/si_pid=[0-9]*/si_pid=N/" attached >"$1"
}

# same WHAT LINES: the files user, instruction and gate
same() {
	if [ "$(wc -l <user)" -lt "$2" ]; then
		echo "FAIL  $1: too little was seen:"
		cat user
		failures=$((failures + 1))
	elif cmp user instruction && cmp user gate; then
		echo "ok    $1: $(wc -l <user) lines, the same each way"
	else
		echo "FAIL  $1"
		diff user instruction
		diff user gate
		failures=$((failures + 1))
	fi
}

for scene in calls children; do
	shows user /usr/bin instruction $scene
	shows instruction /trusted instruction $scene
	shows gate /trusted gate $scene
	same "strace of $scene" 20
done
sleeper user /usr/bin instruction
sleeper instruction /trusted instruction
sleeper gate /trusted gate
same "strace of one that sleeps" 6
exit $failures
