#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Processors, memory and the kernel's command line are as they were asked for.
. "$(dirname "$0")/run.sh"
needs_machine

ends_with 0 kml-run --add /bin/grep --add /bin/cat --cpus 3 --memory 200 --append 'one=1 two' /bin/sh -c \
	'grep -c ^processor /proc/cpuinfo; cat /proc/cmdline /proc/sys/kernel/hostname; grep MemTotal /proc/meminfo'
[ "$(head -n 1 out)" = 3 ] || { cat out; fail "other processors"; }
grep -q 'one=1 two$' out || { cat out; fail "other command line"; }
grep -qx kml out || { cat out; fail "other host name"; }
[ "$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' out)" -lt 204800 ] || { cat out; fail "more memory"; }

ends_with 0 kml-run --add /bin/grep --icount /bin/grep -c ^processor /proc/cpuinfo
[ "$(cat out)" = 1 ] || fail "--icount with more than one processor"
