#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs in the machine.
set -u
fail() { echo "FAIL: $*" >&2; exit 1; }
groups=/sys/fs/cgroup

# in_group NAME LIMIT SWAP COMMAND...: in a group of its own, with that much memory and swap
in_group() {
	mkdir $groups/$1
	echo $2 >$groups/$1/memory.max
	echo $3 >$groups/$1/memory.swap.max
	group=$groups/$1
	shift 3
	sh -c "echo \$\$ >$group/cgroup.procs; exec \"\$@\"" sh "$@"
}

mkdir -p $groups
mount -t cgroup2 none $groups || fail "no cgroups"
echo +memory >$groups/cgroup.subtree_control

echo 0 >/sys/kernel/mm/ksm/sleep_millisecs
echo 5000 >/sys/kernel/mm/ksm/pages_to_scan
echo 1 >/sys/kernel/mm/ksm/run
/trusted/memory merged || fail "merged pages"
echo 2 >/sys/kernel/mm/ksm/run

echo 200M >/sys/block/zram0/disksize
mkswap /dev/zram0 >/dev/null
swapon /dev/zram0 || fail "no swap"
in_group swapped 24M max /trusted/memory swapped || fail "swapped pages"
[ "$(cat $groups/swapped/memory.swap.peak)" -gt 10000000 ] || fail "nothing was swapped"

# As for any process that is out of memory, the end is SIGKILL, wherever it happens to be
for where in program function; do
	in_group "out-of-$where" 16M 0 /trusted/memory $where
	status=$?
	[ $status = 137 ] || fail "status $status when out of memory in a $where"
	grep -qx 'oom_kill 1' $groups/out-of-$where/memory.events || fail "not killed for its memory"
done

# Between nodes, and within them
/trusted/load 15 >/tmp/load &
load=$!
/trusted/memory moved &
moved=$!
while kill -0 $moved 2>/dev/null; do
	echo 1 >/proc/sys/vm/compact_memory
	echo 1 >/proc/sys/vm/drop_caches
	sleep 0.5
done
wait $moved || fail "pages that move"
wait $load || { cat /tmp/load >&2; exit 1; }
