#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs in the machine, as an ordinary process of root: what no program should be, and more of them than there should
# be. The machine has to live, and the kernel's counts have to agree with what was done.
PATH=/tools
/bin/busybox mkdir -p /tools
/bin/busybox --install -s /tools
kml=/sys/kernel/kml
failures=0

ok() { echo "ok    $*"; }
bad() {
	echo "FAIL  $*"
	failures=$((failures + 1))
}

refusals() { cat $kml/refused/* | awk '{ sum += $1 } END { print sum }'; }

# counting WHAT STARTS COMMAND...: the command works, and so many programs have started in kernel mode meanwhile
counting() {
	local what=$1 expected=$2 before refused
	shift 2
	before=$(cat $kml/started) refused=$(refusals)
	"$@" || bad "$what: status $?"
	if [ $(($(cat $kml/started) - before)) != "$expected" ]; then
		bad "$what: $(($(cat $kml/started) - before)) starts were counted instead of $expected"
	elif [ "$(refusals)" != "$refused" ]; then
		bad "$what: $(($(refusals) - refused)) refusals were counted"
	else
		ok "$what"
	fi
}

nobody() { su nobody -s /tools/sh -c "$*"; }

# gone NAME: waits until there is no process of that name any more
gone() {
	local turns=0
	while pidof "$1" >/dev/null; do
		turns=$((turns + 1))
		[ $turns -lt 200 ] || return 1
		sleep 0.1
	done
}

/attacks/malformed /trusted/x /trusted/interpreter || bad "malformed programs"
for file in /corpus/*; do
	cp "$file" /trusted/x
	chmod 755 /trusted/x
	# The shell would take what is no program for a script
	timeout -s KILL 20 /attacks/exec /trusted/x >/dev/null 2>&1
	case $? in
	101) ok "$file is refused" ;;
	13[0-9] | 14[0-9]) ok "$file dies of a signal" ;;
	*) bad "$file: status $?" ;;
	esac
done

counting "10000 processes that are killed" 10000 /attacks/crowd start 10000 /trusted/crowd
counting "memory that is taken away from the dying" 20 nobody /attacks/crowd rob 20 /trusted/crowd

bomb() {
	mkdir -p /run/groups
	mount -t cgroup2 none /run/groups
	echo +pids >/run/groups/cgroup.subtree_control
	mkdir /run/groups/few
	echo 150 >/run/groups/few/pids.max
	sh -c 'echo $$ >/run/groups/few/cgroup.procs; exec /trusted/crowd bomb' &
	sleep 5
	[ "$(cat /run/groups/few/pids.current)" -gt 140 ] || return 1
	grep -q '^max [1-9]' /run/groups/few/pids.events || return 2
	echo 1 >/run/groups/few/cgroup.kill
	wait
	gone crowd || return 3
	rmdir /run/groups/few
}
counting "processes that make processes, under a limit" 1 bomb

hoards() {
	local i
	for i in 1 2 3; do
		sh -c 'echo 1000 >/proc/self/oom_score_adj; exec /trusted/crowd hoard' &
		sh -c 'echo 1000 >/proc/self/oom_score_adj; exec /trusted/crowd hoard gate' &
	done
	wait
	[ "$(dmesg | grep -c 'Out of memory: Killed process .*(crowd)')" -ge 6 ]
}
counting "more memory than there is" 6 hoards
counting "a program after all that" 1 /trusted/mode
exit $failures
