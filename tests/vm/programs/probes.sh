#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# probes.sh ARGUMENT RESULT GETPPID FUNCTION CALL BEHIND PLACE...: runs in the machine.
# Uprobes in the program, kprobes on what is called through the gates. The first
# three are registers, and what that system call is in the kernel. All others are
# offsets in the program's file: of the function that takes a number and returns
# the next one, of the call of the gate, of what comes behind it, and of all
# instructions to be probed.
PATH=/tools:/usr/bin
/bin/busybox mkdir -p /tools
/bin/busybox --install -s /tools
argument=$1 result=$2 getppid=$3 marked=$4 call=$5 behind=$6
shift 6
failures=0
mount -t tracefs none /sys/kernel/tracing || exit 99
cd /sys/kernel/tracing

bad() {
	echo "FAIL  $*"
	failures=$((failures + 1))
}

# hits COMMAND...: hits of all probes in a run of the program by that way, one a line and without what differs
hits() {
	local status=0
	echo >trace
	echo 1 >events/uprobes/enable
	"$@" points || status=$?
	echo 0 >events/uprobes/enable
	sed -n 's/^ *\([a-z]*\)-[0-9]* .* [0-9.]*: \(.*\)$/\1 \2/p' trace
	echo "status $status"
}

# compare WHAT LINES: the files user, instruction and gate
compare() {
	if [ "$(wc -l </tmp/user)" -lt "$2" ]; then
		bad "$1: too little was seen"
		cat /tmp/user
	elif cmp /tmp/user /tmp/instruction && { [ "$3" = instruction ] || cmp /tmp/user /tmp/gate; }; then
		echo "ok    $1: $(wc -l </tmp/user) lines, the same each way"
	else
		bad "$1"
		diff /tmp/user /tmp/instruction
		diff /tmp/user /tmp/gate
	fi
}

# One inode carries the probes of all, so that they count in both modes at once
mkdir -p /usr/bin
ln /trusted/traced /usr/bin/traced || exit 99

{
	echo "p:entered /trusted/traced:$marked argument=%$argument:s64"
	echo "r:returned /trusted/traced:$marked result=\$retval:s64"
} >uprobe_events
hits /usr/bin/traced instruction >/tmp/user
hits /trusted/traced instruction >/tmp/instruction
hits /trusted/traced gate >/tmp/gate
compare "uprobes on entry and return of a function" 7 gate

# Two at once, of both kinds: none misses any
echo >trace
echo 1 >events/uprobes/enable
for run in 1 2 3 4 5; do
	/usr/bin/traced instruction points & first=$!
	/trusted/traced gate points & second=$!
	wait $first
	[ $? = 6 ] || bad "an ordinary process with uprobes"
	wait $second
	[ $? = 6 ] || bad "a kernel-mode process with uprobes"
done
echo 0 >events/uprobes/enable
if [ "$(grep -c entered: trace)" = 30 ] && [ "$(grep -c returned: trace)" = 30 ]; then
	echo "ok    uprobes in both modes at once: 30 hits"
else
	bad "uprobes in both modes at once: $(grep -c entered: trace) and $(grep -c returned: trace) hits instead of 30"
fi

# Every instruction, the call of the gate included, and the SYSCALL (ARM takes no probes there)
echo >uprobe_events
for place; do
	echo "p:at_$place /trusted/traced:$place result=%$result:x64"
done >>uprobe_events
hits /usr/bin/traced instruction >/tmp/user
hits /trusted/traced instruction >/tmp/instruction
hits /trusted/traced gate >/tmp/gate
compare "uprobes on every instruction" 50 instruction
calls=$(grep -c "at_$call:" /tmp/gate)
# The last one is exit_group
if [ "$calls" -gt 5 ] && [ "$(grep -c "at_$behind:" /tmp/gate)" = $((calls - 1)) ] && [ "$(tail -n 1 /tmp/gate)" = "status 6" ]; then
	echo "ok    uprobes on the call of a gate, and on what comes behind it: $calls hits"
else
	bad "uprobes on the call of a gate: $calls hits, behind it $(grep -c "at_$behind:" /tmp/gate), $(tail -n 1 /tmp/gate)"
fi
echo >uprobe_events

# What the gates call: the function and the system call, with their arguments and results. Probes behind the start of a
# function see no return.
case $getppid in *+*) returns=0 ;; *) returns=10 ;; esac
{
	echo "p:root int_sqrt x=%$argument:u64"
	echo 'r:rooted int_sqrt result=$retval:u64'
	echo "p:parent $getppid"
	[ $returns = 0 ] || echo "r:parented $getppid result=\$retval:s64"
} >kprobe_events
echo >trace
echo 1 >events/kprobes/enable
/trusted/probed || bad "the program with kprobes: status $?"
echo 0 >events/kprobes/enable
grep probed- trace | sed 's/^.* [0-9.]*: //' >/tmp/hits
for i in 0 1 2 3 4 5 6 7 8 9; do
	grep -q "^root: .* x=$((i * i * 10000))\$" /tmp/hits && grep -q "^rooted: .* result=$((i * 100))\$" /tmp/hits || bad "kprobe, call $i"
done
if [ "$(grep -c '^parent: ' /tmp/hits)" = 10 ] && [ "$(grep -c "^parented: .* result=$$\$" /tmp/hits)" = $returns ]; then
	echo "ok    kprobes on a function and on a system call"
else
	bad "kprobes on a system call"
	cat /tmp/hits
fi
echo >kprobe_events
exit $failures
