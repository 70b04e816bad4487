#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs in the machine: the kernel's tracepoints of system calls, in runs of the
# same program in user mode, and in kernel mode by the instruction and the gate.
PATH=/tools
/bin/busybox mkdir -p /tools
/bin/busybox --install -s /tools
failures=0
mount -t tracefs none /sys/kernel/tracing || exit 99
cd /sys/kernel/tracing

# seen EVENTS DIRECTORY WAY: from the first getuid on, without process ids and addresses on the stack
seen() {
	echo >trace
	echo 'comm == "traced"' >events/$1/filter
	echo 1 >events/$1/enable
	"$2/traced" "$3" calls & pid=$!
	wait $pid
	echo "status $?" >/tmp/status
	echo 0 >events/$1/enable
	sed -n 's/^ *traced-[0-9]* .* [0-9.]*: //p' trace | sed -n '/NR 102 \|sys_getuid/,$p' |
		sed -e 's/\<7ff[0-9a-f]\{9\}\>/stack/g' -e 's/NR /NR_/' -e "s/\<\(0x\)\?$(printf %x $pid)\>/pid/g" -e "s/= $pid$/= pid/" -e 's/NR_/NR /'
	cat /tmp/status
}

for events in raw_syscalls syscalls; do
	seen $events /usr/bin instruction >/tmp/user
	seen $events /trusted instruction >/tmp/instruction
	seen $events /trusted gate >/tmp/gate
	if [ "$(wc -l </tmp/user)" -gt 90 ] && cmp /tmp/user /tmp/instruction && cmp /tmp/user /tmp/gate; then
		echo "ok    tracepoints $events: $(wc -l </tmp/user) lines, the same each way"
	else
		echo "FAIL  tracepoints $events"
		diff /tmp/user /tmp/instruction
		diff /tmp/user /tmp/gate
		failures=$((failures + 1))
	fi
done
exit $failures
