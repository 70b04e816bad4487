#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs in the machine.
[ "$(cat /sys/devices/system/cpu/nohz_full)" = 1 ] || { echo "no CPU is without a tick" >&2; exit 1; }
for directory in /bin /trusted; do
	$directory/isolated 1 4 || exit 1
done
/trusted/load 8
