#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs in the machine.
set -u
fail() { echo "FAIL: $*" >&2; exit 1; }

status=0
/trusted/sample use 2>/tmp/said || status=$?
[ $status = 126 ] || fail "status $status without the module"
grep -q "has no symbol 'kml_sample" /tmp/said || fail "said: $(cat /tmp/said)"

for round in 1 2 3; do
	insmod /kml_sample.ko || fail "cannot load the module"
	/trusted/sample use || fail "round $round"
	: >/tmp/said
	/trusted/sample hold >/tmp/said &
	holder=$!
	until grep -q held /tmp/said; do sleep 0.1; done
	rmmod kml_sample 2>/dev/null && fail "a module that is held was removed"
	kill $holder
	wait $holder || fail "the holder"
	rmmod kml_sample || fail "cannot remove the module when nobody holds it"
done
