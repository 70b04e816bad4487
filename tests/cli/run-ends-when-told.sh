#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Whatever ends kml-run ends its QEMU too.
. "$(dirname "$0")/run.sh"
needs_machine

# Waits until the machine runs the program; then its process is in $qemu.
start() {
	mkfifo ready.$1
	kml-run /bin/sh -c 'echo ready; read forever' >ready.$1 2>said <input &
	run=$!
	read -r line <ready.$1
	[ "$line" = ready ] || fail "the program did not start"
	qemu=$(cat "/proc/$run/task/$run/children")
	[ -n "$qemu" ] || fail "no QEMU"
}

# A zombie, which nobody may be there to reap, counts as gone.
wait_until_gone() {
	for try in $(seq 50); do
		grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null && return
		[ -d "/proc/$1" ] || return 0
		sleep 0.1
	done
	fail "QEMU is left"
}

mkfifo input
sleep 100 >input &
writer=$!
for signal in TERM HUP KILL; do
	start $signal
	kill -$signal "$run"
	status=0
	wait "$run" || status=$?
	[ "$status" -gt 128 ] || fail "status $status after SIG$signal"
	for process in $qemu; do
		wait_until_gone "$process"
	done
done
kill "$writer"
