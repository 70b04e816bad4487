#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs on the kernel that was started by another.
grep -qw second /proc/cmdline || exit 2
/trusted/mode || exit 3
/bin/mode
[ $? = 3 ] || exit 4
/trusted/nap 100 || exit 5
[ "$(cat /sys/kernel/kml/status)" = on ] || exit 6
echo second kernel
