#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# hotplug.sh SECONDS: runs in the machine.
set -eu
cpus=/sys/devices/system/cpu
/bin/load "$1" >/tmp/ordinary &
ordinary=$!
/trusted/load "$1" >/tmp/trusted &
trusted=$!
cycles=0
while kill -0 $trusted 2>/dev/null; do
	for cpu in 1 2 3; do echo 0 >$cpus/cpu$cpu/online; done
	[ "$(cat $cpus/online)" = 0 ]
	for cpu in 2 1 3; do echo 1 >$cpus/cpu$cpu/online; done
	[ "$(cat $cpus/online)" = 0-3 ]
	cycles=$((cycles + 1))
done
wait $trusted || { cat /tmp/trusted >&2; exit 1; }
wait $ordinary || { cat /tmp/ordinary >&2; exit 1; }
# One whose only processor goes is moved; once back, that processor can run it again
busybox taskset 2 /trusted/mode
echo 0 >$cpus/cpu1/online
/trusted/mode
echo 1 >$cpus/cpu1/online
busybox taskset 2 /trusted/mode
echo "$cycles cycles"
[ $cycles -ge 3 ]
