#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs in the machine.
set -u
patch=/sys/kernel/livepatch/kml_livepatch
fail() { echo "FAIL: $*" >&2; exit 1; }

# wait_for SECONDS COMMAND...
wait_for() {
	tries=$(($1 * 10))
	shift
	until "$@"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.1
	done
}
in_transition() { [ "$(cat $patch/transition)" = 1 ]; }
settled() { ! in_transition; }
gone() { [ ! -e $patch ]; }

insmod /kml_sample.ko || fail "kml_sample.ko"
/trusted/calling 3600 >/tmp/values &
calling=$!
/trusted/nap 3600000 &
napping=$!
/trusted/load 15 >/tmp/load &
load=$!
/trusted/sample wait >/tmp/first &
waiting=$!
sleep 1

insmod /kml_livepatch.ko || fail "kml_livepatch.ko"
sleep 2
in_transition || fail "patched while a process is in the old function"
/trusted/sample go
wait $waiting
[ "$(cat /tmp/first)" = 1 ] || fail "a call that had begun returned $(cat /tmp/first)"
wait_for 60 settled || fail "the patch is still in transition: $(grep -l '^1$' /proc/*/patch_state)"
kill -0 $napping || fail "whoever sleeps in another function should not have been waited for"
[ "$(/trusted/sample wait)" = 2 ] || fail "the new function is not called"

echo 0 >$patch/enabled
wait_for 60 gone || fail "the patch is still there: $(grep -l '^0$' /proc/*/patch_state)"
rmmod kml_livepatch || fail "rmmod"
[ "$(/trusted/sample wait)" = 1 ] || fail "the old function is not called"
kill -0 $napping || fail "whoever sleeps in another function should not have been waited for"
wait $load || { cat /tmp/load >&2; exit 1; }
kill $calling $napping
[ "$(cat /tmp/values | tr '\n' ' ')" = '12 1000 12 ' ] || fail "the spinning process has seen $(cat /tmp/values)"
