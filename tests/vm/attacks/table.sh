#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs in the machine, as root, and starts the attacks: most of them as the user nobody. All run twice. First against
# the kernel, then with kernel mode disabled against the model of the old rule (kernel-mode.h): there they work, so a
# refusal means something. The number is the row of ATTACKS.md.
PATH=/tools
/bin/busybox mkdir -p /tools
/bin/busybox --install -s /tools
exec 9</proc
settings=/proc/sys/kernel/kml
refused=/sys/kernel/kml/refused
tried=0 succeeded=0 old_succeeded=0 failures=0

say() { echo "$*"; }

wrong() {
	echo "FAIL  $*"
	cat /tmp/out
	failures=$((failures + 1))
}

# attack ROW WHAT STATUS COMMAND...: status 40 of the command says that the attacker's code is in kernel mode, or that it
# has reached into a process there. STATUS is how it ends on this kernel. $old says what the old rule does about it:
# "yes" lets it, "no" does not either, "unknown" is what the model says nothing about.
old=yes
attack() {
	local row=$1 what=$2 expected=$3 status
	shift 3
	[ $against = kernel ] || [ $old != unknown ] || return 0
	"$@" >/tmp/out 2>&1 </dev/null
	status=$?
	if [ $status = 77 ]; then
		say "row $row  not in this kernel  $what"
		return
	fi
	[ $against = kernel ] || [ $old = no ] || expected=40
	[ $status = "$expected" ] || wrong "$row, $what, against the $against: status $status instead of $expected"
	if [ $against = kernel ]; then
		tried=$((tried + 1))
		[ $status != 40 ] || succeeded=$((succeeded + 1))
		say "row $row  status $status  $what"
	else
		[ $status != 40 ] || old_succeeded=$((old_succeeded + 1))
	fi
}

# by_rule RULE: the kernel has counted one more refusal since this was last asked
by_rule() {
	[ $against = kernel ] || return 0
	[ "$(cat $refused/$1)" -gt "$(cat /tmp/counted-$1 2>/dev/null || echo 0)" ] || wrong "$refused/$1 has not counted"
	cat $refused/$1 >/tmp/counted-$1
}

# allowed WHAT STATUS COMMAND...: what must go on working
allowed() {
	local what=$1 expected=$2 status
	shift 2
	[ $against = kernel ] || return 0
	"$@" >/tmp/out 2>&1 </dev/null
	status=$?
	[ $status = "$expected" ] || wrong "$what: status $status instead of $expected"
}

nobody() { su nobody -s /tools/sh -c "$*"; }
# Root of a user and a mount namespace of its own, by nobody
own_namespace() { nobody "exec unshare -U -m -r sh -c '$*'"; }

. /attacks/starts.sh
. /attacks/code.sh
. /attacks/reach.sh

# permit SETTING VALUE: what a distribution forbids to all programs does not show what is forbidden here
permit() { [ ! -e "/proc/sys/$1" ] || echo "$2" >"/proc/sys/$1"; }
permit kernel/perf_event_paranoid 2
permit kernel/yama/ptrace_scope 0
permit kernel/unprivileged_userns_clone 1

prepare_starts
prepare_code
prepare_reach
for against in kernel model; do
	[ $against = kernel ] || echo 1 >$settings/disabled
	try_starts
	try_code
	try_reach
done
[ "$(cat /sys/kernel/oops_count)" = 0 ] || wrong "the kernel has counted an oops, which it does not do for ever"
echo "$tried attacks, $succeeded succeeded (old rule: $old_succeeded succeeded)"
exit $failures
