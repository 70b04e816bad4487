#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# refused.sh REASON: runs in the machine.
set -u
reason=$1
fail() { echo "FAIL: $*" >&2; exit 1; }

# ends_with STATUS COMMAND...
ends_with() {
	expected=$1
	shift
	status=0
	"$@" >/tmp/out 2>/tmp/said || status=$?
	[ $status = "$expected" ] || { cat /tmp/out /tmp/said >&2; fail "status $status, not $expected: $*"; }
}

[ "$(cat /sys/kernel/kml/status)" = "$reason" ] || fail "status: $(cat /sys/kernel/kml/status)"
[ "$(dmesg | grep -c "kml: kernel mode is off: $reason")" = 1 ] || fail "the log: $(dmesg | grep kml:)"

ends_with 3 /trusted/mode
ends_with 0 /trusted/faults
ends_with 0 /trusted/syscalls /bin/busybox
ends_with 126 /trusted/gates
grep -q 'gates: needs kernel mode' /tmp/said || fail "said: $(cat /tmp/said)"
ends_with 126 kml-run /trusted/mode
grep -q "does without kernel mode: $reason" /tmp/said || fail "said: $(cat /tmp/said)"
[ "$(cat /sys/kernel/kml/started)" = 0 ] || fail "something started in kernel mode"
