#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs in the machine, as an ordinary process of root; the module is loaded.
PATH=/tools
/bin/busybox mkdir -p /tools
/bin/busybox --install -s /tools
set -u
file=/.kml-modules/50-kml.ko

fail() { echo "FAIL: $*"; dmesg | tail -n 5; exit 1; }
ring() { /trusted/mode; echo $?; }
# The last process's memory may still be on its way out
unload() {
	for try in 1 2 3 4 5; do
		rmmod kml 2>/tmp/error && return
		sleep 1
	done
	fail "rmmod: $(cat /tmp/error)"
}
load() { insmod $file "$@" || fail "insmod $*"; }

[ "$(ring)" = 0 ] || fail "not in ring 0"
insmod $file 2>/tmp/error && fail "it was loaded twice"
grep -q exists /tmp/error || fail "twice: $(cat /tmp/error)"

/trusted/sleeper &
sleeper=$!
sleep 1
rmmod kml 2>/tmp/error && fail "it was unloaded under a program"
[ "$(ring)" = 0 ] || fail "a refused rmmod ends kernel mode"
kill -9 $sleeper
wait $sleeper

unload
[ ! -e /sys/kernel/kml ] && [ ! -e /proc/sys/kernel/kml ] || fail "its files are left"
[ "$(ring)" = 3 ] || fail "in ring 0 without the module"
insmod $file force=maybe 2>/tmp/error && fail "a wrong value was taken"

for count in $(seq 100); do
	load
	[ "$(ring)" = 0 ] || fail "load $count: not in ring 0"
	unload
done
echo "loaded $count times"

while [ ! -e /tmp/stop ]; do true | cat; /trusted/mode; done &
for count in $(seq 20); do
	load
	/trusted/mode
	unload
done
touch /tmp/stop
wait
load
[ "$(ring)" = 0 ] || fail "not in ring 0 in the end"
