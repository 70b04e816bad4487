#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs in the machine.
set -u
fail() { echo "FAIL: $*" >&2; exit 1; }

# all_is_well WHAT: programs that ran before are there, and new ones start
all_is_well() {
	kill -0 $trusted || fail "$1: the load in kernel mode has ended"
	kill -0 $ordinary || fail "$1: the load in user mode has ended"
	/trusted/mode || fail "$1: no kernel mode any more"
	echo "$1"
}

# cycles SHELL: all ways to sleep, by that shell
cycles() {
	for depth in devices core; do
		echo $depth >/sys/power/pm_test
		for state in mem disk; do
			$1 sh -c "echo $state >/sys/power/state" || fail "$state, as far as $depth"
			all_is_well "$1: $state, as far as $depth"
		done
	done
	echo none >/sys/power/pm_test
	echo 0 >/sys/class/rtc/rtc0/wakealarm
	echo +3 >/sys/class/rtc/rtc0/wakealarm
	$1 sh -c "echo mem >/sys/power/state" || fail "sleep"
	all_is_well "$1: sleep"
	# Writes an image of the system, and goes on from that image
	$1 sh -c "echo disk >/sys/power/state" || fail "hibernation"
	all_is_well "$1: hibernation"
}

echo 400M >/sys/block/zram0/disksize
mkswap /dev/zram0 >/dev/null
swapon /dev/zram0 || fail "no swap"
cat /sys/block/zram0/dev >/sys/power/resume 2>/dev/null
echo test_resume >/sys/power/disk
echo deep >/sys/power/mem_sleep || fail "the machine cannot sleep"

/trusted/load 3600 >/tmp/trusted &
trusted=$!
/bin/load 3600 >/tmp/ordinary &
ordinary=$!
cycles /bin/busybox
cycles /trusted/busybox
/trusted/gates || fail "gates"
